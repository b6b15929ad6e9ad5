/** A store whose reads end the thread that they run in, as often as a file says: one byte for each time. */
import { readFileSync, truncateSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import type { ObjectStore, StoreDescriptor } from '@millrace/core/storage';
import { fileSystemStore } from '@millrace/storage-fs';

export interface DyingStoreOptions {
  readonly root: string;
  /** As many bytes as threads are to die. */
  readonly fuse: string;
  /** Where the descriptor says that the store is from. Default: here. */
  readonly module?: string;
}

export function dyingStore(options: DyingStoreOptions): ObjectStore {
  const inner = fileSystemStore({ root: options.root });
  const store: ObjectStore = {
    contract: 1,
    capabilities: inner.capabilities,
    get: (path, rest) => inner.get(path, rest),
    async getRanges(path, ranges, rest) {
      const left = readFileSync(options.fuse).length;
      if (left > 0 && !isMainThread) {
        truncateSync(options.fuse, left - 1);
        process.exit(3);
      }
      return inner.getRanges(path, ranges, rest);
    },
    head: (path, rest) => inner.head(path, rest),
    list: (prefix, rest) => inner.list(prefix, rest),
    put: (path, body, rest) => inner.put(path, body, rest),
    delete: (path, rest) => inner.delete(path, rest),
    descriptor: () => ({
      module: options.module ?? import.meta.url,
      export: 'openDyingStore',
      options: { ...options },
    }),
    close: () => inner.close(),
  };
  return store;
}

/**
 * What the descriptor names.
 *
 * @public
 */
export function openDyingStore(options: StoreDescriptor['options']): ObjectStore {
  return dyingStore(options as unknown as DyingStoreOptions);
}
