import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isQueryError } from '../../error/index.ts';
import {
  DATE,
  type DataType,
  FLOAT64,
  INT32,
  INTERVAL,
  type IntervalValue,
  type LiteralValue,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
} from '../../types/index.ts';
import { call, column, ExpressionBench, literal } from '../expression.fixture.ts';
import { Postgres } from '../scalar/postgres.fixture.ts';

const DAY = 86_400_000_000n;
const HOUR = 3_600_000_000n;

/** Values with the SQL that PostgreSQL reads them from. */
const DATES: [string, LiteralValue][] = [
  ['2024-01-31', 19753],
  ['2024-02-29', 19782],
  ['1970-01-01', 0],
  ['1969-12-31', -1],
  ['0001-03-01', -719103],
  ['9999-12-31', 2932896],
];
const INTERVALS: [string, IntervalValue][] = [
  ['1 mon', { months: 1, days: 0, micros: 0n }],
  ['-1 mons', { months: -1, days: 0, micros: 0n }],
  ['13 mons -5 days 03:00:00', { months: 13, days: -5, micros: 3n * HOUR }],
  ['90 days', { months: 0, days: 90, micros: 0n }],
  ['25:00:00.000001', { months: 0, days: 0, micros: 25n * HOUR + 1n }],
  ['-1 years -1 days -00:00:01', { months: -12, days: -1, micros: -1_000_000n }],
];
const TIMESTAMPS: [string, LiteralValue][] = [
  ['2024-01-31 12:34:56.789', 19753n * DAY + 45_296_789_000n],
  ['2024-03-31 01:30:00', 19813n * DAY + 90n * 60_000_000n],
  ['1969-12-31 23:59:59.999999', -1n],
  ['0001-01-01 00:00:00', -719162n * DAY],
  ['2024-10-27 00:30:00', 20023n * DAY + 30n * 60_000_000n],
];
const TIMES: [string, LiteralValue][] = [
  ['00:00:00', 0n],
  ['12:34:56.5', 45_296_500_000n],
  ['23:59:59.999999', DAY - 1n],
];
const INTEGERS: [string, LiteralValue][] = [
  ['0', 0],
  ['-400', -400],
  ['1000', 1000],
];
const FLOATS: [string, LiteralValue][] = [
  ['2', 2],
  ['-1.5', -1.5],
  ['0.3333', 0.3333],
  ['0.1', 0.1],
];

interface Operand {
  readonly type: DataType;
  readonly sql: string;
  readonly values: readonly [string, LiteralValue][];
}

const OPERANDS: Record<string, Operand> = {
  date: { type: DATE, sql: 'date', values: DATES },
  interval: { type: INTERVAL, sql: 'interval', values: INTERVALS },
  timestamp: { type: TIMESTAMP, sql: 'timestamp', values: TIMESTAMPS },
  timestamptz: { type: TIMESTAMPTZ, sql: 'timestamptz', values: TIMESTAMPS },
  time: { type: TIME, sql: 'time', values: TIMES },
  integer: { type: INT32, sql: 'int', values: INTEGERS },
  float: { type: FLOAT64, sql: 'float8', values: FLOATS },
};

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

/** SQL that turns a result into numbers: days, microseconds, or months, days and microseconds. */
function asNumbers(type: DataType, sql: string): string {
  switch (type.id) {
    case 'date':
      return `(${sql}) - DATE '1970-01-01'`;
    case 'int32':
      return sql;
    case 'interval':
      return `extract(year FROM (${sql})) * 12 + extract(month FROM (${sql})) || ' ' || extract(day FROM (${sql})) || ' ' ||
        ((extract(hour FROM (${sql})) * 3600 + extract(minute FROM (${sql})) * 60) * 1000000 + extract(microsecond FROM (${sql})))::int8`;
    default:
      return `(extract(epoch FROM (${sql})) * 1000000)::int8`;
  }
}

function fromText(type: DataType, text: string | null): LiteralValue {
  if (text === null) return null;
  if (type.id === 'date' || type.id === 'int32') return Number(text);
  if (type.id !== 'interval') return BigInt(text);
  const [months, days, micros] = text.split(' ');
  return { months: Number(months), days: Number(days), micros: BigInt(micros!) };
}

const CASES: [string, string, string][] = [
  ['date', '+', 'integer'],
  ['integer', '+', 'date'],
  ['date', '-', 'integer'],
  ['date', '-', 'date'],
  ['date', '+', 'interval'],
  ['interval', '+', 'date'],
  ['date', '-', 'interval'],
  ['date', '+', 'time'],
  ['time', '+', 'date'],
  ['timestamp', '+', 'interval'],
  ['interval', '+', 'timestamp'],
  ['timestamp', '-', 'interval'],
  ['timestamp', '-', 'timestamp'],
  ['time', '+', 'interval'],
  ['time', '-', 'interval'],
  ['time', '-', 'time'],
  ['interval', '+', 'interval'],
  ['interval', '-', 'interval'],
  ['interval', '*', 'float'],
  ['float', '*', 'interval'],
  ['interval', '/', 'float'],
];

async function check(left: Operand, operator: string, right: Operand): Promise<void> {
  const pairs = left.values.flatMap((a) => right.values.map((b) => [a, b] as const));
  const batch = bench.batch([
    bench.vector(left.type, [...pairs.map(([a]) => a[1]), null, left.values[0]![1]]),
    bench.vector(right.type, [...pairs.map(([, b]) => b[1]), right.values[0]![1], null]),
  ]);
  const expression = call(operator, column(0, left.type), column(1, right.type));
  const sql = asNumbers(expression.type, `$1::${left.sql} ${operator} $2::${right.sql}`);
  const texts = await postgres.map(
    sql,
    pairs.map(([a, b]) => [a[0], b[0]]),
  );
  const expected = texts.map((text) => fromText(expression.type, text));
  expect(bench.evaluate(expression, batch)).toEqual([...expected, null, null]);
  // The same with one operand constant.
  for (const [i, [a, b]] of pairs.entries()) {
    const row = bench.batch(batch.columns, [i]);
    expect(bench.evaluate(call(operator, literal(left.type, a[1]), column(1, right.type)), row)).toEqual([expected[i]]);
    expect(bench.evaluate(call(operator, column(0, left.type), literal(right.type, b[1])), row)).toEqual([expected[i]]);
  }
}

describe('operators on dates, times and intervals, against PostgreSQL', () => {
  test.each(CASES)('%s %s %s', async (left, operator, right) => {
    await check(OPERANDS[left]!, operator, OPERANDS[right]!);
  });

  test('the negation of an interval', async () => {
    const texts = await postgres.map(
      asNumbers(INTERVAL, '- $1::interval'),
      INTERVALS.map(([text]) => [text]),
    );
    const vector = bench.vector(
      INTERVAL,
      INTERVALS.map(([, value]) => value),
    );
    expect(bench.evaluate(call('-', column(0, INTERVAL)), bench.batch([vector]))).toEqual(
      texts.map((text) => fromText(INTERVAL, text)),
    );
  });

  test.each(['UTC', 'Europe/Berlin', 'America/Sao_Paulo'])('timestamptz and interval in %s', async (zone) => {
    bench.close();
    bench = new ExpressionBench(zone);
    await postgres.rows(`SET TIME ZONE '${zone}'`);
    const moments = TIMESTAMPS.map(([text, value]) => [`${text}+00`, value] as [string, LiteralValue]);
    const operand = { ...OPERANDS.timestamptz!, values: moments };
    await check(operand, '+', OPERANDS.interval!);
    await check(operand, '-', OPERANDS.interval!);
    await check(operand, '-', operand);
  });
});

test('results beyond the range are errors, as in PostgreSQL', async () => {
  const cases: [string, DataType, LiteralValue, string, string, DataType, LiteralValue][] = [
    ["DATE '5874897-12-31'", DATE, 2145042905, '+', '1', INT32, 1],
    ["DATE '4714-11-24 BC'", DATE, -2440588, '-', '1', INT32, 1],
    [
      "INTERVAL '2147483647 mons'",
      INTERVAL,
      { months: 2147483647, days: 0, micros: 0n },
      '+',
      "INTERVAL '1 mon'",
      INTERVAL,
      { months: 1, days: 0, micros: 0n },
    ],
    ["INTERVAL '2147483647 days'", INTERVAL, { months: 0, days: 2147483647, micros: 0n }, '*', '2::float8', FLOAT64, 2],
    [
      "TIMESTAMP '4714-11-24 00:00:00 BC'",
      TIMESTAMP,
      -2440588n * DAY,
      '-',
      "INTERVAL '1 sec'",
      INTERVAL,
      { months: 0, days: 0, micros: 1_000_000n },
    ],
    ["INTERVAL '1 day'", INTERVAL, { months: 0, days: 1, micros: 0n }, '/', '0::float8', FLOAT64, 0],
  ];
  for (const [sqlA, typeA, a, operator, sqlB, typeB, b] of cases) {
    const message = await postgres.error(`${sqlA} ${operator} ${sqlB}`);
    expect(message).toBeDefined();
    const batch = bench.batch([bench.vector(typeA, [a]), bench.vector(typeB, [b])]);
    let code = 'none';
    try {
      bench.evaluate(call(operator, column(0, typeA), column(1, typeB)), batch);
    } catch (error) {
      if (isQueryError(error)) code = error.code;
    }
    expect(code).toBe(message === 'division by zero' ? 'DIVISION_BY_ZERO' : 'OVERFLOW');
  }
});

test('infinite dates and timestamps stay infinite', () => {
  const infinity = 2n ** 63n - 1n;
  const batch = bench.batch([
    bench.vector(TIMESTAMP, [infinity, -(2n ** 63n)]),
    bench.vector(DATE, [2 ** 31 - 1, -(2 ** 31)]),
  ]);
  const month = literal(INTERVAL, { months: 1, days: 1, micros: 1n });
  expect(bench.evaluate(call('+', column(0, TIMESTAMP), month), batch)).toEqual([infinity, -(2n ** 63n)]);
  expect(bench.evaluate(call('-', column(1, DATE), month), batch)).toEqual([infinity, -(2n ** 63n)]);
  expect(bench.evaluate(call('+', column(1, DATE), literal(INT32, 5)), batch)).toEqual([2 ** 31 - 1, -(2 ** 31)]);
});
