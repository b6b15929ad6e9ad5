import fc from 'fast-check';
import { type Random, seededRandom } from '../runtime/index.ts';
import { type DataType, isInteger, type LiteralValue } from '../types/index.ts';
import { integerRange } from './numeric-range.ts';

/** Lengths around SIMD widths and batch sizes. */
const LENGTHS = [0, 1, 2, 7, 8, 15, 16, 17, 31, 33, 100, 2047, 2048] as const;

/** What a property test draws: everything else follows from it, so that a failure prints two numbers. */
export const drawn = fc.record({ seed: fc.integer(), length: fc.constantFrom(...LENGTHS) });

const WORDS = [
  '',
  'a',
  'A',
  'ab',
  'abc',
  'BUILDING',
  'BUILDINGS',
  'AUTOMOBILE',
  'é',
  'zebra',
  'zebra crossing',
  '日本語',
  'x'.repeat(40),
  'x'.repeat(41),
];
const FLOATS = [
  0,
  -0,
  1,
  -1,
  0.5,
  1.5,
  2.5,
  -2.5,
  0.1,
  1e10,
  -1e-10,
  123456.789,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
];

function pick<T>(random: Random, values: readonly T[]): T {
  return values[Math.floor(random.next() * values.length)]!;
}

function randomBigInt(random: Random, least: bigint, greatest: bigint): bigint {
  switch (Math.floor(random.next() * 8)) {
    case 0:
      return least;
    case 1:
      return greatest;
    case 2:
      return least < 0n ? 0n : least;
    case 3:
    case 4: {
      const small = BigInt(Math.floor(random.next() * 20)) - (least < 0n ? 10n : 0n);
      return small > greatest ? greatest : small < least ? least : small;
    }
    default: {
      // Any number of bits is as likely as any other.
      const bits = BigInt(Math.floor(random.next() * greatest.toString(2).length)) + 1n;
      let value = 0n;
      for (let i = 0n; i < bits; i += 32n) value = (value << 32n) | BigInt(Math.floor(random.next() * 2 ** 32));
      value &= (1n << bits) - 1n;
      if (least < 0n && random.next() < 0.5) value = -value;
      return value > greatest ? greatest : value < least ? least : value;
    }
  }
}

/** A value of a type that is not null: often an end of its range or one seen before. */
export function randomValue(type: DataType, random: Random): Exclude<LiteralValue, null> {
  if (isInteger(type) || type.id === 'decimal') {
    const [least, greatest] = integerRange(type);
    const value = randomBigInt(random, least, greatest);
    return type.id === 'decimal' || ['int64', 'uint32', 'uint64'].includes(type.id) ? value : Number(value);
  }
  switch (type.id) {
    case 'boolean':
      return random.next() < 0.5;
    case 'float32':
      return Math.fround(pick(random, FLOATS));
    case 'float64':
      return random.next() < 0.7 ? pick(random, FLOATS) : (random.next() - 0.5) * 10 ** Math.floor(random.next() * 30);
    case 'date':
      return Math.floor(random.next() * 40_000) - 10_000;
    case 'time':
      return BigInt(Math.floor(random.next() * 86_400_000_000));
    case 'timestamp':
    case 'timestamptz':
      return BigInt(Math.floor((random.next() - 0.2) * 4e15));
    case 'interval':
      return {
        months: Math.floor(random.next() * 5) - 2,
        days: Math.floor(random.next() * 121) - 60,
        micros: pick(random, [0n, 1n, -1n, 86_400_000_000n, -2_592_000_000_000n, 3_600_000_000n]),
      };
    case 'bytea':
      return new TextEncoder().encode(pick(random, WORDS));
    default:
      return pick(random, WORDS);
  }
}

/** Values of a type, nulls among them with the given probability. */
export function randomValues(type: DataType, length: number, random: Random, nulls = 0.15): LiteralValue[] {
  return Array.from({ length }, () => (random.next() < nulls ? null : randomValue(type, random)));
}

/** Ascending row numbers, each taken with the given probability. */
export function randomSelection(length: number, random: Random, taken: number): number[] {
  return Array.from({ length }, (_, i) => i).filter(() => random.next() < taken);
}

export function randomFrom(seed: number): Random {
  return seededRandom(seed);
}
