/**
 * `@millrace/executor`: runs queries on worker threads. `threadExecutor()` is given to an engine; `nodeCodecs` and `lazyParquetWasm` are
 * for executors that run without threads.
 */
export { nodeCodecs } from './compute/node-codecs.ts';
export { lazyParquetWasm } from './load-parquet-wasm.ts';
export { temporarySpillStore } from './temporary-spill-store.ts';
export { threadExecutor } from './thread-executor.ts';
export type { SpillOptions, ThreadExecutorOptions } from './thread-executor-options.ts';
