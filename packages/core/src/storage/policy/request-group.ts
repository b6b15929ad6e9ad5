/** Folders of a path that make up its group. */
const MAX_FOLDERS = 2;

/**
 * The part of a store that a path counts to when requests are limited: its first folders, as far as they are no hive partitions. Object
 * stores limit the rate of requests by prefix, and one table is mostly one prefix.
 */
export function requestGroup(path: string): string {
  const folders = path.split('/', MAX_FOLDERS + 1).slice(0, -1);
  const partition = folders.findIndex((folder) => folder.includes('='));
  return (partition < 0 ? folders : folders.slice(0, partition)).join('/');
}
