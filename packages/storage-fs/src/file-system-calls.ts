import { promises } from 'node:fs';

/**
 * The calls of the operating system that the store makes, as a component: a test puts failures in their place that
 * cannot be brought about otherwise (no permission for root, no space, too many open files).
 */
export type FileSystemCalls = Pick<
  typeof promises,
  'access' | 'link' | 'lstat' | 'mkdir' | 'open' | 'readdir' | 'realpath' | 'rename' | 'rmdir' | 'stat' | 'unlink'
>;

export const systemCalls: FileSystemCalls = promises;
