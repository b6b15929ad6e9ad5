import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isQueryError } from '../../error/index.ts';
import {
  BOOLEAN,
  DATE,
  type DataType,
  type DecimalType,
  decimal,
  FLOAT32,
  FLOAT64,
  formatType,
  INT8,
  INT16,
  INT32,
  INT64,
  INTERVAL,
  type IntervalValue,
  isFloat,
  isInteger,
  type LiteralValue,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  UINT8,
  UINT16,
  UINT32,
  UINT64,
} from '../../types/index.ts';
import { cast, column, ExpressionBench } from '../expression.fixture.ts';
import { formatDecimal } from '../format-expression.ts';
import { integerRange, scaleOf } from '../numeric-range.ts';
import { drawn, randomFrom, randomValues } from '../random-values.fixture.ts';
import { Postgres } from '../scalar/postgres.fixture.ts';
import { canCast } from './cast-rules.ts';

const INTEGERS = [INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64];
const DECIMALS = [
  decimal(4, 0),
  decimal(9, 3),
  decimal(15, 2),
  decimal(18, 18),
  decimal(19, 0),
  decimal(38, 10),
  decimal(38, 38),
];

let bench: ExpressionBench;
let postgres: Postgres;

beforeAll(() => {
  postgres = new Postgres();
});

afterAll(() => postgres.close());

beforeEach(() => {
  bench = new ExpressionBench();
});

afterEach(() => {
  bench.close();
  expect(bench.memory.numBlocks).toBe(0);
});

function codeOf(run: () => unknown): string {
  try {
    run();
    return 'none';
  } catch (error) {
    if (isQueryError(error)) return error.code;
    throw error;
  }
}

/** Converts rows that can be converted together, the others one by one, and all of them safely. */
function expectCast(
  from: DataType,
  to: DataType,
  values: readonly LiteralValue[],
  expected: readonly (LiteralValue | 'fails')[],
) {
  const vector = bench.vector(from, values);
  const plain = cast(column(0, from), to);
  const good = expected.flatMap((outcome, row) => (outcome === 'fails' ? [] : [row]));
  expect(bench.evaluate(plain, bench.batch([vector], good))).toEqual(good.map((row) => expected[row]));
  for (const row of expected.flatMap((outcome, i) => (outcome === 'fails' ? [i] : [])).slice(0, 4)) {
    expect(codeOf(() => bench.evaluate(plain, bench.batch([vector], [row])))).toBe('OVERFLOW');
  }
  expect(bench.evaluate(cast(column(0, from), to, true), bench.batch([vector]))).toEqual(
    expected.map((outcome) => (outcome === 'fails' ? null : outcome)),
  );
}

function rescale(value: bigint, delta: number): bigint {
  if (delta >= 0) return value * 10n ** BigInt(delta);
  const divisor = 10n ** BigInt(-delta);
  const magnitude = ((value < 0n ? -value : value) * 2n + divisor) / (2n * divisor);
  return value < 0n ? -magnitude : magnitude;
}

function inForm(type: DataType, value: bigint): LiteralValue {
  return ['int8', 'int16', 'int32', 'uint8', 'uint16'].includes(type.id) ? Number(value) : value;
}

test('integers and decimals of every width convert exactly, rounding halves away from zero', () => {
  const types = [...INTEGERS, ...DECIMALS];
  fc.assert(
    fc.property(drawn, fc.constantFrom(...types), fc.constantFrom(...types), ({ seed, length }, from, to) => {
      bench.arena.reset();
      const values = randomValues(from, Math.min(length, 200), randomFrom(seed));
      const [least, greatest] = integerRange(to);
      const expected = values.map((value) => {
        if (value === null) return null;
        const result = rescale(BigInt(value as number), scaleOf(to) - scaleOf(from));
        return result < least || result > greatest ? ('fails' as const) : inForm(to, result);
      });
      expectCast(from, to, values, expected);
    }),
    { numRuns: 400 },
  );
});

test('booleans', () => {
  for (const type of INTEGERS) {
    expectCast(BOOLEAN, type, [true, false, null], [inForm(type, 1n), inForm(type, 0n), null]);
    expectCast(
      type,
      BOOLEAN,
      [0, 1, 77, null].map((x) => (x === null ? null : inForm(type, BigInt(x)))),
      [false, true, true, null],
    );
  }
});

describe('floats, against PostgreSQL', () => {
  const floats = [
    ...[
      0,
      -0,
      0.5,
      1.5,
      2.5,
      -0.5,
      -2.5,
      0.1 + 0.2,
      1e15,
      123456789.98765433,
      9007199254740992,
      2147483647.4,
      2147483647.5,
    ],
    ...[-2147483648.5, -2147483649, 2 ** 63 - 1024, 2 ** 63, 1e19, 1e-7, 5e-10, 1e37, 9.99999e37, 1e38],
    ...[
      4.35,
      2.675,
      1.005,
      1234567.891,
      99999.995,
      0.000123456789,
      1e22,
      1e23,
      123456789012345.67,
      12345678901234.25,
      1 - 2 ** -53,
    ],
    ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1.7976931348623157e308, 5e-324],
  ];

  const targets: [string, DataType][] = [
    ['int2', INT16],
    ['int4', INT32],
    ['int8', INT64],
    ['numeric(15,2)', decimal(15, 2)],
    ['numeric(38,10)', decimal(38, 10)],
    ['numeric(18,18)', decimal(18, 18)],
    ['numeric(38,0)', decimal(38, 0)],
    ['float4', FLOAT32],
  ];

  async function expected(sqlFrom: string, from: DataType, to: DataType, sqlTo: string, texts: string[]) {
    const results: (LiteralValue | 'fails')[] = [];
    for (const text of texts) {
      const sql = `'${text}'::${sqlFrom}::${sqlTo}`;
      const result = (await postgres.error(sql)) === undefined ? await postgres.text(sql) : 'fails';
      // PostgreSQL's numeric has NaN; a decimal has not.
      if (result === 'fails' || (result === 'NaN' && to.id === 'decimal')) results.push('fails');
      else if (isInteger(to)) results.push(inForm(to, BigInt(result!)));
      else if (to.id === 'decimal') results.push(BigInt(result!.replace('.', '')));
      else results.push(isFloat(from) || to.id === 'float64' ? Math.fround(Number(result)) : Number(result));
    }
    return results;
  }

  test.each(targets)('double precision to %s', async (sqlTo, to) => {
    const texts = floats.map((x) => (Object.is(x, -0) ? '-0' : String(x)));
    expectCast(FLOAT64, to, floats, await expected('float8', FLOAT64, to, sqlTo, texts));
  });

  test.each(targets.slice(0, -1))('real to %s', async (sqlTo, to) => {
    const narrow = floats.map(Math.fround).filter((x) => Number.isFinite(x) || Number.isNaN(x));
    const texts = narrow.map((x) => (Object.is(x, -0) ? '-0' : String(x)));
    expectCast(FLOAT32, to, narrow, await expected('float4', FLOAT32, to, sqlTo, texts));
  });

  test.each([
    ['numeric(15,2)', decimal(15, 2)],
    ['numeric(18,18)', decimal(18, 18)],
    ['numeric(38,10)', decimal(38, 10)],
    ['numeric(38,38)', decimal(38, 38)],
    ['int8', INT64],
    ['int4', INT32],
  ] as const)('%s to floats', async (sqlFrom, from) => {
    const values = randomValues(from, 150, randomFrom(3), 0);
    const texts = values.map((value) => formatDecimal(BigInt(value as bigint), scaleOf(from)));
    const doubles = await postgres.map(
      `$1::${sqlFrom}::float8`,
      texts.map((text) => [text]),
    );
    expectCast(from, FLOAT64, values, doubles.map(Number));
    const singles = await postgres.map(
      `$1::${sqlFrom}::float4`,
      texts.map((text) => [text]),
    );
    expectCast(
      from,
      FLOAT32,
      values,
      singles.map((text) => Math.fround(Number(text))),
    );
  });
});

describe('dates, times and timestamps, against PostgreSQL', () => {
  const DAY = 86_400_000_000n;
  const moments = [
    0n,
    1n,
    -1n,
    DAY - 1n,
    DAY,
    -DAY,
    -DAY - 1n,
    1_700_000_000_123_456n,
    -62_135_596_800_000_000n,
    253_402_300_799_999_999n,
  ];
  const days = [0, 1, -1, 10957, -719162, 2932896, 19800];
  const intervals: IntervalValue[] = [
    { months: 0, days: 0, micros: 5n },
    { months: 3, days: 4, micros: -1n },
    { months: 0, days: 0, micros: 25n * 3_600_000_000n },
    { months: 0, days: -1, micros: -DAY - 7n },
  ];

  const epoch: Record<string, string> = {
    date: `(DATE '1970-01-01' + $1::int)`,
    timestamp: `(TIMESTAMP '1970-01-01' + make_interval(days => ($1::int8 / ${DAY})::int) + ($1::int8 % ${DAY}) * INTERVAL '1 microsecond')`,
    timestamptz: `((TIMESTAMP '1970-01-01' + make_interval(days => ($1::int8 / ${DAY})::int) + ($1::int8 % ${DAY}) * INTERVAL '1 microsecond') AT TIME ZONE 'UTC')`,
    time: `(TIME '00:00' + $1::int8 * INTERVAL '1 microsecond')`,
  };

  const asNumber: Record<string, (sql: string) => string> = {
    date: (sql) => `(${sql}) - DATE '1970-01-01'`,
    timestamp: (sql) => `(extract(epoch FROM (${sql})) * 1000000)::int8`,
    timestamptz: (sql) => `(extract(epoch FROM (${sql})) * 1000000)::int8`,
    time: (sql) => `(extract(epoch FROM (${sql})) * 1000000)::int8`,
  };

  const types: Record<string, DataType> = { date: DATE, timestamp: TIMESTAMP, timestamptz: TIMESTAMPTZ, time: TIME };

  test.each(
    (['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu'] as const).flatMap((zone) =>
      (
        [
          ['date', 'timestamp'],
          ['date', 'timestamptz'],
          ['timestamp', 'date'],
          ['timestamp', 'time'],
          ['timestamp', 'timestamptz'],
          ['timestamptz', 'timestamp'],
          ['timestamptz', 'date'],
          ['timestamptz', 'time'],
        ] as const
      ).map(([from, to]) => [zone, from, to] as const),
    ),
  )('%s: %s to %s', async (zone, from, to) => {
    bench.close();
    bench = new ExpressionBench(zone);
    await postgres.rows(`SET TIME ZONE '${zone}'`);
    const values: LiteralValue[] =
      from === 'date'
        ? days
        : [
            ...moments,
            ...Array.from({ length: 60 }, (_, i) => 1_679_000_000_000_000n + BigInt(i) * 1_234_567_890_123n),
          ];
    const expected = await postgres.map(
      asNumber[to]!(`${epoch[from]}::${to}`),
      values.map((value) => [String(value)]),
    );
    expectCast(
      types[from]!,
      types[to]!,
      [...values, null],
      [...expected.map((text) => (to === 'date' ? Number(text) : BigInt(text!))), null],
    );
  });

  test('times and intervals', async () => {
    const times = [0n, 1n, 86_399_999_999n];
    expectCast(
      TIME,
      INTERVAL,
      times,
      times.map((micros) => ({ months: 0, days: 0, micros })),
    );
    const texts = intervals.map(({ months, days, micros }) => `${months} mons ${days} days ${micros} microseconds`);
    const expected = await postgres.map(
      `(extract(epoch FROM ($1::interval)::time) * 1000000)::int8`,
      texts.map((text) => [text]),
    );
    expectCast(
      INTERVAL,
      TIME,
      intervals,
      expected.map((text) => BigInt(text!)),
    );
  });

  test('infinite dates and timestamps stay infinite; beyond the range is an error', () => {
    expectCast(DATE, TIMESTAMP, [2 ** 31 - 1, -(2 ** 31), 200_000_000], [2n ** 63n - 1n, -(2n ** 63n), 'fails']);
    expectCast(TIMESTAMP, DATE, [2n ** 63n - 1n, -(2n ** 63n)], [2 ** 31 - 1, -(2 ** 31)]);
    expectCast(TIMESTAMP, TIME, [2n ** 63n - 1n, DAY + 5n], [null, 5n]);
  });
});

test('cast contexts are those of pg_cast', async () => {
  const types: [string, DataType][] = [
    ['bool', BOOLEAN],
    ['int2', INT16],
    ['int4', INT32],
    ['int8', INT64],
    ['float4', FLOAT32],
    ['float8', FLOAT64],
    ['numeric', decimal(20, 2)],
    ['date', DATE],
    ['time', TIME],
    ['timestamp', TIMESTAMP],
    ['timestamptz', TIMESTAMPTZ],
    ['interval', INTERVAL],
  ];
  const contexts = new Map(
    (
      await postgres.rows(`SELECT s.typname || ' ' || t.typname, c.castcontext FROM pg_cast c
        JOIN pg_type s ON s.oid = c.castsource JOIN pg_type t ON t.oid = c.casttarget`)
    ).map(([pair, context]) => [pair, context]),
  );
  const RULE: Record<string, string> = { i: 'implicit', a: 'assignment', e: 'explicit' };
  for (const [sqlFrom, from] of types) {
    for (const [sqlTo, to] of types) {
      if (sqlFrom === sqlTo) continue;
      // Here every integer converts to and from boolean, in PostgreSQL only int4.
      if ([sqlFrom, sqlTo].includes('bool')) continue;
      const expected = RULE[contexts.get(`${sqlFrom} ${sqlTo}`) ?? ''] ?? 'no';
      expect(`${sqlFrom} ${sqlTo} ${canCast(from, to)}`).toBe(`${sqlFrom} ${sqlTo} ${expected}`);
    }
  }
  expect(canCast(BOOLEAN, INT32)).toBe('explicit');
  expect(canCast(UINT32, INT64)).toBe('implicit');
  expect(canCast(UINT32, INT32)).toBe('assignment');
});

test('a message names the type and where it came from', () => {
  const batch = bench.batch([bench.vector(INT64, [2n ** 40n])]);
  expect(() => bench.evaluate(cast(column(0, INT64), INT32), batch)).toThrow(
    'integer out of range in cast from bigint',
  );
  expect(formatType(cast(column(0, INT64), decimal(3, 1)).type as DecimalType)).toBe('decimal(3,1)');
});
