import { objectSpillStore, type SpillStore, type StoreAccess } from '@millrace/core/storage';
import type { SpillPlace } from '../protocol/messages.ts';
import { directorySpillStore } from './directory-spill-store.ts';

/** The store of that place, as seen by a thread that finds stores with `lookup`. */
export function openSpillPlace(
  place: SpillPlace,
  lookup: (name: string) => Pick<StoreAccess, 'store'> | Promise<Pick<StoreAccess, 'store'>>,
): SpillStore {
  if (place.kind === 'directory') return directorySpillStore(place.path);
  const { store: name, prefix } = place;
  const opened = async () => objectSpillStore((await lookup(name)).store, prefix);
  return {
    write: async (file, offset, bytes, signal) => (await opened()).write(file, offset, bytes, signal),
    read: async (file, offset, into, signal) => (await opened()).read(file, offset, into, signal),
    remove: async (file) => (await opened()).remove(file),
  };
}
