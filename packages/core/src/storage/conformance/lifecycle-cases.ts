import { isQueryError } from '../../error/index.ts';
import type { ConformanceCase } from './conformance-case.ts';
import {
  drain,
  expectBytes,
  expectEqual,
  expectError,
  expectTrue,
  readAll,
  readObject,
  testBytes,
} from './expectation.ts';

/** Promises about aborts, descriptors and closing. */
export const LIFECYCLE_CASES: readonly ConformanceCase[] = [
  {
    title: 'a store says that it follows version 1 of the contract and what it can do',
    async run({ store }) {
      expectEqual(store.contract, 1, 'the contract');
      const { write, list, createIfAbsent, replaceIfMatch, rebuildable } = store.capabilities;
      for (const flag of [write, list, createIfAbsent, rebuildable])
        expectEqual(typeof flag, 'boolean', 'a capability');
      expectTrue(['none', 'checked', 'atomic'].includes(replaceIfMatch), 'replaceIfMatch must be one of three words');
      expectTrue(
        write || (!createIfAbsent && replaceIfMatch === 'none'),
        'a store that cannot write has no conditions',
      );
    },
  },
  {
    title: 'a signal that is aborted before the call rejects it with ABORTED',
    requires: ['write'],
    async run({ store, folder }) {
      const path = `${folder}/object`;
      await store.put(path, testBytes(10));
      const signal = AbortSignal.abort();
      for (const [what, run] of [
        ['get', () => store.get(path, { signal })],
        ['getRanges', () => store.getRanges(path, [{ offset: 0, length: 1 }], { signal })],
        ['head', () => store.head(path, { signal })],
        ['put', () => store.put(path, testBytes(20), { signal })],
        ['delete', () => store.delete(path, { signal })],
      ] as const) {
        await expectError(run, 'ABORTED', what);
      }
      expectBytes(await readObject(store, path), testBytes(10), 'the object');
    },
  },
  {
    title: 'a signal that aborts while a body is read makes the body error with ABORTED',
    requires: ['write'],
    async run({ store, folder }) {
      const path = `${folder}/object`;
      const bytes = testBytes(3_000_000);
      await store.put(path, bytes);
      for (let i = 0; i < 60; i++) {
        const controller = new AbortController();
        const { body } = await store.get(path, { signal: controller.signal });
        const reader = body.getReader();
        if (i % 3 > 0) await reader.read();
        if (i % 3 > 1) void reader.read().catch(() => undefined);
        controller.abort();
        await expectError(
          async () => {
            while (!(await reader.read()).done);
          },
          'ABORTED',
          'the body',
        );
      }
      expectBytes(await readObject(store, path), bytes, 'the object afterwards');
    },
  },
  {
    title: 'an abort after the answer changes nothing and an unused signal keeps no listener',
    requires: ['write'],
    async run({ store, folder }) {
      const path = `${folder}/object`;
      const controller = new AbortController();
      const { signal } = controller;
      let numListeners = 0;
      const add = signal.addEventListener.bind(signal);
      const remove = signal.removeEventListener.bind(signal);
      // Counts what the store itself adds and removes; `once` listeners count until they are removed.
      signal.addEventListener = (...args: Parameters<typeof add>) => {
        numListeners += 1;
        add(...args);
      };
      signal.removeEventListener = (...args: Parameters<typeof remove>) => {
        numListeners -= 1;
        remove(...args);
      };
      await store.put(path, testBytes(10), { signal });
      await readAll((await store.get(path, { signal })).body);
      await store.getRanges(path, [{ offset: 0, length: 5 }], { signal });
      await store.head(path, { signal });
      expectTrue(numListeners <= 0, `${numListeners} listeners were left on the signal`);
      controller.abort();
      expectBytes(await readObject(store, path), testBytes(10), 'the object');
    },
  },
  {
    title: 'a descriptor is plain data and builds an equal store',
    requires: ['write', 'rebuildable'],
    async run({ store, folder, open }) {
      const descriptor = store.descriptor();
      const copy = JSON.parse(JSON.stringify(descriptor)) as typeof descriptor;
      expectEqual(copy, descriptor, 'the descriptor after JSON');
      structuredClone(descriptor);
      expectTrue(open !== undefined, 'the runner must say how to open the descriptor of a rebuildable store');
      const written = await store.put(`${folder}/object`, testBytes(1000));
      const other = await open(copy);
      try {
        expectBytes(await readObject(other, `${folder}/object`), testBytes(1000), 'the object in the other store');
        expectEqual((await other.head(`${folder}/object`)).version, written.version, 'the version in the other store');
        expectEqual(other.descriptor(), descriptor, 'the descriptor of the other store');
        expectEqual(other.capabilities, store.capabilities, 'the capabilities of the other store');
      } finally {
        await other.close();
      }
      expectBytes(
        await readObject(store, `${folder}/object`),
        testBytes(1000),
        'the object after the other store is closed',
      );
    },
  },
  {
    title: 'a store that cannot be rebuilt elsewhere has no descriptor',
    requires: ['not rebuildable'],
    async run({ store }) {
      await expectError(async () => store.descriptor(), 'FEATURE_NOT_IMPLEMENTED', 'descriptor()');
    },
  },
  {
    title: 'close is idempotent, and afterwards every call rejects with ENGINE_CLOSED',
    requires: ['write'],
    async run({ store, folder }) {
      const path = `${folder}/object`;
      await store.put(path, testBytes(10));
      await Promise.all([store.close(), store.close()]);
      await store.close();
      for (const [what, run] of [
        ['get', () => store.get(path)],
        ['getRanges', () => store.getRanges(path, [{ offset: 0, length: 1 }])],
        ['head', () => store.head(path)],
        ['put', () => store.put(path, testBytes(20))],
        ['delete', () => store.delete(path)],
        ...(store.capabilities.list ? [['list', () => drain(store.list(folder))] as const] : []),
      ] as const) {
        await expectError(run, 'ENGINE_CLOSED', `${what} after close`);
      }
    },
  },
  {
    title: 'close waits for running calls and makes open bodies error',
    requires: ['write'],
    async run({ store, folder }) {
      const path = `${folder}/object`;
      const bytes = testBytes(3_000_000);
      await store.put(path, bytes);
      const reader = (await store.get(path)).body.getReader();
      await reader.read();
      const running = store.getRanges(path, [{ offset: 0, length: bytes.length }]).then(
        ({ ranges }) => expectBytes(ranges[0]!, bytes, 'the range'),
        (error: unknown) => expectTrue(isQueryError(error) && error.code === 'ENGINE_CLOSED', `got ${String(error)}`),
      );
      await store.close();
      await running;
      await expectError(
        async () => {
          while (!(await reader.read()).done);
        },
        'ENGINE_CLOSED',
        'an open body of a closed store',
      );
    },
  },
];
