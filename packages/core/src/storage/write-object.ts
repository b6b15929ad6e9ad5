import type { ObjectMetadata, ObjectStore, PutOptions } from './object-store.ts';

/** Writes text as UTF-8. Errors: those of `put`. */
export function putText(
  store: ObjectStore,
  path: string,
  text: string,
  options: PutOptions = {},
): Promise<ObjectMetadata> {
  return store.put(path, new TextEncoder().encode(text), options);
}

/**
 * Copies an object, also from one store to another, through the memory of this process and never more of it than the
 * stores hold at a time. The copy is of one version. Errors: those of `get` and `put`.
 */
export async function copyObject(
  from: { readonly store: ObjectStore; readonly path: string; readonly ifMatch?: string },
  to: { readonly store: ObjectStore; readonly path: string },
  options: PutOptions = {},
): Promise<ObjectMetadata> {
  const { body } = await from.store.get(from.path, { ifMatch: from.ifMatch, signal: options.signal });
  try {
    return await to.store.put(to.path, body, options);
  } catch (error) {
    // A `put` that refused before it read the body has left it unread. A locked or errored body needs no cancelling.
    if (!body.locked) await body.cancel().catch(() => undefined);
    throw error;
  }
}
