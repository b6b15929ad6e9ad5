import { resolve } from 'node:path';
import { createEngine as createCoreEngine, type Engine, type EngineOptions, inlineExecutor } from '@millrace/core';
import { lazyParquetWasm, nodeCodecs, threadExecutor } from '@millrace/executor';
import { fileSystemStore } from '@millrace/storage-fs';

export interface LocalEngineOptions extends EngineOptions {
  /** Workers that compute. 0 runs everything on the calling thread. Default: one for each core. Not together with `executor`. */
  readonly threads?: number;
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
  const { threads, stores, executor, ...rest } = options;
  return createCoreEngine({
    ...rest,
    ...(stores ? { stores } : localFiles()),
    executor:
      executor ??
      (threads === 0
        ? inlineExecutor({ codecs: nodeCodecs, parquetWasm: lazyParquetWasm })
        : threadExecutor(threads === undefined ? {} : { threads })),
  });
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
