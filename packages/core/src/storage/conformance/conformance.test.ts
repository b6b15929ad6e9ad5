import { afterEach, describe, expect, test } from 'vitest';
import { QueryError } from '../../error/index.ts';
import { MemoryAccount } from '../../runtime/index.ts';
import * as storage from '../index.ts';
import {
  cachingStore,
  countingStore,
  faultyStore,
  limitStore,
  memoryStore,
  type ObjectStore,
  openStore,
  policyStore,
  prefixStore,
  RangeCache,
  RequestPolicies,
  SharedCache,
  type StoreDescriptor,
  throttledStore,
} from '../index.ts';
import { onNetwork } from '../on-network.fixture.ts';
import { conformanceCases } from './index.ts';

/** A memory store that another "thread" of this test can rebuild, because a registry stands in for the network. */
const shared = new Map<string, ObjectStore>();
let numShared = 0;

function sharedMemoryStore(): ObjectStore {
  const name = `memory ${numShared++}`;
  shared.set(name, memoryStore());
  return openShared(name);
}

function openShared(name: string): ObjectStore {
  const inner = shared.get(name);
  if (!inner) throw new QueryError('STORE_NOT_FOUND', `There is no ${name}.`);
  let closed = false;
  const guard = () => {
    if (closed) throw new QueryError('ENGINE_CLOSED', 'This store has been closed.');
  };
  return {
    contract: 1,
    capabilities: { ...inner.capabilities, rebuildable: true },
    async get(...args) {
      guard();
      const result = await inner.get(...args);
      const body = storage.observeBody(
        result.body,
        {
          part(bytes) {
            guard();
            return bytes;
          },
        },
        args[1]?.signal,
      );
      return { ...result, body };
    },
    async getRanges(...args) {
      guard();
      return inner.getRanges(...args);
    },
    async head(...args) {
      guard();
      return inner.head(...args);
    },
    async *list(...args) {
      guard();
      yield* inner.list(...args);
    },
    async put(...args) {
      guard();
      return inner.put(...args);
    },
    async delete(...args) {
      guard();
      return inner.delete(...args);
    },
    descriptor: () => ({ module: 'test', export: 'openShared', options: { name } }),
    async close() {
      closed = true;
    },
  };
}

const open = (descriptor: StoreDescriptor) =>
  openStore(descriptor, async (specifier) =>
    specifier === 'test'
      ? { openShared: ({ name }: { name: string }) => openShared(name) }
      : (storage as unknown as Record<string, unknown>),
  );

const newCache = () =>
  new SharedCache(new RangeCache({ maxBytes: 200_000, keepFreeBytes: 0 }, new MemoryAccount('test')));

const noFaults = { seed: 1, faults: [] };
const fastNetwork = { seed: 1, connectionBytesPerSecond: 50e9, networkBytesPerSecond: 80e9 };
const stores: Record<string, () => ObjectStore> = {
  'memory store': () => memoryStore(),
  'memory store with pages of 3': () => memoryStore({ pageSize: 3 }),
  'prefix store': () => prefixStore(memoryStore(), 'some/folder'),
  'limit store': () => limitStore(memoryStore(), { maxReads: 80, maxWrites: 20 }),
  'limit store of one': () => limitStore(memoryStore(), { maxReads: 1 }),
  'counting store': () => countingStore(memoryStore()),
  'faulty store without faults': () => faultyStore(memoryStore(), noFaults),
  'throttled store': () =>
    throttledStore(memoryStore(), { ...fastNetwork, latency: 's3-standard' }, { sleep: async () => undefined }),
  'policy store': () => policyStore(memoryStore(), new RequestPolicies({ maxInFlight: 80 })),
  'policy store of a store on a network': () =>
    policyStore(onNetwork(memoryStore({ pageSize: 3 })), new RequestPolicies({ maxInFlight: 80 })),
  'policy store, rebuildable': () => policyStore(sharedMemoryStore(), new RequestPolicies({ maxInFlight: 80 })),
  'caching store': () => cachingStore(onNetwork(memoryStore()), newCache(), 'lake'),
  'all wrappers, rebuildable': () =>
    countingStore(
      prefixStore(
        limitStore(throttledStore(faultyStore(sharedMemoryStore(), noFaults), fastNetwork), { maxReads: 100 }),
        'x',
      ),
    ),
};

afterEach(() => shared.clear());

for (const [name, make] of Object.entries(stores)) {
  describe(name, () => {
    for (const { title, run } of conformanceCases(make().capabilities)) {
      // A cache answers what was read before with the version that was asked for: that is its purpose.
      test.skipIf(name === 'caching store' && title.startsWith('ifMatch with the version'))(title, async () => {
        const store = make();
        try {
          await run({ store, folder: 'conformance', open });
        } finally {
          await store.close();
        }
      });
    }
  });
}

describe('the kit', () => {
  test('holds a store to every case but those of capabilities that it lacks', () => {
    const titles = (capabilities: ObjectStore['capabilities']) =>
      conformanceCases(capabilities).map(({ title }) => title);
    const full = titles({ write: true, list: true, createIfAbsent: true, replaceIfMatch: 'atomic', rebuildable: true });
    const none = titles({
      write: false,
      list: false,
      createIfAbsent: false,
      replaceIfMatch: 'none',
      rebuildable: false,
    });
    expect(new Set(full).size).toBe(full.length);
    expect(full.length).toBeGreaterThan(45);
    expect(none).toContain('a store that cannot write refuses put and delete');
    expect(none).toContain('a missing object is OBJECT_NOT_FOUND and the error names the path');
  });

  /** Each breaks one promise; the kit must notice. */
  const broken: Record<string, (inner: ObjectStore) => Partial<ObjectStore>> = {
    'ranges in the wrong order': (inner) => ({
      getRanges: async (path, ranges, options) => inner.getRanges(path, [...ranges].reverse(), options),
    }),
    'into ignored': (inner) => ({
      getRanges: async (path, ranges, { into: _, ...options } = {}) => inner.getRanges(path, ranges, options),
    }),
    'ifMatch ignored': (inner) => ({ head: async (path, { signal } = {}) => inner.head(path, { signal }) }),
    'a put that ignores ifNoneMatch': (inner) => ({
      put: async (path, body, { ifNoneMatch: _, ...options } = {}) => inner.put(path, body, options),
    }),
    'a listing in the order of UTF-16': (inner) => ({
      async *list(prefix, options) {
        for await (const page of inner.list(prefix, options)) {
          yield { ...page, objects: [...page.objects].sort((a, b) => (a.path < b.path ? -1 : 1)) };
        }
      },
    }),
    'delete of a missing object fails': (inner) => ({
      delete: async (path) => {
        await inner.head(path);
        await inner.delete(path);
      },
    }),
    'errors thrown synchronously': (inner) => ({
      head: (path, options) => {
        storage.validateObjectPath(path);
        return inner.head(path, options);
      },
    }),
    'plain errors': () => ({ head: async () => Promise.reject(new Error('ENOENT')) }),
    'a close that does nothing': () => ({ close: async () => undefined }),
    'signals ignored': (inner) => ({
      getRanges: async (path, ranges, { signal: _, ...options } = {}) => inner.getRanges(path, ranges, options),
    }),
  };
  for (const [name, change] of Object.entries(broken)) {
    test(`notices: ${name}`, async () => {
      const failures: string[] = [];
      for (const { title, run } of conformanceCases(memoryStore().capabilities)) {
        const inner = memoryStore();
        const methods = ['get', 'getRanges', 'head', 'list', 'put', 'delete', 'descriptor', 'close'] as const;
        const bound = Object.fromEntries(methods.map((method) => [method, inner[method].bind(inner)]));
        const store = { contract: 1, capabilities: inner.capabilities, ...bound, ...change(inner) } as ObjectStore;
        await run({ store, folder: 'conformance' }).catch((error: unknown) => failures.push(`${title}: ${error}`));
      }
      expect(failures).not.toEqual([]);
    });
  }
});
