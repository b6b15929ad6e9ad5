import { PGlite } from '@electric-sql/pglite';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dateText, intervalText, timestampText, timestamptzText, timeText } from './datetime-text.ts';

let postgres: PGlite;

beforeAll(async () => {
  postgres = await PGlite.create();
  await postgres.exec("SET TimeZone = 'UTC'");
});

afterAll(() => postgres.close());

/** The texts that PostgreSQL prints for `expression` over the values `x` (and `y`, `z`). */
async function printed(expression: string, rows: readonly (readonly (number | bigint)[])[]): Promise<string[]> {
  const values = rows.map((row) => `(${row.map((value) => `'${value}'::int8`).join()})`).join();
  const names = ['x', 'y', 'z'].slice(0, rows[0]!.length).join();
  const { rows: texts } = await postgres.query<{ text: string }>(
    `SELECT (${expression})::text AS text FROM (VALUES ${values}) AS t(${names})`,
  );
  return texts.map(({ text }) => text);
}

const sample = <T>(arbitrary: fc.Arbitrary<T>, edges: readonly T[]) => [
  ...edges,
  ...fc.sample(arbitrary, { seed: 7, numRuns: 500 }),
];

/** Days that a PostgreSQL timestamp can have: 4713 BC to 294276. */
const FIRST_DAY = -2_440_588;
const LAST_DAY = 106_751_990;

test('dates', async () => {
  const days = sample(
    fc.integer({ min: FIRST_DAY, max: LAST_DAY }),
    [0, -1, 59, 60, -719_528, -719_529, -719_163, 2_932_896],
  );
  const rows = days.map((day) => [day]);
  expect(days.map(dateText)).toEqual(await printed("DATE '1970-01-01' + x::int", rows));
});

test('times', async () => {
  const micros = sample(fc.bigInt({ min: 0n, max: 86_399_999_999n }), [0n, 1n, 10n, 1_000_000n, 86_399_999_999n]);
  const rows = micros.map((value) => [value]);
  expect(micros.map(timeText)).toEqual(await printed("TIME '00:00' + x * INTERVAL '1 microsecond'", rows));
});

test('timestamps, with and without zone', async () => {
  const limit = BigInt(LAST_DAY) * 86_400_000_000n;
  const near = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
  const far = fc.bigInt({ min: BigInt(FIRST_DAY) * 86_400_000_000n, max: limit });
  const micros = sample(fc.oneof(near, far), [0n, -1n, 1n, -86_400_000_000n, -62_135_596_800_000_001n]);
  // In two parts, because PostgreSQL multiplies intervals in floating point.
  const day = 86_400_000_000n;
  const rows = micros.map((value) => [value / day, value % day]);
  const sum = (start: string) => `${start} + x * INTERVAL '1 day' + y * INTERVAL '1 microsecond'`;
  expect(micros.map(timestampText)).toEqual(await printed(sum("TIMESTAMP '1970-01-01'"), rows));
  expect(micros.map(timestamptzText)).toEqual(await printed(sum("TIMESTAMPTZ '1970-01-01 00:00:00+00'"), rows));
});

test('intervals', async () => {
  const part = fc.oneof(fc.constant(0), fc.integer({ min: -40, max: 40 }), fc.integer({ min: -100_000, max: 100_000 }));
  const micros = fc.oneof(
    fc.constant(0n),
    fc.bigInt({ min: -(10n ** 7n), max: 10n ** 7n }),
    fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }),
  );
  const intervals = sample<[number, number, bigint]>(fc.tuple(part, part, micros), [
    [0, 0, 0n],
    [12, 1, 1n],
    [-12, 1, -1n],
    [1, -1, 1n],
    [25, 0, 3_600_000_000n],
  ]);
  const rows = intervals.map(([months, days, time]) => [months, days, time]);
  expect(intervals.map(([months, days, time]) => intervalText({ months, days, micros: time }))).toEqual(
    await printed("x * INTERVAL '1 month' + y * INTERVAL '1 day' + z * INTERVAL '1 microsecond'", rows),
  );
});
