import type { Table } from '../catalog/table.ts';
import { QueryError } from '../error/index.ts';
import type { FunctionRegistry } from '../expression/function.ts';
import { defaultFunctions } from '../expression/registry.ts';
import { RULE_NAMES } from '../optimizer/index.ts';
import type { Executor } from '../physical/index.ts';
import { type Clock, MemoryAccount, systemClock, systemRandom } from '../runtime/index.ts';
import type { ParameterValue } from '../sql/index.ts';
import { type ObjectStore, RequestPolicies, type StoreAccess, sharedCache } from '../storage/index.ts';
import { EngineCatalog, type TableOptions } from './engine-catalog.ts';
import { checkTimeZone, type EngineOptions, resolveSettings } from './engine-settings.ts';
import { inlineExecutor } from './inline-executor.ts';
import { resolveLocation } from './location.ts';
import { QueryPlanner } from './query-planner.ts';
import { Query, type QueryOptions } from './query-result.ts';
import { joinTemplate } from './sql-template.ts';

/**
 * Answers SQL. Everything that one engine runs shares its stores, its workers, its memory limit and its names (tables and
 * views); engines share nothing with each other.
 */
export interface Engine extends AsyncDisposable {
  /**
   * A query, which starts when its result is asked for. `parameters` are the values of `$1`, `$2` and so on; they never become part of
   * the SQL text. Failures come when the result is read, as `QueryError`s.
   */
  query<Row extends object = Record<string, unknown>>(
    sql: string,
    parameters?: readonly ParameterValue[],
    options?: QueryOptions,
  ): Query<Row>;

  /** A query as a template, whose values become parameters: ``engine.sql`SELECT * FROM t WHERE id = ${id}` ``. */
  sql<Row extends object = Record<string, unknown>>(
    strings: TemplateStringsArray,
    ...values: readonly ParameterValue[]
  ): Query<Row>;

  /**
   * The plan of a query as text. `verbose` has the logical plan too; `analyze` runs it and shows what each operator
   * did; `cost` shows the requests and bytes that it will read. Only `analyze` reads data.
   */
  explain(
    sql: string,
    parameters?: readonly ParameterValue[],
    options?: { readonly mode?: 'plan' | 'verbose' | 'analyze' | 'cost'; readonly signal?: AbortSignal },
  ): Promise<string>;

  /** Gives files, or a table of one's own making, a name. Replaces what had the name before. Reads nothing yet. */
  registerTable(name: string, table: TableOptions | Table): void;

  /** Names that SQL can use, in order. */
  tables(): readonly { readonly name: string; readonly kind: 'table' | 'view' }[];

  /** Cancels what runs, and frees threads, memory and handles; the stores are closed too. Idempotent. */
  close(): Promise<void>;
}

/**
 * Makes an engine. Nothing is started or read before the first query.
 *
 * Throws `InvalidArgument` (`BAD_SETTING`) for a setting that is none or has a wrong value.
 */
export function createEngine(options: EngineOptions = {}): Engine {
  return new MillraceEngine(options);
}

class MillraceEngine implements Engine {
  readonly #executor: Executor;
  readonly #stores: ReadonlyMap<string, ObjectStore>;
  readonly #functions: FunctionRegistry;
  readonly #catalog: EngineCatalog;
  readonly #planner: QueryPlanner;
  readonly #memoryBytes: number;
  readonly #now: () => number;
  /** What `SET timezone` chose. */
  #timeZone: string | undefined;
  #started: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: EngineOptions) {
    const settings = resolveSettings(options.settings ?? {}, RULE_NAMES);
    const clock = options.clock ?? systemClock;
    this.#now = () => clock.monotonicMs();
    this.#memoryBytes = settings.memoryBytes;
    this.#executor = options.executor ?? inlineExecutor();
    this.#stores = new Map(Object.entries(options.stores ?? {}));
    this.#functions = defaultFunctions().with(options.functions ?? []);
    this.#catalog = new EngineCatalog((location, span) => resolveLocation(location, options, span));
    this.#planner = new QueryPlanner({
      catalog: this.#catalog,
      settings,
      clock,
      random: options.random ?? systemRandom(),
      functions: this.#functions,
      executor: this.#executor,
      stores: storesForPlanning(this.#stores, settings.memoryBytes, clock),
      timeZone: () => this.#timeZone ?? settings.timeZone,
      setTimeZone: (timeZone, span) => {
        if (timeZone !== undefined) checkTimeZone(timeZone, span);
        this.#timeZone = timeZone;
      },
      start: () => this.#start(),
    });
  }

  query<Row extends object>(
    sql: string,
    parameters: readonly ParameterValue[] = [],
    options: QueryOptions = {},
  ): Query<Row> {
    return new Query<Row>(
      sql,
      (signal) => {
        if (this.#closed) throw new QueryError('ENGINE_CLOSED', 'The engine is closed.');
        return this.#planner.prepare(sql, parameters, { signal, access: options.access, limits: options.limits });
      },
      options,
      this.#now,
    );
  }

  sql<Row extends object>(strings: TemplateStringsArray, ...values: readonly ParameterValue[]): Query<Row> {
    return this.query(joinTemplate(strings, values.length), values);
  }

  async explain(
    sql: string,
    parameters: readonly ParameterValue[] = [],
    {
      mode = 'plan',
      signal,
    }: { readonly mode?: 'plan' | 'verbose' | 'analyze' | 'cost'; readonly signal?: AbortSignal } = {},
  ): Promise<string> {
    const prefix = mode === 'plan' ? 'EXPLAIN ' : `EXPLAIN (${mode.toUpperCase()}) `;
    const rows = await this.query<{ plan: string }>(prefix + sql, parameters, signal ? { signal } : {}).toArray();
    return rows.map(({ plan }) => plan).join('\n');
  }

  registerTable(name: string, table: TableOptions | Table): void {
    if ('planScan' in table) this.#catalog.registerTable(name, table);
    else this.#catalog.registerFiles(name, table);
  }

  tables(): readonly { readonly name: string; readonly kind: 'table' | 'view' }[] {
    return this.#catalog.list();
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #start(): Promise<void> {
    this.#started ??= this.#executor.start({
      stores: this.#stores,
      memoryBytes: this.#memoryBytes,
      functions: this.#functions,
    });
    return this.#started;
  }

  async #close(): Promise<void> {
    await this.#executor.close();
    await Promise.all([...this.#stores.values()].map((store) => store.close()));
  }
}

/** What indexes of files, which planning reads, may take of the memory. */
const INDEX_SHARE = 1 / 64;

function storesForPlanning(
  stores: ReadonlyMap<string, ObjectStore>,
  memoryBytes: number,
  clock: Clock,
): ReadonlyMap<string, StoreAccess> {
  const maxBytes = Math.floor(memoryBytes * INDEX_SHARE);
  const cache = sharedCache(new MemoryAccount('planning', { limitBytes: maxBytes }), 0, maxBytes);
  return new Map(
    [...stores].map(([name, store]) => [name, { name, store, policies: new RequestPolicies({}, { clock }), cache }]),
  );
}
