import type { ObjectStore } from './object-store.ts';

/** A store that says that its bytes come over a network; `changes` stand in for some of its members. */
export function onNetwork(inner: ObjectStore, changes: Partial<ObjectStore> = {}): ObjectStore {
  return {
    contract: 1,
    capabilities: { ...inner.capabilities, local: false },
    get: (...given) => inner.get(...given),
    getRanges: (...given) => inner.getRanges(...given),
    head: (...given) => inner.head(...given),
    list: (...given) => inner.list(...given),
    put: (...given) => inner.put(...given),
    delete: (...given) => inner.delete(...given),
    descriptor: () => inner.descriptor(),
    close: () => inner.close(),
    ...changes,
  };
}
