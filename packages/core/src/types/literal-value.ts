import type { DataType } from './data-type.ts';

/** An interval in the three parts that PostgreSQL keeps apart, because a month is no fixed number of days. */
export interface IntervalValue {
  readonly months: number;
  readonly days: number;
  readonly micros: bigint;
}

/**
 * A value outside vectors: literals, parameters, statistics, partition keys.
 *
 * | type | JavaScript form |
 * |---|---|
 * | boolean | boolean |
 * | int8 to int32, uint8, uint16, float32, float64 | number |
 * | date | number, days since 1970-01-01 |
 * | int64, uint32, uint64 | bigint |
 * | decimal | bigint, unscaled |
 * | time, timestamp, timestamptz | bigint, microseconds (since midnight, since 1970-01-01) |
 * | varchar, json, jsonb, uuid (hyphenated, lower case) | string |
 * | bytea | Uint8Array |
 * | interval | {@link IntervalValue} |
 * | list | array of values |
 * | struct | array of values, in the order of the fields |
 */
export type LiteralValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | IntervalValue
  | readonly LiteralValue[];

/** A value with its type. */
export interface TypedValue {
  readonly type: DataType;
  readonly value: LiteralValue;
}
