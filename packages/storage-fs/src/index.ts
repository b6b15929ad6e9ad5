/** `@millrace/storage-fs`: local files as an object store. */

export type { FileSystemCalls } from './file-system-calls.ts';
export {
  FileSystemStore,
  type FileSystemStoreComponents,
  type FileSystemStoreSettings,
  fileSystemStore,
  openFileSystemStore,
} from './file-system-store.ts';
