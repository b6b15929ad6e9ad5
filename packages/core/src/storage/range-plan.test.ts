import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memoryStore } from './memory-store.ts';
import type { ByteRange } from './object-store.ts';
import { coalesceRanges, getCoalescedRanges, splitRange } from './range-plan.ts';

const SIZE = 5000;
const range: fc.Arbitrary<ByteRange> = fc
  .tuple(fc.nat(SIZE), fc.oneof(fc.constant(0), fc.nat(50), fc.nat(SIZE)))
  .map(([offset, length]) => ({ offset, length: Math.min(length, SIZE - offset) }));
const ranges = fc.array(range, { maxLength: 30 });
const options = fc.record({ maxGapBytes: fc.nat(300), maxBytes: fc.integer({ min: 1, max: 2000 }) });
const end = ({ offset, length }: ByteRange) => offset + length;

describe('coalesceRanges', () => {
  test('joins what touches, overlaps or lies within the gap, and says what is in it', () => {
    const wanted = [
      { offset: 100, length: 10 },
      { offset: 0, length: 10 },
      { offset: 15, length: 5 },
      { offset: 18, length: 4 },
      { offset: 50, length: 0 },
    ];
    expect(coalesceRanges(wanted)).toEqual([
      { offset: 0, length: 10, members: [1] },
      { offset: 15, length: 7, members: [2, 3] },
      { offset: 100, length: 10, members: [0] },
    ]);
    expect(coalesceRanges(wanted, { maxGapBytes: 5 })).toEqual([
      { offset: 0, length: 22, members: [1, 2, 3] },
      { offset: 100, length: 10, members: [0] },
    ]);
    expect(coalesceRanges(wanted, { maxGapBytes: 1000, maxBytes: 22 })).toEqual([
      { offset: 0, length: 22, members: [1, 2, 3] },
      { offset: 100, length: 10, members: [0] },
    ]);
  });

  test('every wanted range lies in exactly one answer, within the limits, in order', () => {
    fc.assert(
      fc.property(ranges, options, (wanted, { maxGapBytes, maxBytes }) => {
        const result = coalesceRanges(wanted, { maxGapBytes, maxBytes });
        const members = result.flatMap((read) => read.members);
        expect([...members].sort((a, b) => a - b)).toEqual(wanted.flatMap(({ length }, i) => (length > 0 ? [i] : [])));
        let last = -1;
        for (const read of result) {
          expect(read.offset).toBeGreaterThanOrEqual(last);
          last = read.offset;
          const inside = read.members.map((member) => wanted[member]!);
          expect(read.offset).toBe(Math.min(...inside.map(({ offset }) => offset)));
          expect(end(read)).toBe(Math.max(...inside.map(end)));
          if (read.length > maxBytes) expect(read.length).toBe(Math.max(...inside.map(({ length }) => length)));
          let reached = read.offset;
          for (const part of inside) {
            expect(part.offset - reached).toBeLessThanOrEqual(maxGapBytes);
            reached = Math.max(reached, end(part));
          }
        }
      }),
    );
  });

  test.each([{ maxGapBytes: -1 }, { maxGapBytes: Number.NaN }, { maxBytes: 0 }])('refuses %o', (bad) => {
    expect(() => coalesceRanges([], bad)).toThrow(expect.objectContaining({ code: 'BAD_ARGUMENT' }));
  });
});

describe('splitRange', () => {
  test('cuts into equal pieces that cover the range', () => {
    expect(splitRange({ offset: 10, length: 10 }, 4)).toEqual([
      { offset: 10, length: 4 },
      { offset: 14, length: 3 },
      { offset: 17, length: 3 },
    ]);
    expect(splitRange({ offset: 10, length: 0 }, 4)).toEqual([]);
    fc.assert(
      fc.property(range, fc.integer({ min: 1, max: 700 }), (whole, maxBytes) => {
        const pieces = splitRange(whole, maxBytes);
        let at = whole.offset;
        for (const piece of pieces) {
          expect(piece.offset).toBe(at);
          expect(piece.length).toBeGreaterThan(0);
          expect(piece.length).toBeLessThanOrEqual(maxBytes);
          at = end(piece);
        }
        expect(at).toBe(end(whole));
        const lengths = pieces.map(({ length }) => length);
        if (lengths.length > 0) expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

test('reading coalesced equals reading separately', async () => {
  const store = memoryStore();
  const bytes = Uint8Array.from({ length: SIZE }, (_, i) => (i * 2654435761) >>> 24);
  await store.put('object', bytes);
  await fc.assert(
    fc.asyncProperty(ranges, options, fc.boolean(), async (wanted, limits, shared) => {
      const total = wanted.reduce((sum, { length }) => sum + length, 0);
      const into = shared ? new Uint8Array(new SharedArrayBuffer(total)) : undefined;
      const coalesced = await getCoalescedRanges(store, 'object', wanted, { ...limits, into });
      const separate = await store.getRanges('object', wanted);
      expect(coalesced.metadata).toEqual(separate.metadata);
      expect(coalesced.ranges.map((part) => [...part])).toEqual(separate.ranges.map((part) => [...part]));
      if (into) expect(coalesced.ranges.every(({ buffer }) => buffer === into.buffer)).toBe(true);
    }),
  );
});
