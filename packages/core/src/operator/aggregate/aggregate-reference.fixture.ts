import { expect } from 'vitest';
import type { AggregateCall, Column } from '../../expression/index.ts';
import type { DataType, IntervalValue, LiteralValue } from '../../types/index.ts';
import { valueKey } from '../operator.fixture.ts';

// What PostgreSQL's documentation says of each aggregate, over JavaScript values.
type Reference = (values: LiteralValue[], type: DataType) => LiteralValue;

const present = (values: LiteralValue[]) => values.filter((value) => value !== null);
const add = (values: LiteralValue[]) => present(values).reduce<bigint>((sum, v) => sum + BigInt(v as bigint), 0n);

function divideRounded(numerator: bigint, denominator: bigint): bigint {
  const negative = numerator < 0n;
  const n = negative ? -numerator : numerator;
  const quotient = (n * 2n + denominator) / (denominator * 2n);
  return negative ? -quotient : quotient;
}

function order(a: LiteralValue, b: LiteralValue): number {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b as string));
  if (typeof a === 'object') {
    const length = ({ months, days, micros }: IntervalValue) =>
      (BigInt(months) * 30n + BigInt(days)) * 86_400_000_000n + micros;
    const [x, y] = [length(a as IntervalValue), length(b as IntervalValue)];
    return x < y ? -1 : x > y ? 1 : 0;
  }
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  if (Number.isNaN(b)) return -1;
  return a! < b! ? -1 : a! > b! ? 1 : 0;
}

const orNull =
  (f: Reference): Reference =>
  (values, type) =>
    present(values).length === 0 ? null : f(present(values), type);

const variance = (values: LiteralValue[], least: number): number | null => {
  const numbers = values as number[];
  if (numbers.length <= least) return null;
  const mean = numbers.reduce((sum, v) => sum + v, 0) / numbers.length;
  return numbers.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (numbers.length - least);
};

const REFERENCES: Readonly<Record<string, Reference>> = {
  count: (values) => BigInt(present(values).length),
  sum: orNull((values, type) => {
    if (type.id === 'float64') return (values as number[]).reduce((sum, v) => sum + v, 0);
    if (type.id === 'interval') {
      return (values as IntervalValue[]).reduce((sum, v) => ({
        months: sum.months + v.months,
        days: sum.days + v.days,
        micros: sum.micros + v.micros,
      }));
    }
    return add(values);
  }),
  avg: orNull((values, type) => {
    if (type.id === 'float64') return (values as number[]).reduce((sum, v) => sum + v, 0) / values.length;
    const scale = type.id === 'decimal' ? type.scale : 0;
    return divideRounded(add(values) * 10n ** BigInt(Math.max(16, scale) - scale), BigInt(values.length));
  }),
  min: orNull((values) => values.reduce((a, b) => (order(b, a) < 0 ? b : a))),
  max: orNull((values) => values.reduce((a, b) => (order(b, a) > 0 ? b : a))),
  bool_and: orNull((values) => values.every((v) => v === true)),
  bool_or: orNull((values) => values.some((v) => v === true)),
  any_value: orNull((values) => values[0]!),
  string_agg: orNull((values) => (values as string[]).map((v, i) => (i === 0 ? v : v + v)).join('')),
  array_agg: (values) => (values.length === 0 ? null : values),
  bit_and: orNull((values) => values.reduce((a, b) => ((a as number) & (b as number)) as LiteralValue)),
  bit_or: orNull((values) => values.reduce((a, b) => ((a as number) | (b as number)) as LiteralValue)),
  bit_xor: orNull((values) => values.reduce((a, b) => ((a as number) ^ (b as number)) as LiteralValue)),
  var_samp: (values) => variance(present(values), 1),
  var_pop: (values) => variance(present(values), 0),
  stddev_samp: (values) => nullableRoot(variance(present(values), 1)),
  stddev_pop: (values) => nullableRoot(variance(present(values), 0)),
};

function nullableRoot(value: number | null): number | null {
  return value === null ? null : Math.sqrt(value);
}

export function expectedRows(
  rows: readonly (readonly LiteralValue[])[],
  inputColumns: readonly Column[],
  keys: readonly Column[],
  aggregates: readonly AggregateCall[],
): LiteralValue[][] {
  const place = (id: number) => inputColumns.findIndex((c) => c.id === id);
  const groups = new Map<string, (readonly LiteralValue[])[]>();
  if (keys.length === 0) groups.set('', []);
  for (const row of rows) {
    const key = keys.map((k) => valueKey(row[place(k.id)]!)).join('|');
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()].map((group) => [
    ...keys.map((k) => group[0]![place(k.id)]!),
    ...aggregates.map((a) => {
      let passing = group;
      const { filter } = a;
      if (filter?.kind === 'column') passing = passing.filter((row) => row[place(filter.id)] === true);
      if (a.args.length === 0) return BigInt(passing.length);
      const arg = a.args[0]!;
      if (arg.kind !== 'column') throw new Error('only columns');
      let values = passing.map((row) => row[place(arg.id)]!);
      if (a.distinct) {
        values = values.filter((value, i) => values.findIndex((v) => valueKey(v) === valueKey(value)) === i);
      }
      return REFERENCES[a.name]!(values, arg.type);
    }),
  ]);
}

export function expectClose(actual: LiteralValue[][], expected: LiteralValue[][]): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((row, r) => {
    row.forEach((value, c) => {
      const wanted = expected[r]![c]!;
      if (typeof value === 'number' && typeof wanted === 'number' && Number.isFinite(wanted)) {
        expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(wanted)));
      } else {
        expect({ r, c, value: valueKey(value) }).toEqual({ r, c, value: valueKey(wanted) });
      }
    });
  });
}
