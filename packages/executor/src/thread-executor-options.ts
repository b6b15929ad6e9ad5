import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { QueryError } from '@millrace/core/executor';

/** A directory or a store of the engine, not both. */
export interface SpillOptions {
  /** A directory of this process is made in it when it is needed. Default: the directory of the system for temporary files. */
  readonly directory?: string;
  /** The name of a store of the engine, which must be able to write. */
  readonly store?: string;
  /** Begins the paths of objects in that store. Default: `'millrace-spill'`. */
  readonly prefix?: string;
  /** The most that one query may write. More is `SPILL_LIMIT`. Default: 1 TiB. */
  readonly maxBytes?: number;
}

export interface ThreadExecutorOptions {
  /** Short for `compute.threads`. Not together with it. */
  readonly threads?: number;
  readonly compute?: {
    /** Threads that compute, 1 to 256. Default: as many as the machine has cores for this process. */
    readonly threads?: number;
  };
  readonly storage?: {
    /**
     * Threads that read from stores, 0 to 16. With 0, and for stores that cannot be rebuilt in another thread, the main thread reads.
     * Default: 1.
     */
    readonly threads?: number;
    /**
     * Requests to one store in flight at a time, by all threads together; a store that asks to slow down gets fewer. 1 to 4,096.
     * Default: 64.
     */
    readonly maxInFlight?: number;
    /**
     * Files or directories from where the modules of storage adapters are looked up when the executor's own place does not know them.
     * Default: the working directory.
     */
    readonly resolveFrom?: readonly string[];
  };
  readonly cache?: {
    /**
     * Bytes of objects that are kept in memory, by their version, so that they are not fetched again; 0 for none. Part of the memory of
     * the engine, and given up when that gets scarce. Only for stores that are not on this machine. Default: an eighth
     * of the engine's memory.
     */
    readonly memoryBytes?: number;
  };
  readonly memory?: {
    /** The most bytes that the WebAssembly memory of one worker may grow to. Default: 4 GiB, which is the ceiling. */
    readonly workerBytes?: number;
    /** How much of the result of a query may be unread before its tasks wait. Default: 32 MiB, at most an eighth of the engine's memory. */
    readonly unreadResultBytes?: number;
  };
  /**
   * Milliseconds after which a worker that computes and gives no sign of life is ended and replaced; its tasks run again elsewhere. A sign
   * of life comes with every batch. 0: never. Default: 60,000.
   */
  readonly watchdogMs?: number;
  /**
   * Where queries put what does not fit into memory: sorts, aggregations, joins and exchanges go on there. `false`: nowhere, what does
   * not fit fails with `MEMORY_LIMIT`. Everything is removed when its query is over.
   */
  readonly spill?: false | SpillOptions;
  /**
   * Where small stages run: `'main'`: a single task that scans nothing and reads at most 64 KiB from exchanges runs on the main thread,
   * which saves the way to a worker and, for a query of nothing else, starting threads at all. `'workers'`: never on the
   * main thread. Default: `'main'`. Stages that call JavaScript functions of the program run on the main thread in any case.
   */
  readonly smallStages?: 'main' | 'workers';
  /**
   * URL of a module that exports `createTaskRunner` and `defaultFunctions` in place of those of the core, for compute workers. For
   * tests. The main thread then runs no small stages.
   */
  readonly taskModule?: string;
}

/** Options with their defaults, checked. */
export interface ResolvedThreadExecutorOptions {
  readonly numThreads: number;
  readonly numStorageThreads: number;
  readonly maxInFlight: number;
  /** Undefined: a share of the engine's memory. */
  readonly cacheBytes: number | undefined;
  readonly resolveFrom: readonly string[];
  readonly workerBytes: number;
  readonly unreadResultBytes: number;
  readonly smallStagesOnMain: boolean;
  readonly taskModule: string | undefined;
  readonly watchdogMs: number;
  readonly spill: ResolvedSpill | undefined;
}

/** Where queries spill to: a directory in `parent`, or a place in a store. */
export type ResolvedSpill = { readonly maxBytes: number } & (
  | { readonly kind: 'directory'; readonly parent: string }
  | { readonly kind: 'store'; readonly store: string; readonly prefix: string }
);

const MiB = 2 ** 20;

/** Throws `InvalidArgument` (`BAD_SETTING`), naming the option and what it may be. */
export function resolveOptions(options: ThreadExecutorOptions): ResolvedThreadExecutorOptions {
  const { storage = {}, compute = {}, cache = {}, memory = {}, smallStages = 'main' } = options;
  if (smallStages !== 'main' && smallStages !== 'workers') {
    throw new QueryError('BAD_SETTING', `smallStages must be 'main' or 'workers', not '${String(smallStages)}'.`);
  }
  if (options.threads !== undefined && compute.threads !== undefined) {
    throw new QueryError('BAD_SETTING', 'threads is short for compute.threads: give one of them.');
  }
  return {
    numThreads: wholeNumber(
      'compute.threads',
      options.threads ?? compute.threads ?? Math.min(256, availableParallelism()),
      1,
      256,
    ),
    numStorageThreads: wholeNumber('storage.threads', storage.threads ?? 1, 0, 16),
    maxInFlight: wholeNumber('storage.maxInFlight', storage.maxInFlight ?? 64, 1, 4096),
    cacheBytes:
      cache.memoryBytes === undefined
        ? undefined
        : wholeNumber('cache.memoryBytes', cache.memoryBytes, 0, Number.MAX_SAFE_INTEGER),
    resolveFrom: storage.resolveFrom ?? [join(process.cwd(), 'package.json')],
    workerBytes: wholeNumber('memory.workerBytes', memory.workerBytes ?? 2 ** 32, 16 * MiB, 2 ** 32),
    unreadResultBytes: wholeNumber('memory.unreadResultBytes', memory.unreadResultBytes ?? 32 * MiB, 1, 2 ** 30),
    smallStagesOnMain: smallStages === 'main' && options.taskModule === undefined,
    taskModule: options.taskModule,
    watchdogMs: wholeNumber('watchdogMs', options.watchdogMs ?? 60_000, 0, 2 ** 31 - 1),
    spill: resolveSpill(options.spill ?? {}),
  };
}

function resolveSpill(spill: false | SpillOptions): ResolvedSpill | undefined {
  if (spill === false) return undefined;
  const { directory, store, prefix = 'millrace-spill' } = spill;
  const maxBytes = wholeNumber('spill.maxBytes', spill.maxBytes ?? 2 ** 40, 0, Number.MAX_SAFE_INTEGER);
  if (store === undefined) return { kind: 'directory', parent: directory ?? tmpdir(), maxBytes };
  if (directory !== undefined) {
    throw new QueryError(
      'BAD_SETTING',
      'spill of a thread executor names a directory and a store; it can have one of them.',
    );
  }
  return { kind: 'store', store, prefix: `${prefix}/${crypto.randomUUID()}`, maxBytes };
}

function wholeNumber(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new QueryError(
    'BAD_SETTING',
    `${name} of a thread executor must be a whole number from ${least} to ${most}, not ${String(value)}.`,
  );
}
