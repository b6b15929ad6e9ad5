import { listAll } from './list-objects.ts';
import type { ObjectStore } from './object-store.ts';

/** The store that stands for the place of spilled files in requests and locations; no store of an engine has an empty name. */
export const SPILL_STORE = '';

/**
 * A place for bytes that do not fit into memory, for as long as a query runs. Names are of the form `query/file`.
 *
 * Every byte of a file is written once, and a read asks for exactly what one write has written. Once a promise has settled, also by an
 * error or an abort, the memory given is not used any more.
 */
export interface SpillStore {
  write(file: string, offset: number, bytes: Uint8Array, signal?: AbortSignal): Promise<void>;
  read(file: string, offset: number, into: Uint8Array, signal?: AbortSignal): Promise<void>;
  /** Removes a file, or everything of a query. Succeeds when there is nothing. */
  remove(name: string): Promise<void>;
}

/** Spills to an object store, below `prefix`: each write is an object of its own, and one request. */
export function objectSpillStore(store: ObjectStore, prefix: string): SpillStore {
  const place = (file: string, offset: number) => `${prefix}/${file}/${offset}`;
  return {
    async write(file, offset, bytes, signal) {
      // Adapters may hash or send the body on another thread, which shared memory does not allow everywhere.
      await store.put(place(file, offset), bytes.slice(), { signal });
    },
    async read(file, offset, into, signal) {
      await store.getRanges(place(file, offset), [{ offset: 0, length: into.length }], { into, signal });
    },
    async remove(name) {
      for (const { path } of await listAll(store, `${prefix}/${name}/`)) await store.delete(path);
    },
  };
}
