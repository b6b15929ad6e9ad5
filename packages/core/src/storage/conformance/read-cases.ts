import type { ConformanceCase } from './conformance-case.ts';
import { expectBytes, expectEqual, expectError, expectTrue, readAll, readObject, testBytes } from './expectation.ts';

/** Promises of `get` and `head`. */
export const READ_CASES: readonly ConformanceCase[] = [
  {
    title: 'get answers the bytes, and put, get, head agree on size, version and time of modification',
    requires: ['write'],
    async run({ store, folder }) {
      const path = `${folder}/object`;
      const bytes = testBytes(100_003);
      const written = await store.put(path, bytes);
      const { metadata, range, body } = await store.get(path);
      expectBytes(await readAll(body), bytes, 'the body');
      expectEqual(range, { offset: 0, length: bytes.length }, 'the range');
      const head = await store.head(path);
      for (const [who, known] of [
        ['put', written],
        ['get', metadata],
        ['head', head],
      ] as const) {
        expectEqual(known.path, path, `the path that ${who} gives`);
        expectEqual(known.size, bytes.length, `the size that ${who} gives`);
        expectEqual(known.version, head.version, `the version that ${who} gives`);
      }
      expectTrue(head.version.length > 0, 'a version must not be empty');
      expectTrue(Number.isFinite(head.lastModifiedMs) && head.lastModifiedMs > 0, 'lastModifiedMs must be a time');
    },
  },
  {
    title: 'get of an empty object answers an empty body',
    requires: ['write'],
    async run({ store, folder }) {
      const path = `${folder}/empty`;
      await store.put(path, new Uint8Array(0));
      const { metadata, body } = await store.get(path);
      expectEqual(metadata.size, 0, 'the size');
      expectEqual((await readAll(body)).length, 0, 'the length of the body');
      const suffix = await store.get(path, { range: { suffix: 10 } });
      expectEqual((await readAll(suffix.body)).length, 0, 'the length of the body of a suffix range');
    },
  },
  {
    title: 'get of a range answers exactly those bytes',
    requires: ['write'],
    async run({ store, folder }) {
      const path = `${folder}/object`;
      const bytes = testBytes(70_000);
      const { version } = await store.put(path, bytes);
      for (const [offset, length] of [
        [0, 1],
        [69_999, 1],
        [12_345, 40_000],
        [0, 70_000],
        [500, 0],
        [70_000, 0],
      ] as const) {
        const result = await store.get(path, { range: { offset, length } });
        expectEqual(result.range, { offset, length }, 'the range');
        expectEqual(result.metadata.size, bytes.length, 'the size, which is that of the whole object,');
        expectEqual(result.metadata.version, version, 'the version');
        expectBytes(await readAll(result.body), bytes.subarray(offset, offset + length), `range ${offset}+${length}`);
      }
    },
  },
  {
    title: 'get of a suffix answers the last bytes, or the whole object when it is shorter',
    requires: ['write'],
    async run({ store, folder }) {
      const path = `${folder}/object`;
      const bytes = testBytes(5000);
      await store.put(path, bytes);
      for (const suffix of [0, 1, 8, 4999, 5000, 5001, 1_000_000]) {
        const expected = bytes.subarray(Math.max(0, bytes.length - suffix));
        const result = await store.get(path, { range: { suffix } });
        expectEqual(result.range, { offset: bytes.length - expected.length, length: expected.length }, 'the range');
        expectEqual(result.metadata.size, bytes.length, 'the size');
        expectBytes(await readAll(result.body), expected, `the last ${suffix} bytes`);
      }
    },
  },
  {
    title: 'a range that reaches beyond the end is TRUNCATED_OBJECT, a malformed one BAD_ARGUMENT',
    requires: ['write'],
    async run({ store, folder }) {
      const path = `${folder}/object`;
      await store.put(path, testBytes(100));
      for (const range of [
        { offset: 0, length: 101 },
        { offset: 99, length: 2 },
        { offset: 100, length: 1 },
        { offset: 5000, length: 10 },
      ]) {
        const what = `range ${range.offset}+${range.length} of 100 bytes`;
        await expectError(() => store.get(path, { range }), 'TRUNCATED_OBJECT', `get of ${what}`);
        await expectError(() => store.getRanges(path, [range]), 'TRUNCATED_OBJECT', `getRanges of ${what}`);
      }
      for (const range of [
        { offset: -1, length: 5 },
        { offset: 0, length: -5 },
        { offset: 0.5, length: 1 },
        { offset: Number.NaN, length: 1 },
        { offset: 0, length: Number.POSITIVE_INFINITY },
        { offset: Number.MAX_SAFE_INTEGER, length: 1 },
      ]) {
        const what = `range ${range.offset}+${range.length}`;
        await expectError(() => store.get(path, { range }), 'BAD_ARGUMENT', `get of ${what}`);
        await expectError(() => store.getRanges(path, [range]), 'BAD_ARGUMENT', `getRanges of ${what}`);
      }
      await expectError(() => store.get(path, { range: { suffix: -1 } }), 'BAD_ARGUMENT', 'get of a negative suffix');
    },
  },
  {
    title: 'a missing object is OBJECT_NOT_FOUND and the error names the path',
    async run({ store, folder }) {
      const path = `${folder}/no/such/object`;
      for (const [what, run] of [
        ['get', () => store.get(path)],
        ['get of a range', () => store.get(path, { range: { offset: 0, length: 1 } })],
        ['get of a suffix', () => store.get(path, { range: { suffix: 1 } })],
        ['getRanges', () => store.getRanges(path, [{ offset: 0, length: 1 }])],
        ['getRanges without ranges', () => store.getRanges(path, [])],
        ['head', () => store.head(path)],
        ['head with ifMatch', () => store.head(path, { ifMatch: 'some-version' })],
      ] as const) {
        const error = await expectError(run, 'OBJECT_NOT_FOUND', what);
        expectTrue(
          String(error.details.path ?? '').endsWith(path),
          `the error of ${what} must name the path in its details`,
        );
      }
    },
  },
  {
    title: 'a folder is no object: get and head of it are OBJECT_NOT_FOUND, delete leaves what is in it',
    requires: ['write'],
    async run({ store, folder }) {
      await store.put(`${folder}/sub/object`, testBytes(10));
      await expectError(() => store.get(`${folder}/sub`), 'OBJECT_NOT_FOUND', 'get of a folder');
      await expectError(() => store.head(`${folder}/sub`), 'OBJECT_NOT_FOUND', 'head of a folder');
      await expectError(
        () => store.head(`${folder}/sub/object/below`),
        'OBJECT_NOT_FOUND',
        'head of a path below an object',
      );
      await store.delete(`${folder}/sub`);
      expectBytes(await readObject(store, `${folder}/sub/object`), testBytes(10), 'the object in the folder');
    },
  },
  {
    title: 'ifMatch with the version of the object reads it, with another it is VERSION_MISMATCH',
    requires: ['write'],
    async run({ store, folder }) {
      const path = `${folder}/object`;
      const range = { offset: 1, length: 3 };
      const first = await store.put(path, testBytes(100, 1));
      await readAll((await store.get(path, { ifMatch: first.version })).body);
      await store.getRanges(path, [range], { ifMatch: first.version });
      await store.getRanges(path, [], { ifMatch: first.version });
      await store.head(path, { ifMatch: first.version });

      const second = await store.put(path, testBytes(100, 2));
      expectTrue(second.version !== first.version, 'other bytes of the same length must give another version');
      const stale = { ifMatch: first.version };
      await expectError(() => store.get(path, stale), 'VERSION_MISMATCH', 'get');
      await expectError(() => store.get(path, { ...stale, range }), 'VERSION_MISMATCH', 'get of a range');
      await expectError(() => store.getRanges(path, [range], stale), 'VERSION_MISMATCH', 'getRanges');
      await expectError(() => store.getRanges(path, [], stale), 'VERSION_MISMATCH', 'getRanges without ranges');
      await expectError(() => store.head(path, stale), 'VERSION_MISMATCH', 'head');
      expectEqual((await store.head(path, { ifMatch: second.version })).version, second.version, 'the version');
    },
  },
  {
    title: 'the version of an object stays the same while nobody writes it',
    requires: ['write'],
    async run({ store, folder }) {
      const path = `${folder}/object`;
      const { version } = await store.put(path, testBytes(10));
      await store.put(`${folder}/other`, testBytes(10));
      await readObject(store, path);
      expectEqual((await store.head(path)).version, version, 'the version');
    },
  },
  {
    title:
      'a body is of one version: when the object is replaced while it is read, it goes on with the old bytes or errors',
    requires: ['write'],
    async run({ store, folder }) {
      const path = `${folder}/object`;
      const before = testBytes(3_000_000, 1);
      await store.put(path, before);
      const reader = (await store.get(path)).body.getReader();
      let position = 0;
      let replaced = false;
      try {
        while (true) {
          const { done, value } = await reader.read();
          if (done) break;
          expectBytes(value, before.subarray(position, position + value.length), `bytes from ${position} on`);
          position += value.length;
          if (!replaced) await store.put(path, testBytes(3_000_000, 2));
          replaced = true;
        }
      } catch (error) {
        await expectError(() => Promise.reject(error), ['VERSION_MISMATCH', 'CONNECTION_LOST'], 'the rest of the body');
        return;
      }
      expectEqual(position, before.length, 'the length of the body');
    },
  },
  {
    title: 'a body can be cancelled before and while it is read, any number of times',
    requires: ['write'],
    async run({ store, folder }) {
      const path = `${folder}/object`;
      const bytes = testBytes(2_000_000);
      await store.put(path, bytes);
      for (let i = 0; i < 70; i++) {
        const { body } = await store.get(path);
        if (i % 2 === 0) {
          await body.cancel();
        } else {
          const reader = body.getReader();
          await reader.read();
          await reader.cancel();
        }
      }
      expectBytes(await readObject(store, path), bytes, 'the body after many cancelled ones');
    },
  },
  {
    title: 'many reads at a time each get their own bytes',
    requires: ['write'],
    async run({ store, folder }) {
      const path = `${folder}/object`;
      const bytes = testBytes(300_000);
      await store.put(path, bytes);
      await Promise.all(
        Array.from({ length: 24 }, async (_, i) => {
          const range = { offset: i * 1000, length: 200_000 };
          const expected = bytes.subarray(range.offset, range.offset + range.length);
          const [streamed, read] = await Promise.all([
            store.get(path, { range }).then(({ body }) => readAll(body)),
            store.getRanges(path, [range]),
          ]);
          expectBytes(streamed, expected, `body ${i}`);
          expectBytes(read.ranges[0]!, expected, `range ${i}`);
        }),
      );
    },
  },
];
