import type { ScanPlan } from '../catalog/table.ts';
import type { ScanNode } from '../logical/index.ts';
import { planSplitReads } from '../parquet/split-reads.ts';
import { formatCount } from '../physical/plan-display.ts';

/** What one scan will ask of its store. */
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

/** What a query will ask of its stores: exact where no limit stops a scan early, otherwise the most that it may come to. */
export interface QueryCost {
  readonly scans: readonly ScanCost[];
  readonly numRequests: number;
  readonly bytes: number;
  readonly dollars: number;
  /** A limit may stop a scan before it has read everything listed. */
  readonly isUpperBound: boolean;
}

/** Adds up the requests of the splits as the scan operator will make them. Reads nothing. */
export function costOf(scans: ReadonlyMap<ScanNode, ScanPlan>, dollarsPerThousandGets: number): QueryCost {
  let isUpperBound = false;
  const costs = [...scans].map(([scan, { splits, funnel }]): ScanCost => {
    isUpperBound ||= scan.limit !== undefined;
    let numRequests = 0;
    let bytes = 0;
    for (const split of splits) {
      for (const { length } of planSplitReads(split).ranges) {
        numRequests++;
        bytes += length;
      }
    }
    return {
      table: scan.table.name,
      numFiles: funnel.numFiles,
      numFilesKept: funnel.numFilesKept,
      numRowGroups: funnel.numRowGroups,
      numRowGroupsKept: funnel.numRowGroupsKept,
      numRows: funnel.numRowsKept,
      numRequests,
      bytes,
    };
  });
  const numRequests = costs.reduce((sum, cost) => sum + cost.numRequests, 0);
  const bytes = costs.reduce((sum, cost) => sum + cost.bytes, 0);
  return { scans: costs, numRequests, bytes, dollars: (numRequests * dollarsPerThousandGets) / 1000, isUpperBound };
}

/** The cost as lines of a table that lines up. */
export function formatCost(cost: QueryCost): string {
  const head = ['table', 'files', 'row groups', 'rows', 'requests', 'bytes'];
  const rows = cost.scans.map((scan) => [
    scan.table,
    `${formatCount(scan.numFilesKept)} of ${formatCount(scan.numFiles)}`,
    `${formatCount(scan.numRowGroupsKept)} of ${formatCount(scan.numRowGroups)}`,
    formatCount(scan.numRows),
    formatCount(scan.numRequests),
    formatCount(scan.bytes),
  ]);
  const total = ['total', '', '', '', formatCount(cost.numRequests), formatCount(cost.bytes)];
  const widths = head.map((_, i) => Math.max(...[head, ...rows, total].map((row) => row[i]!.length)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ');
  const bound = cost.isUpperBound ? ' at most; a limit may stop the scan earlier' : '';
  return [
    line(head),
    widths.map((width) => '-'.repeat(width)).join('  '),
    ...rows.map(line),
    line(total),
    `storage requests cost $${cost.dollars.toFixed(8)}${bound}`,
  ].join('\n');
}
