import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextState, RandomStream } from './random-stream.ts';

const MODULUS = 2_147_483_647n;
const seeds = fc.integer({ min: 1, max: 2_147_483_646 });
const drawsPerRow = fc.integer({ min: 1, max: 92 });

describe('nextState', () => {
  it('reaches the value that Park and Miller publish for 10,000 steps from 1', () => {
    let state = 1;
    for (let step = 0; step < 10_000; step++) state = nextState(state);
    expect(state).toBe(1_043_618_065);
  });

  it('equals the exact product modulo 2^31 - 1', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        expect(nextState(seed)).toBe(Number((BigInt(seed) * 16_807n) % MODULUS));
      }),
    );
  });
});

describe('RandomStream', () => {
  it('skips rows to where stepping through them leads', () => {
    fc.assert(
      fc.property(seeds, drawsPerRow, fc.nat({ max: 300 }), (seed, draws, numRows) => {
        const stepped = new RandomStream(seed, draws);
        for (let row = 0; row < numRows; row++) {
          for (let draw = 0; draw < draws; draw++) stepped.next();
          stepped.finishRow();
        }
        expect(new RandomStream(seed, draws).skipRows(numRows).next()).toBe(stepped.next());
      }),
    );
  });

  it('skips far beyond 2^31 draws as exact arithmetic does', () => {
    fc.assert(
      fc.property(seeds, drawsPerRow, fc.integer({ min: 0, max: 40_000_000_000 }), (seed, draws, numRows) => {
        let power = 1n;
        let square = 16_807n;
        for (let rest = BigInt(numRows) * BigInt(draws) + 1n; rest > 0n; rest >>= 1n) {
          if (rest & 1n) power = (power * square) % MODULUS;
          square = (square * square) % MODULUS;
        }
        const expected = Number((BigInt(seed) * power) % MODULUS);
        expect(new RandomStream(seed, draws).skipRows(numRows).next()).toBe(expected);
      }),
    );
  });

  it('ends a row at the same place however much of it was drawn', () => {
    fc.assert(
      fc.property(seeds, drawsPerRow, fc.nat({ max: 92 }), (seed, draws, drawn) => {
        const stream = new RandomStream(seed, draws);
        for (let draw = 0; draw < Math.min(drawn, draws); draw++) stream.next();
        stream.finishRow();
        expect(stream.next()).toBe(new RandomStream(seed, draws).skipRows(1).next());
      }),
    );
  });

  it('draws integers within their bounds', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: -1e6, max: 1e6 }), fc.nat({ max: 1e6 }), (seed, low, span) => {
        const value = new RandomStream(seed).int(low, low + span);
        expect(value).toBeGreaterThanOrEqual(low);
        expect(value).toBeLessThanOrEqual(low + span);
      }),
    );
  });
});
