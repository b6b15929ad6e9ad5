import type { ConformanceCase } from './conformance-case.ts';
import { expectBytes, expectEqual, expectError, expectTrue, testBytes } from './expectation.ts';

const RANGES = [
  { offset: 40_000, length: 10_000 },
  { offset: 0, length: 3 },
  { offset: 45_000, length: 5_000 },
  { offset: 7, length: 0 },
  { offset: 0, length: 3 },
  { offset: 149_999, length: 1 },
  { offset: 3, length: 60_000 },
];
const TOTAL = RANGES.reduce((sum, { length }) => sum + length, 0);

function joined(bytes: Uint8Array): Uint8Array {
  const all = new Uint8Array(TOTAL);
  let position = 0;
  for (const { offset, length } of RANGES) {
    all.set(bytes.subarray(offset, offset + length), position);
    position += length;
  }
  return all;
}

/** Promises of `getRanges`. */
export const RANGES_CASES: readonly ConformanceCase[] = [
  {
    title: 'getRanges answers unsorted, overlapping, repeated and empty ranges in the order asked',
    requires: ['write'],
    async run({ store, folder }) {
      const path = `${folder}/object`;
      const bytes = testBytes(150_000);
      const written = await store.put(path, bytes);
      const { metadata, ranges } = await store.getRanges(path, RANGES);
      expectEqual(ranges.length, RANGES.length, 'the number of answers');
      RANGES.forEach(({ offset, length }, i) => {
        expectBytes(ranges[i]!, bytes.subarray(offset, offset + length), `range ${i}`);
      });
      expectEqual(metadata.size, bytes.length, 'the size');
      expectEqual(metadata.version, written.version, 'the version');
      expectEqual(metadata.path, path, 'the path');
    },
  },
  {
    title: 'getRanges writes all ranges back to back into the given memory and nothing beside it',
    requires: ['write'],
    async run({ store, folder }) {
      const path = `${folder}/object`;
      const bytes = testBytes(150_000);
      await store.put(path, bytes);
      const memory = new Uint8Array(TOTAL + 32).fill(0xee);
      const into = memory.subarray(16, 16 + TOTAL);
      const { ranges } = await store.getRanges(path, RANGES, { into });
      expectBytes(into, joined(bytes), 'the given memory');
      expectBytes(memory.subarray(0, 16), new Uint8Array(16).fill(0xee), 'the memory before');
      expectBytes(memory.subarray(16 + TOTAL), new Uint8Array(16).fill(0xee), 'the memory behind');
      let position = 16;
      for (const range of ranges) {
        expectTrue(range.buffer === memory.buffer, 'the answers must be views over the given memory');
        expectEqual(range.byteOffset, position, 'the place of a view');
        position += range.length;
      }
    },
  },
  {
    title: 'the given memory may lie over a SharedArrayBuffer and over a shared WebAssembly memory',
    requires: ['write'],
    async run({ store, folder }) {
      const path = `${folder}/object`;
      const bytes = testBytes(150_000);
      await store.put(path, bytes);
      const memory = new WebAssembly.Memory({ initial: 8, maximum: 8, shared: true });
      for (const into of [
        new Uint8Array(new SharedArrayBuffer(TOTAL)),
        new Uint8Array(memory.buffer, 1000, TOTAL),
        new Uint8Array(new WebAssembly.Memory({ initial: 8 }).buffer, 1, TOTAL),
      ]) {
        await store.getRanges(path, RANGES, { into });
        expectBytes(into, joined(bytes), 'the given memory');
      }
    },
  },
  {
    title: 'getRanges tells of all bytes as they arrive',
    requires: ['write'],
    async run({ store, folder }) {
      const path = `${folder}/object`;
      await store.put(path, testBytes(150_000));
      let numBytes = 0;
      await store.getRanges(path, RANGES, {
        onBytes: (count) => {
          numBytes += count;
        },
      });
      expectEqual(numBytes, TOTAL, 'the bytes that were told of');
    },
  },
  {
    title: 'memory whose length is not the sum of the ranges is BAD_ARGUMENT',
    requires: ['write'],
    async run({ store, folder }) {
      const path = `${folder}/object`;
      await store.put(path, testBytes(1000));
      const ranges = [
        { offset: 0, length: 10 },
        { offset: 20, length: 10 },
      ];
      for (const length of [0, 19, 21]) {
        const into = new Uint8Array(length).fill(0xee);
        await expectError(
          () => store.getRanges(path, ranges, { into }),
          'BAD_ARGUMENT',
          `memory of ${length} bytes for 20`,
        );
        expectBytes(into, new Uint8Array(length).fill(0xee), 'the memory');
      }
    },
  },
  {
    title: 'getRanges without ranges answers the metadata',
    requires: ['write'],
    async run({ store, folder }) {
      const path = `${folder}/object`;
      const written = await store.put(path, testBytes(1000));
      const { metadata, ranges } = await store.getRanges(path, []);
      expectEqual(ranges.length, 0, 'the number of answers');
      expectEqual(metadata.version, written.version, 'the version');
      const empty = await store.getRanges(path, [{ offset: 1000, length: 0 }], { into: new Uint8Array(0) });
      expectEqual(empty.ranges.length, 1, 'the number of answers to an empty range');
      await expectError(
        () => store.getRanges(path, [{ offset: 1001, length: 0 }]),
        'TRUNCATED_OBJECT',
        'an empty range behind the end',
      );
    },
  },
  {
    title: 'getRanges reads large ranges whole',
    requires: ['write'],
    async run({ store, folder }) {
      const path = `${folder}/object`;
      const bytes = testBytes(9 * 2 ** 20 + 17);
      await store.put(path, bytes);
      const ranges = [
        { offset: 1, length: 5 * 2 ** 20 },
        { offset: 4 * 2 ** 20, length: 5 * 2 ** 20 + 17 },
      ];
      const { ranges: read } = await store.getRanges(path, ranges);
      ranges.forEach(({ offset, length }, i) => {
        expectBytes(read[i]!, bytes.subarray(offset, offset + length), `range ${i}`);
      });
    },
  },
  {
    title: 'getRanges without ifMatch never mixes versions',
    requires: ['write'],
    async run({ store, folder }) {
      const path = `${folder}/object`;
      const versions = [testBytes(400_000, 1), testBytes(400_000, 2)];
      const ranges = Array.from({ length: 20 }, (_, i) => ({ offset: i * 20_000, length: 20_000 }));
      await store.put(path, versions[0]!);
      let done = false;
      const writer = (async () => {
        for (let i = 1; !done; i++) await store.put(path, versions[i % 2]!);
      })();
      try {
        for (let i = 0; i < 20; i++) {
          let read: readonly Uint8Array[];
          try {
            ({ ranges: read } = await store.getRanges(path, ranges));
          } catch (error) {
            await expectError(() => Promise.reject(error), 'VERSION_MISMATCH', 'getRanges during writes');
            continue;
          }
          const which = versions.find((bytes) => bytes[0] === read[0]![0] && bytes[1] === read[0]![1]);
          expectTrue(which !== undefined, 'the first range is of neither version');
          ranges.forEach(({ offset, length }, k) => {
            expectBytes(read[k]!, which.subarray(offset, offset + length), `range ${k}`);
          });
        }
      } finally {
        done = true;
        await writer;
      }
    },
  },
  {
    title: 'after an abort nothing more is written into the given memory',
    requires: ['write'],
    async run({ store, folder }) {
      const path = `${folder}/object`;
      const size = 4 * 2 ** 20;
      await store.put(path, testBytes(size));
      const ranges = Array.from({ length: 8 }, (_, i) => ({ offset: i * 2 ** 19, length: 2 ** 19 }));
      const into = new Uint8Array(size);
      const untouched = new Uint8Array(size).fill(0xee);
      for (let turns = 0; turns < 8; turns++) {
        const controller = new AbortController();
        const reading = store.getRanges(path, ranges, { into, signal: controller.signal });
        for (let i = 0; i < turns; i++) await new Promise((resolve) => setTimeout(resolve, 0));
        controller.abort();
        try {
          await reading;
        } catch (error) {
          await expectError(() => Promise.reject(error), 'ABORTED', 'an aborted getRanges');
        }
        into.fill(0xee);
        for (let i = 0; i < 5; i++) await store.head(path);
        expectBytes(into, untouched, 'the memory after the call had settled');
      }
    },
  },
];
