import { resolve } from 'node:path';
import {
  createEngine as createCoreEngine,
  type Engine,
  type EngineOptions,
  inlineExecutor,
  QueryError,
} from '@millrace/core';
import {
  lazyParquetWasm,
  nodeCodecs,
  type SpillOptions,
  type ThreadExecutorOptions,
  temporarySpillStore,
  threadExecutor,
} from '@millrace/executor';
import { fileSystemStore } from '@millrace/storage-fs';

export interface LocalEngineOptions extends EngineOptions {
  /** Short for `compute.threads`. Not together with it or with `executor`. */
  readonly threads?: number;
  /** The lever of compute. Not together with `executor`. */
  readonly compute?: {
    /** Workers that compute. 0 runs everything on the calling thread. Default: one for each core. */
    readonly threads?: number;
  };
  /** The lever of storage. Apart from `readAheadBytes` not together with `executor`, and without effect on the calling thread. */
  readonly storage?: ThreadExecutorOptions['storage'] & {
    /** Bytes that a task asks for ahead of what it computes. The same as the setting `readAhead`; not together with it. */
    readonly readAheadBytes?: number;
  };
  /** What is kept of objects that are not on this machine. Not together with `executor`. */
  readonly cache?: ThreadExecutorOptions['cache'];
  /**
   * Where queries put what does not fit into memory: by default a directory for temporary files; `false` is nowhere. With `threads: 0`
   * only `directory` has an effect. Not together with `executor`.
   */
  readonly spill?: false | SpillOptions;
}

/**
 * An engine with everything in it: worker threads, and, unless `stores` says otherwise, the local files, by paths as the shell
 * knows them (relative ones from the current directory).
 *
 * ```ts
 * await using engine = createEngine();
 * const rows = await engine.query("SELECT count(*) AS n FROM read_parquet('data/*.parquet')").toArray();
 * ```
 *
 * With `stores`, queries reach those and nothing else of the machine. Threads start with the first query that needs them; an
 * engine that is not closed does not keep the process alive. Throws `InvalidArgument` for bad settings.
 */
export function createEngine(options: LocalEngineOptions = {}): Engine {
  const { threads, compute, storage = {}, cache, spill, stores, executor, settings = {}, ...rest } = options;
  const { readAheadBytes, ...threadStorage } = storage;
  if (executor) refuseTogether('executor', { threads, compute, cache, spill, ...threadStorage });
  if (compute?.threads !== undefined) refuseTogether('compute.threads', { threads });
  if (readAheadBytes !== undefined)
    refuseTogether('storage.readAheadBytes', { 'settings.readAhead': settings.readAhead });
  const numThreads = threads ?? compute?.threads;
  return createCoreEngine({
    ...rest,
    ...(stores ? { stores } : localFiles()),
    settings: { ...settings, ...(readAheadBytes === undefined ? {} : { readAhead: readAheadBytes }) },
    executor:
      executor ??
      (numThreads === 0
        ? inlineExecutor({
            codecs: nodeCodecs,
            parquetWasm: lazyParquetWasm,
            spill: spill === false ? undefined : temporarySpillStore(spill?.directory),
          })
        : threadExecutor({
            ...(numThreads === undefined ? {} : { compute: { threads: numThreads } }),
            ...(cache === undefined ? {} : { cache }),
            ...(spill === undefined ? {} : { spill }),
            storage: threadStorage,
          })),
  });
}

function refuseTogether(name: string, others: Readonly<Record<string, unknown>>): void {
  for (const [other, value] of Object.entries(others)) {
    if (value === undefined) continue;
    throw new QueryError('BAD_SETTING', `An engine takes ${other} or ${name}, and was given both.`);
  }
}

/** The whole file system as one store; confinement to a folder is what `stores` is for. */
function localFiles(): Pick<EngineOptions, 'stores' | 'resolveLocation'> {
  return {
    stores: { file: fileSystemStore({ root: '/' }) },
    resolveLocation: (location) => ({
      store: 'file',
      path: resolve(location.replace(/^file:\/\//, '')).slice(1),
    }),
  };
}
