import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BlockReference, fleetHitRatio, hitRatioAt, lruHitCurve } from './miss-ratio-curve.ts';

/** A cache that is simply built. */
function lruHits(references: readonly BlockReference[], capacity: number): number {
  const cache = new Map<string, number>();
  let used = 0;
  let hits = 0;
  for (const { key, bytes } of references) {
    if (cache.has(key)) {
      // Larger blocks in front of it may have pushed it out of a cache that keeps the most recent bytes.
      hits += 1;
      cache.delete(key);
      used -= bytes;
    }
    cache.set(key, bytes);
    used += bytes;
    for (const [oldest, size] of cache) {
      if (used <= capacity) break;
      cache.delete(oldest);
      used -= size;
    }
  }
  return hits;
}

test('the curve is that of a cache that is built, at every capacity', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 120 }),
      fc.integer({ min: 0, max: 40 }),
      (blocks, capacity) => {
        const references = blocks.map((block) => ({ key: String(block), bytes: 1 + (block % 4) }));
        expect(hitRatioAt(lruHitCurve(references), capacity) * blocks.length).toBeCloseTo(
          lruHits(references, capacity),
          6,
        );
      },
    ),
  );
});

test('more cache never has fewer hits', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 200 }),
      fc.nat(200),
      fc.nat(200),
      (blocks, a, b) => {
        const curve = lruHitCurve(blocks.map((block) => ({ key: String(block), bytes: 1 + block })));
        expect(hitRatioAt(curve, Math.min(a, b))).toBeLessThanOrEqual(hitRatioAt(curve, Math.max(a, b)));
      },
    ),
  );
});

test('caches by hash add up, caches at random do not', () => {
  const curve = [
    [0, 0],
    [100, 0.4],
    [400, 0.9],
  ] as const;
  expect(fleetHitRatio(curve, 100, 4, 'hash')).toBe(0.9);
  expect(fleetHitRatio(curve, 100, 4, 'random')).toBe(0.4);
});
