import { QueryError } from '../error/index.ts';
import type { ObjectMetadata, ObjectStore } from './object-store.ts';

export interface ListObjectsOptions {
  readonly signal?: AbortSignal | undefined;
  /** More objects than this are `RESULT_LIMIT`. Default: 1,000,000, of which each takes some 200 bytes of memory. */
  readonly maxObjects?: number;
}

const DEFAULT_MAX_OBJECTS = 1_000_000;

/** All objects whose path begins with `prefix`, sorted. Cost: one request for each 1,000 or so. */
export async function listAll(
  store: ObjectStore,
  prefix = '',
  options: ListObjectsOptions = {},
): Promise<ObjectMetadata[]> {
  const { maxObjects = DEFAULT_MAX_OBJECTS, signal } = options;
  const objects: ObjectMetadata[] = [];
  for await (const page of store.list(prefix, { signal })) {
    for (const object of page.objects) objects.push(object);
    if (objects.length > maxObjects) throw tooManyObjects(prefix, maxObjects);
  }
  return objects;
}

export function tooManyObjects(what: string, maxObjects: number): QueryError {
  return new QueryError('RESULT_LIMIT', `More than ${maxObjects} objects match '${what}'.`, {
    details: { pattern: what, maxObjects },
    hint: 'Name a narrower path.',
  });
}
