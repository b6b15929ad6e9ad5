/** What the server tells; see /openapi.json. */

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
}

export interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly hint?: string;
  readonly retryable: boolean;
  readonly candidates?: readonly string[];
  readonly position?: { readonly start: number; readonly end: number; readonly line: number; readonly column: number };
}

export interface ScanCost {
  readonly table: string;
  readonly numFiles: number;
  readonly numFilesKept: number;
  readonly numRowGroups: number;
  readonly numRowGroupsKept: number;
  readonly numRows: number;
  readonly numRequests: number;
  readonly bytes: number;
}

export interface Cost {
  readonly bytes: number;
  readonly numRequests: number;
  readonly dollars: number;
  readonly isUpperBound: boolean;
  readonly scans: readonly ScanCost[];
}

export interface Progress {
  readonly placeInQueue: number;
  readonly queuedMs: number;
  readonly numTasks: number;
  readonly numTasksDone: number;
  readonly numRows: number;
  readonly bytesRead: number;
  readonly numRequests: number;
  readonly dollars: number;
  readonly peakBytes: number;
}

export interface QueryStatus {
  readonly id: string;
  readonly state: string;
  readonly sql: string;
  readonly created: string;
  readonly elapsedMs: number;
  readonly progress: Progress;
  readonly cost?: Cost;
  readonly numParts?: number;
  readonly error?: Problem;
}

export interface PlanNode {
  readonly id: number;
  readonly kind: string;
  readonly text: string;
  readonly inputs: readonly number[];
  readonly stage?: number;
  readonly estimatedRows?: number;
}

export interface Plan {
  readonly stages: readonly {
    readonly id: number;
    readonly inputs: readonly number[];
    readonly output: string;
    readonly nodes: readonly PlanNode[];
  }[];
  readonly cost: Cost;
}

export interface TaskReport {
  readonly stage: number;
  readonly task: number;
  readonly operators: readonly { readonly node: number; readonly numRows: number; readonly cpuMs: number }[];
  readonly numRows: number;
  readonly peakBytes: number;
  readonly cpuMs: number;
  readonly waitMs: number;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly reads: readonly {
    readonly store: string;
    readonly path: string;
    readonly numRequests: number;
    readonly bytes: number;
    readonly startedMs: number;
    readonly endedMs: number;
  }[];
}

export interface Profile {
  readonly version: 1;
  readonly sql: string;
  readonly plan: Plan;
  readonly stats: {
    readonly elapsedMs: number;
    readonly planMs: number;
    readonly numRows: number;
    readonly bytesRead: number;
    readonly numRequests: number;
    readonly peakBytes: number;
    readonly exchangedBytes: number;
  };
  readonly tasks: readonly TaskReport[];
  readonly query: QueryStatus;
}

/** Rows and time of each node, over all tasks. */
export function nodeTotals(tasks: readonly TaskReport[]): Map<number, { rows: number; cpuMs: number }> {
  const totals = new Map<number, { rows: number; cpuMs: number }>();
  for (const { operators } of tasks) {
    for (const { node, numRows, cpuMs } of operators) {
      const total = totals.get(node) ?? { rows: 0, cpuMs: 0 };
      total.rows += numRows;
      total.cpuMs += cpuMs;
      totals.set(node, total);
    }
  }
  return totals;
}

/** Whether a file that somebody opened is a profile. */
export function isProfile(value: unknown): value is Profile {
  const profile = value as Partial<Profile> | null;
  return (
    typeof profile === 'object' &&
    profile !== null &&
    profile.version === 1 &&
    typeof profile.sql === 'string' &&
    Array.isArray(profile.tasks) &&
    Array.isArray(profile.plan?.stages)
  );
}
