import { tmpdir } from 'node:os';
import type { SpillStore } from '@millrace/core/storage';
import { directorySpillStore, ownSpillDirectory } from './data-plane/directory-spill-store.ts';

/**
 * A place for what does not fit into memory, for executors without threads: a directory of this process in `parent` (default: the
 * directory of the system for temporary files), which goes when the process exits.
 */
export function temporarySpillStore(parent: string = tmpdir()): SpillStore {
  return directorySpillStore(ownSpillDirectory(parent).path);
}
