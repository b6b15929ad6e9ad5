/**
 * `@millrace/executor`: runs queries on worker threads. `threadExecutor()` is given to an engine; `nodeCodecs` and `loadParquetWasm` are
 * for executors that run without threads.
 */
export { nodeCodecs } from './compute/node-codecs.ts';
export { loadParquetWasm } from './load-parquet-wasm.ts';
export { threadExecutor } from './thread-executor.ts';
export type { ThreadExecutorOptions } from './thread-executor-options.ts';
