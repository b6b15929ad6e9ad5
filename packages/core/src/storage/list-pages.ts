import { throwIfAborted } from '../error/index.ts';
import { comparePaths, validateListPrefix } from './object-path.ts';
import type { ListOptions, ListPage, ObjectMetadata } from './object-store.ts';
import { badArgument } from './store-error.ts';

/** How many entries a page holds where the store may choose. As in S3. */
export const DEFAULT_PAGE_SIZE = 1000;

/** Throws `BAD_ARGUMENT` unless these are good arguments of `list`. */
export function validateList(prefix: string, options: ListOptions): void {
  validateListPrefix(prefix);
  const { delimiter, startAfter } = options;
  if (delimiter !== undefined && delimiter !== '/') {
    throw badArgument(`The only delimiter of a listing is '/', not ${JSON.stringify(delimiter)}.`);
  }
  if (startAfter !== undefined && typeof startAfter !== 'string') throw badArgument('startAfter must be text.');
}

/**
 * The pages of a listing over objects that come sorted by path: picks what the prefix and `startAfter` leave, and rolls
 * up at the delimiter. For stores that have their objects in memory or walk them in order.
 */
export async function* pagesOfSorted(
  objects: Iterable<ObjectMetadata> | AsyncIterable<ObjectMetadata>,
  prefix: string,
  options: ListOptions,
  pageSize: number = DEFAULT_PAGE_SIZE,
): AsyncGenerator<ListPage, void> {
  const { startAfter, delimiter, signal } = options;
  let page: { objects: ObjectMetadata[]; prefixes: string[] } = { objects: [], prefixes: [] };
  let lastPrefix: string | undefined;
  for await (const object of objects) {
    throwIfAborted(signal);
    if (!object.path.startsWith(prefix)) continue;
    const cut = delimiter === undefined ? -1 : object.path.indexOf(delimiter, prefix.length);
    const entry = cut < 0 ? object.path : object.path.slice(0, cut + 1);
    if (entry === lastPrefix) continue;
    if (startAfter !== undefined && comparePaths(entry, startAfter) <= 0) continue;
    if (page.objects.length + page.prefixes.length >= pageSize) {
      yield page;
      throwIfAborted(signal);
      page = { objects: [], prefixes: [] };
    }
    if (cut < 0) {
      page.objects.push(object);
    } else {
      lastPrefix = entry;
      page.prefixes.push(entry);
    }
  }
  yield page;
}
