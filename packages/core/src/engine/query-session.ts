import type { ScanPlan } from '../catalog/table.ts';
import { type SourceSpan, throwIfAborted } from '../error/index.ts';
import type { Column, ColumnId, FunctionRegistry } from '../expression/index.ts';
import { type LogicalPlan, type ScanNode, scannedColumns, walkPlan } from '../logical/index.ts';
import { estimate, optimize } from '../optimizer/index.ts';
import { type Executor, planStages, type StageGraph } from '../physical/index.ts';
import type { Clock, Random } from '../runtime/index.ts';
import { accessStore, type ObjectStore, RequestMeter, type StoreAccess } from '../storage/index.ts';
import type { AccessPolicy } from './access-policy.ts';
import type { EngineCatalog } from './engine-catalog.ts';
import type { ResolvedSettings } from './engine-settings.ts';
import { costOf } from './explain-cost.ts';
import { optimizerContext, type SessionTime } from './optimizer-context.ts';
import { checkCost, type QueryLimits } from './query-limits.ts';
import { describeStages } from './query-profile.ts';
import type { PreparedQuery } from './query-result.ts';

/** What planning needs of the engine. */
export interface QueryPlannerComponents {
  readonly catalog: EngineCatalog;
  readonly settings: ResolvedSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly functions: FunctionRegistry;
  readonly executor: Executor;
  /** The stores as planning reads them. */
  readonly stores: ReadonlyMap<string, StoreAccess>;
  /** IANA name of the session's time zone. */
  readonly timeZone: () => string;
  /** `SET timezone`; undefined goes back to the setting. Throws `BAD_SETTING`. */
  readonly setTimeZone: (timeZone: string | undefined, span: SourceSpan) => void;
  /** Starts the executor, once. */
  readonly start: () => Promise<void>;
}

/** What belongs to one query. */
export interface PrepareOptions {
  readonly signal: AbortSignal;
  readonly access?: AccessPolicy | undefined;
  readonly limits?: QueryLimits | undefined;
}

/** A query that is fully planned: what it will read is known, nothing has been read. */
export interface PlannedQuery {
  readonly logical: LogicalPlan;
  readonly scans: ReadonlyMap<ScanNode, ScanPlan>;
  readonly graph: StageGraph;
  /** The columns of the result, with names as the query gives them. */
  readonly columns: readonly Column[];
}

/** Share of the engine's memory that one task may reserve at most. */
const TASK_MEMORY_SHARE = 0.8;
const BLOCK_BYTES = 1 << 20;

/** One query on its way from text to stages; keeps what all its steps share. */
export class QuerySession {
  readonly components: QueryPlannerComponents;
  readonly signal: AbortSignal;
  readonly access: AccessPolicy | undefined;
  readonly limits: QueryLimits;
  readonly time: SessionTime;
  readonly #stores = new Map<string, ObjectStore>();
  readonly #meter = new RequestMeter();
  #numColumns = 0;

  constructor(components: QueryPlannerComponents, { signal, access, limits = {} }: PrepareOptions) {
    this.components = components;
    this.signal = signal;
    this.access = access;
    this.limits = limits;
    this.time = {
      startedMicros: BigInt(Math.round(components.clock.wallMs() * 1000)),
      timeZone: components.timeZone(),
    };
  }

  readonly newColumnId = (): ColumnId => this.#numColumns++;

  /** A store of the engine whose requests count for this query. */
  readonly store = (name: string): ObjectStore => {
    let store = this.#stores.get(name);
    if (!store) {
      store = accessStore(this.components.stores.get(name)!, this.#meter);
      this.#stores.set(name, store);
    }
    return store;
  };

  /** Optimizes, lists the splits of every scan, and cuts the plan into stages. */
  async plan(bound: LogicalPlan): Promise<PlannedQuery> {
    const { functions, settings } = this.components;
    const context = optimizerContext(functions, this.time, this.newColumnId);
    const logical = optimize(bound, context, { disabledRules: settings.disabledRules, check: settings.checkPlans });
    const scanNodes = [...walkPlan(logical)].filter((node) => node.kind === 'Scan');
    const plans = await Promise.all(scanNodes.map((node) => planScan(node, this.signal)));
    throwIfAborted(this.signal);
    const scans = new Map(scanNodes.map((node, i) => [node, plans[i]!] as const));
    const graph = planStages(logical, {
      functions,
      scans,
      newColumnId: this.newColumnId,
      maxRecursion: settings.maxRecursion,
      estimateRows: (plan) => estimate(plan).rows,
      isClustered: (plan, key) => key.kind === 'column' && estimate(plan).columns.get(key.id)?.isClustered === true,
    });
    return { logical, scans, graph, columns: withUniqueNames(bound.columns) };
  }

  /** The planned query as something that can be executed. */
  async prepared(planned: PlannedQuery, startedMs: number): Promise<PreparedQuery> {
    const { executor, settings, clock, random, start } = this.components;
    const plan = {
      stages: describeStages(planned.graph),
      cost: costOf(planned.scans, settings.dollarsPerThousandGets),
    };
    checkCost(plan.cost, this.limits);
    await start();
    const { numRequests, bytesRead } = this.#meter.counts();
    const taskBytes = Math.floor(settings.memoryBytes * TASK_MEMORY_SHARE);
    return {
      plan,
      columns: planned.columns,
      planMs: clock.monotonicMs() - startedMs,
      numPlanRequests: numRequests,
      planBytes: bytesRead,
      numRowsToScan: [...planned.scans.values()].reduce((sum, { funnel }) => sum + funnel.numRowsKept, 0),
      execute: (signal, onProgress) =>
        executor.execute(planned.graph, {
          query: `q${Math.floor(random.next() * 2 ** 32).toString(36)}-${Math.floor(random.next() * 2 ** 32).toString(36)}`,
          settings: {
            batchRows: settings.batchRows,
            operatorBytes: settings.operatorBytes,
            memoryBytes: Math.min(taskBytes, this.limits.memoryBytes ?? taskBytes),
            readAheadBytes: settings.readAheadBytes,
            blockBytes: BLOCK_BYTES,
            seed: Math.floor(random.next() * 2 ** 32),
            decoder: settings.decoder,
            fusion: settings.fusion,
            ...this.time,
          },
          signal,
          onProgress,
        }),
    };
  }
}

function planScan(node: ScanNode, signal: AbortSignal): Promise<ScanPlan> {
  const { columns, source } = scannedColumns(node);
  return node.table.planScan({
    columns: source,
    filters: node.filters,
    filterColumns: new Map(columns.map(({ id }, i) => [id, source[i]!] as const)),
    limit: node.filters.length === 0 ? node.limit : undefined,
    signal,
  });
}

/** Result columns under names that differ, so that rows can be objects: a second `a` is `a_1`. */
function withUniqueNames(columns: readonly Column[]): Column[] {
  const taken = new Set(columns.map(({ name }) => name));
  const seen = new Set<string>();
  return columns.map((column) => {
    let { name } = column;
    if (seen.has(name)) {
      for (let i = 1; seen.has(name) || taken.has(name); i++) name = `${column.name}_${i}`;
    }
    seen.add(name);
    return name === column.name ? column : { ...column, name };
  });
}
