import { type DataType, isInteger, sameType } from '../types/index.ts';
import type { BoundValue, ColumnBounds } from './column-bounds.ts';

const MICROS_PER_DAY = 86_400_000_000n;

/**
 * The bounds of a column after a cast that loses nothing and keeps the order (`a < b` before, if and only if after);
 * undefined for all others.
 */
export function castBounds(bounds: ColumnBounds, to: DataType): ColumnBounds | undefined {
  if (sameType(bounds.type, to)) return bounds;
  if (!isOrderPreserving(bounds.type, to)) return undefined;
  const min = bounds.min === undefined ? undefined : convert(bounds.min, bounds.type, to);
  const max = bounds.max === undefined ? undefined : convert(bounds.max, bounds.type, to);
  return { ...bounds, type: to, min, max, mayContain: undefined };
}

/** A constant after such a cast. */
export function castBoundValue(value: BoundValue, from: DataType, to: DataType): BoundValue | undefined {
  return isOrderPreserving(from, to) ? convert(value, from, to) : undefined;
}

/** Whether every value of `from` is a value of `to`, in the same order. */
export function isOrderPreserving(from: DataType, to: DataType): boolean {
  if (sameType(from, to)) return true;
  if (isInteger(from)) {
    if (isInteger(to)) return isIntegerWithin(from, to);
    if (to.id === 'float64') return !from.id.endsWith('64');
    return to.id === 'decimal' && to.precision - to.scale >= 20;
  }
  if (from.id === 'decimal' && to.id === 'decimal') {
    return to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale;
  }
  if (from.id === 'date') return to.id === 'timestamp';
  return from.id === 'float32' && to.id === 'float64';
}

/** Whether the integers of one type are all integers of another. */
function isIntegerWithin(from: DataType, to: DataType): boolean {
  const [fromUnsigned, toUnsigned] = [from.id.startsWith('u'), to.id.startsWith('u')];
  const [fromBits, toBits] = [integerBits(from), integerBits(to)];
  if (fromUnsigned === toUnsigned) return toBits >= fromBits;
  return fromUnsigned && toBits > fromBits;
}

function integerBits(type: DataType): number {
  return Number(type.id.replace(/\D+/, ''));
}

function convert(value: BoundValue, from: DataType, to: DataType): BoundValue | undefined {
  if (sameType(from, to)) return value;
  if (isInteger(from)) {
    const integer = BigInt(value as number | bigint);
    if (to.id === 'float64') return Number(integer);
    if (to.id === 'decimal') return integer * 10n ** BigInt(to.scale);
    return isBigIntForm(to) ? integer : Number(integer);
  }
  if (from.id === 'decimal' && to.id === 'decimal') return (value as bigint) * 10n ** BigInt(to.scale - from.scale);
  if (from.id === 'date') {
    // PostgreSQL's infinite dates have no counterpart in microseconds.
    const days = value as number;
    return Math.abs(days) > 100_000_000 ? undefined : BigInt(days) * MICROS_PER_DAY;
  }
  return value;
}

/** Whether values of an integer type are bigints outside vectors. */
function isBigIntForm(type: DataType): boolean {
  return type.id === 'int64' || type.id === 'uint64' || type.id === 'uint32';
}
