/**
 * Millrace: SQL over Parquet in object storage, inside Node.js, on every core, with no native addon. This package has everything in it;
 * `@millrace/core` and its siblings are the parts.
 */
export * from '@millrace/core';
export { type ThreadExecutorOptions, threadExecutor } from '@millrace/executor';
export { type FileSystemStoreSettings, fileSystemStore } from '@millrace/storage-fs';
export { createEngine, type LocalEngineOptions } from './create-engine.ts';
