import { braceExpand, Minimatch, type MinimatchOptions } from 'minimatch';
import { isQueryError, QueryError } from '../error/index.ts';
import { type ListObjectsOptions, tooManyObjects } from './list-objects.ts';
import { comparePaths, validateListPrefix, validateObjectPath } from './object-path.ts';
import type { ObjectMetadata, ObjectStore } from './object-store.ts';
import { badArgument } from './store-error.ts';

const MATCH_OPTIONS: MinimatchOptions = {
  platform: 'linux',
  nobrace: true,
  noext: true,
  nonegate: true,
  nocomment: true,
  optimizationLevel: 0,
};

/** `{a,b}` and `{1..9}` may stand for this many patterns in all. */
const MAX_ALTERNATIVES = 1024;

/** Above this many places to look, one listing of what they have in common is cheaper than a request for each. */
const MAX_LISTINGS = 16;

export type ExpandGlobOptions = ListObjectsOptions;

/** Whether `pattern` may stand for several objects, and is not simply a path. */
export function hasGlob(pattern: string): boolean {
  return /[*?[{\\]/.test(pattern);
}

/**
 * The objects whose path matches `pattern`, sorted by path, each once. Without wildcards that is the object itself, if
 * there is one.
 *
 * - `*` any text within a segment, `?` one character, `[a-z]`, `[!a-z]`, `[[:digit:]]` one of a set: as in POSIX shells
 *   (IEEE 1003.1, 2.13), so that they do not match a `.` at the beginning of a segment, where hidden files have it;
 * - `**` as a whole segment: any number of segments, also none;
 * - `{a,b}`, `{1..9}`: one of these, as in Bash;
 * - a backslash takes the next character literally.
 *
 * Cost: one listing of what follows the longest literal beginning of the pattern (of one folder only, where the pattern
 * does not reach below it), and one for each alternative that begins otherwise. Errors: `BAD_ARGUMENT` for a bad
 * pattern, `RESULT_LIMIT`, and those of `list` and `head`.
 */
export async function expandGlob(
  store: ObjectStore,
  pattern: string,
  options: ExpandGlobOptions = {},
): Promise<ObjectMetadata[]> {
  const { maxObjects = 1_000_000, signal } = options;
  const found = new Map<string, ObjectMetadata>();
  const searches = planSearches(alternativesOf(pattern));
  await Promise.all(
    searches.map(async ({ prefix, shallow, literal, alternatives }) => {
      const add = (object: ObjectMetadata) => {
        if (!alternatives.some(({ matches }) => matches(object.path))) return;
        found.set(object.path, object);
        if (found.size > maxObjects) throw tooManyObjects(pattern, maxObjects);
      };
      if (literal) {
        const object = await headIfAny(store, prefix, signal);
        if (object) add(object);
        return;
      }
      for await (const page of store.list(prefix, { signal, ...(shallow ? { delimiter: '/' } : {}) })) {
        page.objects.forEach(add);
      }
    }),
  );
  return [...found.values()].sort((a, b) => comparePaths(a.path, b.path));
}

/**
 * A test whether a path matches a pattern, by the rules of {@link expandGlob}. Cost of a test: linear in the path for
 * patterns in use. Errors: `BAD_ARGUMENT`.
 */
export function globMatcher(pattern: string): (path: string) => boolean {
  const alternatives = alternativesOf(pattern);
  return (path) => alternatives.some(({ matches }) => matches(path));
}

interface Alternative {
  /** The text before the first wildcard. */
  readonly prefix: string;
  /** There is no wildcard: `prefix` is a path. */
  readonly literal: boolean;
  /** Everything that matches lies in the folder of the prefix itself. */
  readonly shallow: boolean;
  readonly matches: (path: string) => boolean;
}

function alternativesOf(pattern: string): Alternative[] {
  if (typeof pattern !== 'string' || pattern === '')
    throw badArgument('A pattern of paths must be text and not empty.');
  if (pattern.length > 4096) throw badArgument('A pattern of paths may have 4,096 characters.');
  const expanded = braceExpand(pattern, { braceExpandMax: MAX_ALTERNATIVES + 1 });
  if (expanded.length > MAX_ALTERNATIVES) {
    throw badArgument(`The pattern ${JSON.stringify(pattern)} stands for more than ${MAX_ALTERNATIVES} patterns.`);
  }
  return [...new Set(expanded)].map(compile);
}

function compile(pattern: string): Alternative {
  const { text, rest } = literalPrefix(pattern);
  if (rest === '') {
    validateObjectPath(text);
    return { prefix: text, literal: true, shallow: true, matches: (path) => path === text };
  }
  validateListPrefix(text);
  for (const char of pattern) {
    if (char < ' ' || char === '\x7f') {
      throw badArgument(`The pattern ${JSON.stringify(pattern)} contains a control character.`);
    }
  }
  if (pattern.startsWith('/')) throw badArgument(`The pattern ${JSON.stringify(pattern)} begins with '/'.`);
  for (const segment of pattern.split('/')) {
    if (segment === '' || segment === '.') {
      throw badArgument(`The pattern ${JSON.stringify(pattern)} has an empty segment or a segment '.'.`);
    }
    if (segment === '..') {
      throw new QueryError('PATH_OUTSIDE_ROOT', `The pattern ${JSON.stringify(pattern)} has a segment '..'.`, {
        details: { pattern },
        hint: 'Name objects relative to the root of the store.',
      });
    }
  }
  const matcher = new Minimatch(pattern, MATCH_OPTIONS);
  return {
    prefix: text,
    literal: false,
    shallow: !rest.includes('/') && rest !== '**',
    matches: (path) => matcher.match(path),
  };
}

/** Splits a pattern before its first wildcard, and takes the backslashes out of what comes before. */
function literalPrefix(pattern: string): { readonly text: string; readonly rest: string } {
  let text = '';
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i]!;
    if (char === '*' || char === '?' || char === '[') return { text, rest: pattern.slice(i) };
    if (char === '\\') {
      i += 1;
      if (i === pattern.length) throw badArgument(`The pattern ${JSON.stringify(pattern)} ends in a backslash.`);
    }
    text += pattern[i];
  }
  return { text, rest: '' };
}

interface Search {
  readonly prefix: string;
  readonly literal: boolean;
  readonly shallow: boolean;
  /** The patterns whose objects this search finds. */
  readonly alternatives: Alternative[];
}

/** Puts together what one listing finds, and limits how many listings there are. */
function planSearches(alternatives: readonly Alternative[]): Search[] {
  const searches: Search[] = [];
  const byPrefix = [...alternatives].sort(
    (a, b) => comparePaths(a.prefix, b.prefix) || Number(a.shallow) - Number(b.shallow),
  );
  for (const next of byPrefix) {
    const covering = searches.find((search) => covers(search, next));
    if (covering) covering.alternatives.push(next);
    else searches.push({ ...next, alternatives: [next] });
  }
  if (searches.length <= MAX_LISTINGS) return searches;
  const prefix = commonPrefix(searches.map((search) => search.prefix));
  return [{ prefix, literal: false, shallow: false, alternatives: [...alternatives] }];
}

/** Whether a listing meets everything that another pattern could match. */
function covers(search: Search, next: Alternative): boolean {
  if (search.literal || !next.prefix.startsWith(search.prefix)) return false;
  return !search.shallow || (next.shallow && !next.prefix.slice(search.prefix.length).includes('/'));
}

function commonPrefix(texts: readonly string[]): string {
  return texts.reduce((a, b) => {
    let length = 0;
    while (length < a.length && a[length] === b[length]) length++;
    // Not between the two halves of a character.
    const prefix = a.slice(0, length);
    return prefix.isWellFormed() ? prefix : prefix.slice(0, -1);
  });
}

async function headIfAny(
  store: ObjectStore,
  path: string,
  signal: AbortSignal | undefined,
): Promise<ObjectMetadata | undefined> {
  try {
    return await store.head(path, { signal });
  } catch (error) {
    if (isQueryError(error) && error.code === 'OBJECT_NOT_FOUND') return undefined;
    throw error;
  }
}
