import { isQueryError } from '../../error/index.ts';
import type { ConformanceCase } from './conformance-case.ts';
import { drain, expectBytes, expectEqual, expectError, expectTrue, readObject, testBytes } from './expectation.ts';

async function* inParts(bytes: Uint8Array, partBytes: number): AsyncGenerator<Uint8Array, void> {
  for (let i = 0; i < bytes.length; i += partBytes) yield bytes.subarray(i, i + partBytes);
}

/** Promises of `put` and `delete`. */
export const WRITE_CASES: readonly ConformanceCase[] = [
  {
    title: 'put takes bytes, streams and async iterables, with parts of any size, also none',
    requires: ['write'],
    async run({ store, folder }) {
      const path = `${folder}/object`;
      const bytes = testBytes(100_000);
      await store.put(path, inParts(bytes, 777));
      expectBytes(await readObject(store, path), bytes, 'the object from an async iterable');
      const source = inParts(bytes.slice().reverse(), 4096);
      const stream = new ReadableStream<Uint8Array>({
        async pull(controller) {
          const { done, value } = await source.next();
          if (done) controller.close();
          else controller.enqueue(value);
        },
      });
      await store.put(path, stream);
      expectBytes(await readObject(store, path), bytes.slice().reverse(), 'the object from a stream');
      await store.put(path, inParts(new Uint8Array(0), 1));
      expectEqual((await store.head(path)).size, 0, 'the size of the object from an empty iterable');
      const shared = new Uint8Array(new SharedArrayBuffer(1000));
      shared.set(bytes.subarray(0, 1000));
      await store.put(path, shared);
      expectBytes(await readObject(store, path), bytes.subarray(0, 1000), 'the object from shared memory');
    },
  },
  {
    title: 'put takes large bodies of unknown length',
    requires: ['write'],
    async run({ store, folder }) {
      const path = `${folder}/large`;
      const bytes = testBytes(18 * 2 ** 20 + 5);
      const written = await store.put(path, inParts(bytes, 1_000_003));
      expectEqual(written.size, bytes.length, 'the size');
      expectBytes(await readObject(store, path), bytes, 'the object');
      expectEqual((await store.head(path)).version, written.version, 'the version');
      const whole = await store.put(path, bytes);
      expectBytes(await readObject(store, path), bytes, 'the object from one array');
      expectEqual((await store.head(path)).version, whole.version, 'the version of the object from one array');
    },
  },
  {
    title: 'put replaces an object, larger or smaller',
    requires: ['write'],
    async run({ store, folder }) {
      const path = `${folder}/object`;
      for (const length of [1000, 10, 5000, 0, 1]) {
        await store.put(path, testBytes(length, length + 1));
        expectBytes(await readObject(store, path), testBytes(length, length + 1), `the object of ${length} bytes`);
      }
    },
  },
  {
    title: 'when the body fails, put rejects with its error, nothing is written and the former object stays',
    requires: ['write'],
    async run({ store, folder }) {
      const failure = new Error('the source of the body failed');
      async function* failing(length: number) {
        for (let i = 0; i < length; i++) yield testBytes(1_000_000, i);
        throw failure;
      }
      await store.put(`${folder}/old`, testBytes(10));
      for (const numParts of [0, 1, 9]) {
        for (const name of ['old', 'new']) {
          const error = await store.put(`${folder}/${name}`, failing(numParts)).then(
            () => undefined,
            (thrown: unknown) => thrown,
          );
          expectTrue(error === failure, `put must reject with the error of the body, not with ${String(error)}`);
        }
      }
      expectBytes(await readObject(store, `${folder}/old`), testBytes(10), 'the former object');
      await expectError(() => store.head(`${folder}/new`), 'OBJECT_NOT_FOUND', 'head of what was not written');
    },
  },
  {
    title: 'a body that is not bytes is BAD_ARGUMENT and nothing is written',
    requires: ['write'],
    async run({ store, folder }) {
      async function* texts() {
        yield 'text';
      }
      for (const body of ['text', 5, null, undefined, texts()]) {
        await expectError(
          () => store.put(`${folder}/new`, body as unknown as Uint8Array),
          'BAD_ARGUMENT',
          `put of ${body}`,
        );
      }
      await expectError(() => store.head(`${folder}/new`), 'OBJECT_NOT_FOUND', 'head of what was not written');
    },
  },
  {
    title: 'an aborted put writes nothing, also while its body hangs',
    requires: ['write'],
    async run({ store, folder }) {
      const path = `${folder}/new`;
      await expectError(
        () => store.put(path, testBytes(10), { signal: AbortSignal.abort() }),
        'ABORTED',
        'put after abort',
      );
      for (const numParts of [0, 1, 9]) {
        const controller = new AbortController();
        let ended = false;
        async function* hanging() {
          try {
            for (let i = 0; i < numParts; i++) yield testBytes(1_000_000);
            controller.abort();
            await new Promise((resolve) => setTimeout(resolve, 1));
            yield testBytes(1_000_000);
          } finally {
            ended = true;
          }
        }
        await expectError(() => store.put(path, hanging(), { signal: controller.signal }), 'ABORTED', 'an aborted put');
        await expectError(() => store.head(path), 'OBJECT_NOT_FOUND', 'head of what was not written');
        for (let i = 0; i < 100 && !ended; i++) await new Promise((resolve) => setTimeout(resolve, 1));
        expectTrue(ended, 'the body of an aborted put must be ended');
      }
    },
  },
  {
    title: 'an object that is written is visible whole or not at all',
    requires: ['write', 'list'],
    async run({ store, folder }) {
      const path = `${folder}/object`;
      const bytes = testBytes(1_000_000);
      let seen = 0;
      async function* watched() {
        for (let i = 0; i < 10; i++) {
          yield bytes.subarray(i * 100_000, (i + 1) * 100_000);
          await expectError(() => store.head(path), 'OBJECT_NOT_FOUND', 'head during the put');
          seen += (await drain(store.list(`${folder}/`))).objects.length;
        }
      }
      await store.put(path, watched());
      expectEqual(seen, 0, 'the number of objects in sight during the put');
      expectBytes(await readObject(store, path), bytes, 'the object');
    },
  },
  {
    title: 'put with two conditions, or with one that there is not, is BAD_ARGUMENT',
    requires: ['write'],
    async run({ store, folder }) {
      const path = `${folder}/object`;
      for (const options of [{ ifNoneMatch: '*', ifMatch: 'v' }, { ifNoneMatch: 'v' }, { ifMatch: '' }]) {
        await expectError(
          () => store.put(path, testBytes(1), options as { ifNoneMatch: '*' }),
          'BAD_ARGUMENT',
          `put with ${JSON.stringify(options)}`,
        );
      }
    },
  },
  {
    title: "ifNoneMatch '*' writes a new object and is OBJECT_EXISTS for one that exists",
    requires: ['write', 'createIfAbsent'],
    async run({ store, folder }) {
      const path = `${folder}/object`;
      await store.put(path, testBytes(10, 1), { ifNoneMatch: '*' });
      await expectError(
        () => store.put(path, testBytes(10, 2), { ifNoneMatch: '*' }),
        'OBJECT_EXISTS',
        'the second put',
      );
      expectBytes(await readObject(store, path), testBytes(10, 1), 'the object');
      await store.delete(path);
      await store.put(path, testBytes(10, 3), { ifNoneMatch: '*' });
    },
  },
  {
    title: "of many puts with ifNoneMatch '*' at a time exactly one wins",
    requires: ['write', 'createIfAbsent'],
    async run({ store, folder }) {
      const path = `${folder}/object`;
      const outcomes = await Promise.all(
        Array.from({ length: 12 }, (_, i) =>
          store.put(path, testBytes(1000, i + 1), { ifNoneMatch: '*' }).then(
            () => i,
            (error: unknown) => {
              expectTrue(isQueryError(error) && error.code === 'OBJECT_EXISTS', `a loser was told ${String(error)}`);
              return undefined;
            },
          ),
        ),
      );
      const winners = outcomes.filter((outcome) => outcome !== undefined);
      expectEqual(winners.length, 1, 'the number of winners');
      expectBytes(await readObject(store, path), testBytes(1000, winners[0]! + 1), 'the object of the winner');
    },
  },
  {
    title: 'ifMatch replaces the version that it names; another is VERSION_MISMATCH, none OBJECT_NOT_FOUND',
    requires: ['write', 'replaceIfMatch'],
    async run({ store, folder }) {
      const path = `${folder}/object`;
      await expectError(() => store.put(path, testBytes(1), { ifMatch: 'v' }), 'OBJECT_NOT_FOUND', 'put over nothing');
      const first = await store.put(path, testBytes(10, 1));
      const second = await store.put(path, testBytes(10, 2), { ifMatch: first.version });
      await expectError(
        () => store.put(path, testBytes(10, 3), { ifMatch: first.version }),
        'VERSION_MISMATCH',
        'a stale put',
      );
      expectBytes(await readObject(store, path), testBytes(10, 2), 'the object');
      expectEqual((await store.head(path)).version, second.version, 'the version');
    },
  },
  {
    title: 'of many puts with the same ifMatch at a time exactly one wins',
    requires: ['write', 'replaceIfMatch atomic'],
    async run({ store, folder }) {
      const path = `${folder}/object`;
      const { version } = await store.put(path, testBytes(10));
      const outcomes = await Promise.all(
        Array.from({ length: 12 }, (_, i) =>
          store.put(path, testBytes(1000, i + 2), { ifMatch: version }).then(
            () => true,
            (error: unknown) => {
              expectTrue(isQueryError(error) && error.code === 'VERSION_MISMATCH', `a loser was told ${String(error)}`);
              return false;
            },
          ),
        ),
      );
      expectEqual(outcomes.filter(Boolean).length, 1, 'the number of winners');
    },
  },
  {
    title: 'a store that cannot check ifNoneMatch refuses it',
    requires: ['write', 'not createIfAbsent'],
    async run({ store, folder }) {
      const path = `${folder}/object`;
      await expectError(() => store.put(path, testBytes(1), { ifNoneMatch: '*' }), 'FEATURE_NOT_IMPLEMENTED', 'put');
    },
  },
  {
    title: 'a store that cannot check ifMatch refuses it',
    requires: ['write', 'not replaceIfMatch'],
    async run({ store, folder }) {
      const { version } = await store.put(`${folder}/object`, testBytes(1));
      await expectError(
        () => store.put(`${folder}/object`, testBytes(1), { ifMatch: version }),
        'FEATURE_NOT_IMPLEMENTED',
        'put',
      );
    },
  },
  {
    title: 'delete removes an object, and removing what is not there succeeds',
    requires: ['write'],
    async run({ store, folder }) {
      const path = `${folder}/sub/object`;
      await store.delete(path);
      await store.put(path, testBytes(10));
      await store.delete(path);
      await store.delete(path);
      await expectError(() => store.head(path), 'OBJECT_NOT_FOUND', 'head of what was deleted');
      await store.put(path, testBytes(11));
      expectEqual((await store.head(path)).size, 11, 'the size of what was written again');
    },
  },
  {
    title: 'a store that cannot write refuses put and delete',
    requires: ['not write'],
    async run({ store, folder }) {
      await expectError(() => store.put(`${folder}/object`, testBytes(1)), 'FEATURE_NOT_IMPLEMENTED', 'put');
      await expectError(() => store.delete(`${folder}/object`), 'FEATURE_NOT_IMPLEMENTED', 'delete');
    },
  },
];
