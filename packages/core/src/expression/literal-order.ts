import type { DataType, IntervalValue, LiteralValue } from '../types/index.ts';
import { encodeRefLiteral } from '../vector/index.ts';

/** Less than 0, 0 or more than 0: two values of a type that are not null, in the order in which kernels compare them. */
export function compareLiterals(type: DataType, a: LiteralValue, b: LiteralValue): number {
  switch (type.id) {
    case 'boolean':
      return Number(a) - Number(b);
    case 'float32':
    case 'float64':
      return compareFloats(a as number, b as number);
    case 'varchar':
    case 'json':
    case 'jsonb':
    case 'uuid':
    case 'bytea':
      return compareBytes(encodeRefLiteral(type, a), encodeRefLiteral(type, b));
    case 'list':
      return compareParts(() => type.element, a as readonly LiteralValue[], b as readonly LiteralValue[]);
    case 'struct':
      return compareParts((i) => type.fields[i]!.type, a as readonly LiteralValue[], b as readonly LiteralValue[]);
    case 'interval': {
      const difference = intervalMicros(a as IntervalValue) - intervalMicros(b as IntervalValue);
      return difference < 0n ? -1 : difference > 0n ? 1 : 0;
    }
    default: {
      const left = a as number | bigint;
      const right = b as number | bigint;
      return left < right ? -1 : left > right ? 1 : 0;
    }
  }
}

/** The first parts that differ decide, then the number of parts. Null equals null and comes last. */
function compareParts(
  typeOf: (index: number) => DataType,
  a: readonly LiteralValue[],
  b: readonly LiteralValue[],
): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [left, right] = [a[i]!, b[i]!];
    const order =
      left === null || right === null
        ? Number(left === null) - Number(right === null)
        : compareLiterals(typeOf(i), left, right);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** NaN equals NaN and is greater than all else. */
function compareFloats(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return a === b ? 0 : Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    if (a[i] !== b[i]) return a[i]! - b[i]!;
  }
  return a.length - b.length;
}

/** The length that comparisons give an interval: 30 days a month, 24 hours a day. */
function intervalMicros({ months, days, micros }: IntervalValue): bigint {
  return (BigInt(months) * 30n + BigInt(days)) * 86_400_000_000n + micros;
}
