import fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupPartitions } from './scheduler-partitions.ts';

test('small inputs and empty ones are one task', () => {
  expect(groupPartitions([0, 0, 0], 100)).toEqual([{ from: 0, to: 3 }]);
  expect(groupPartitions([10, 20, 30], 100)).toEqual([{ from: 0, to: 3 }]);
  expect(groupPartitions([0], 100)).toEqual([{ from: 0, to: 1 }]);
});

test('large inputs are cut into equal runs of neighbours', () => {
  expect(groupPartitions([50, 50, 50, 50], 100)).toEqual([
    { from: 0, to: 2 },
    { from: 2, to: 4 },
  ]);
  expect(groupPartitions([100, 100, 100], 100)).toEqual([
    { from: 0, to: 1 },
    { from: 1, to: 2 },
    { from: 2, to: 3 },
  ]);
});

test('one heavy partition does not drag its neighbours along', () => {
  expect(groupPartitions([1, 1000, 1], 100)).toEqual([
    { from: 0, to: 1 },
    { from: 1, to: 2 },
    { from: 2, to: 3 },
  ]);
});

test('every partition is read exactly once, by no more tasks than there are partitions', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(10_000), { minLength: 1, maxLength: 64 }),
      fc.integer({ min: 1, max: 20_000 }),
      (bytes, target) => {
        const ranges = groupPartitions(bytes, target);
        expect(ranges[0]!.from).toBe(0);
        expect(ranges.at(-1)!.to).toBe(bytes.length);
        const share = Math.max(target, bytes.reduce((total, each) => total + each, 0) / bytes.length);
        ranges.forEach(({ from, to }, i) => {
          expect(to).toBeGreaterThan(from);
          if (i > 0) expect(from).toBe(ranges[i - 1]!.to);
          // No task has more than its share, apart from half of the partition at either end.
          const sum = bytes.slice(from, to).reduce((total, each) => total + each, 0);
          const edges = (bytes[from]! + bytes[to - 1]!) / 2;
          expect(sum).toBeLessThanOrEqual(share + edges + 1e-6);
        });
      },
    ),
  );
});
