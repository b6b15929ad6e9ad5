import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  BOOLEAN,
  BYTEA,
  DATE,
  type DataType,
  decimal,
  FLOAT32,
  FLOAT64,
  formatType,
  INT16,
  INT32,
  INT64,
  INTERVAL,
  type LiteralValue,
  TIME,
  TIMESTAMP,
  UINT64,
  VARCHAR,
} from '../types/index.ts';
import { COMPARISON, type ComparisonOperator } from './comparison-code.ts';
import { and, call, cast, column, ExpressionBench, literal, or } from './expression.fixture.ts';
import type { Expression } from './expression.ts';
import { compareLiterals } from './literal-order.ts';
import { drawn, randomFrom, randomSelection, randomValue, randomValues } from './random-values.fixture.ts';
import { Postgres } from './scalar/postgres.fixture.ts';

const OPERATORS = Object.keys(COMPARISON) as ComparisonOperator[];
const TYPES = [
  BOOLEAN,
  INT16,
  INT32,
  INT64,
  UINT64,
  FLOAT32,
  FLOAT64,
  decimal(12, 2),
  decimal(30, 3),
  VARCHAR,
  BYTEA,
  DATE,
  TIME,
  TIMESTAMP,
  INTERVAL,
];

let bench: ExpressionBench;

beforeEach(() => {
  bench = new ExpressionBench();
});

afterEach(() => {
  bench.close();
  expect(bench.memory.numBlocks).toBe(0);
});

function holds(operator: ComparisonOperator, type: DataType, a: LiteralValue, b: LiteralValue): boolean | null {
  if (a === null || b === null) return null;
  const order = compareLiterals(type, a, b);
  return { '=': order === 0, '<>': order !== 0, '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 }[
    operator
  ];
}

describe.each(TYPES.map((type) => [formatType(type), type] as const))('comparisons of %s', (_, type) => {
  const x = column(0, type);
  const y = column(1, type);

  test('as masks, as selections, over every encoding', () => {
    fc.assert(
      fc.property(
        drawn,
        fc.constantFrom(...OPERATORS),
        fc.constantFrom(0, 0.2),
        ({ seed, length }, operator, nulls) => {
          const random = randomFrom(seed);
          const left = randomValues(type, length, random, nulls);
          const right = randomValues(type, length, random, nulls);
          const constant = randomValue(type, random);
          const selection = randomSelection(length, random, 0.5);
          for (const encoding of ['flat', 'dictionary'] as const) {
            const columns = [bench.vector(type, left, encoding), bench.vector(type, right)];
            const all = bench.batch(columns);
            const some = bench.batch(columns, selection);
            const pairs = left.map((value, i) => holds(operator, type, value, right[i]!));
            const withConstant = left.map((value) => holds(operator, type, value, constant));
            const swapped = left.map((value) => holds(operator, type, constant, value));
            const columnColumn = call(operator, x, y);
            const columnConstant = call(operator, x, literal(type, constant));
            const constantColumn = call(operator, literal(type, constant), x);
            expect(bench.evaluate(columnColumn, all)).toEqual(pairs);
            expect(bench.evaluate(columnConstant, all)).toEqual(withConstant);
            expect(bench.evaluate(constantColumn, some)).toEqual(selection.map((row) => swapped[row]));
            const rows = left.map((_, i) => i);
            expect(bench.select(columnColumn, some)).toEqual(selection.filter((row) => pairs[row] === true));
            expect(bench.select(columnConstant, all)).toEqual(rows.filter((row) => withConstant[row] === true));
            expect(bench.select(columnConstant, some)).toEqual(selection.filter((row) => withConstant[row] === true));
            expect(bench.select(constantColumn, some)).toEqual(selection.filter((row) => swapped[row] === true));
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test('two bounds of one column', () => {
    fc.assert(
      fc.property(
        drawn,
        fc.constantFrom<ComparisonOperator>('>', '>='),
        fc.constantFrom<ComparisonOperator>('<', '<='),
        ({ seed, length }, lower, upper) => {
          const random = randomFrom(seed);
          const values = randomValues(type, length, random);
          const [low, high] = [randomValue(type, random), randomValue(type, random)];
          const selection = randomSelection(length, random, 0.6);
          const predicate = and(call(upper, x, literal(type, high)), call(lower, x, literal(type, low)));
          const inRange = (row: number) =>
            holds(lower, type, values[row]!, low) === true && holds(upper, type, values[row]!, high) === true;
          for (const encoding of ['flat', 'dictionary'] as const) {
            const vector = bench.vector(type, values, encoding);
            const rows = values.map((_, i) => i);
            expect(bench.select(predicate, bench.batch([vector]))).toEqual(rows.filter(inRange));
            expect(bench.select(predicate, bench.batch([vector], selection))).toEqual(selection.filter(inRange));
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test('IS DISTINCT FROM and IN', () => {
    fc.assert(
      fc.property(drawn, fc.integer({ min: 0, max: 40 }), fc.boolean(), ({ seed, length }, numValues, negated) => {
        const random = randomFrom(seed);
        const left = randomValues(type, length, random);
        const right = randomValues(type, length, random);
        const list = [...randomValues(type, numValues, random, 0.02), ...left.slice(0, 3)];
        const selection = randomSelection(length, random, 0.5);
        const inList: Expression = { kind: 'in-list', type: BOOLEAN, arg: x, values: list, negated };
        const isIn = (value: LiteralValue): boolean | null => {
          if (value === null) return null;
          if (list.some((item) => item !== null && compareLiterals(type, item, value) === 0)) return !negated;
          return list.includes(null) ? null : negated;
        };
        const distinct = (a: LiteralValue, b: LiteralValue) =>
          a === null || b === null ? a !== b : compareLiterals(type, a, b) !== 0;
        for (const encoding of ['flat', 'dictionary'] as const) {
          const batch = bench.batch([bench.vector(type, left, encoding), bench.vector(type, right)], selection);
          expect(bench.evaluate(call('is distinct from', x, y), batch)).toEqual(
            selection.map((row) => distinct(left[row]!, right[row]!)),
          );
          expect(bench.evaluate(call('is not distinct from', x, literal(type, right[0] ?? null)), batch)).toEqual(
            selection.map((row) => !distinct(left[row]!, right[0] ?? null)),
          );
          if (list.length > 0) {
            expect(bench.evaluate(inList, batch)).toEqual(selection.map((row) => isIn(left[row]!)));
            expect(bench.select(inList, batch)).toEqual(selection.filter((row) => isIn(left[row]!) === true));
          }
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('comparisons of a cast column with a constant', () => {
  const DAY = 86_400_000_000n;

  test('a date against a timestamp, midnight or not, is compared in days', () => {
    const days = [-400, -1, 0, 1, 9000, null];
    for (const moment of [0n, 1n, -1n, DAY, DAY - 1n, 9000n * DAY, 9000n * DAY + 5n]) {
      for (const operator of OPERATORS) {
        const predicate = call(operator, cast(column(0, DATE), TIMESTAMP), literal(TIMESTAMP, moment));
        for (const encoding of ['flat', 'dictionary'] as const) {
          const batch = bench.batch([bench.vector(DATE, days, encoding)]);
          const expected = days.flatMap((day, row) =>
            day !== null && holds(operator, TIMESTAMP, BigInt(day) * DAY, moment) ? [row] : [],
          );
          expect(bench.select(predicate, batch)).toEqual(expected);
        }
      }
    }
  });

  test('an integer or decimal against a constant of a wider type', () => {
    const values = [-(2 ** 31), -3, 0, 7, 2 ** 31 - 1, null];
    for (const constant of [7n, -3n, 2n ** 31n, -(2n ** 40n)]) {
      for (const operator of OPERATORS) {
        const predicate = call(operator, cast(column(0, INT32), INT64), literal(INT64, constant));
        expect(bench.select(predicate, bench.batch([bench.vector(INT32, values)]))).toEqual(
          values.flatMap((value, row) =>
            value !== null && holds(operator, INT64, BigInt(value), constant) ? [row] : [],
          ),
        );
        const asDecimal = call(operator, cast(column(0, INT32), decimal(14, 2)), literal(decimal(14, 2), constant));
        expect(bench.select(asDecimal, bench.batch([bench.vector(INT32, values)]))).toEqual(
          values.flatMap((value, row) =>
            value !== null && holds(operator, INT64, BigInt(value) * 100n, constant) ? [row] : [],
          ),
        );
      }
    }
  });

  test('decimals of different scales, also where no decimal holds both', () => {
    const pairs = [
      [decimal(5, 2), decimal(9, 4)],
      [decimal(38, 0), decimal(38, 10)],
      [decimal(38, 38), decimal(20, 0)],
    ] as const;
    for (const [first, second] of pairs) {
      const random = randomFrom(first.precision);
      const left = randomValues(first, 200, random);
      const right = randomValues(second, 200, random);
      const batch = bench.batch([bench.vector(first, left), bench.vector(second, right)]);
      for (const operator of OPERATORS) {
        const expected = left.map((a, i) => {
          const b = right[i]!;
          if (a === null || b === null) return null;
          const scale = BigInt(Math.max(first.scale, second.scale));
          const wideA = (a as bigint) * 10n ** (scale - BigInt(first.scale));
          const wideB = (b as bigint) * 10n ** (scale - BigInt(second.scale));
          return holds(operator, INT64, wideA, wideB);
        });
        expect(bench.evaluate(call(operator, column(0, first), column(1, second)), batch)).toEqual(expected);
        const constant = call(operator, column(0, first), literal(second, right[1] ?? 0n));
        expect(bench.select(constant, batch)).toEqual(
          left.flatMap((a, row) => {
            const scale = BigInt(Math.max(first.scale, second.scale));
            const wideB = ((right[1] as bigint) ?? 0n) * 10n ** (scale - BigInt(second.scale));
            return a !== null && holds(operator, INT64, (a as bigint) * 10n ** (scale - BigInt(first.scale)), wideB)
              ? [row]
              : [];
          }),
        );
      }
    }
  });
});

describe('the order of values is that of PostgreSQL', () => {
  let postgres: Postgres;

  beforeAll(() => {
    postgres = new Postgres();
  });

  afterAll(() => postgres.close());

  const cases: [string, DataType, readonly [text: string, value: LiteralValue][]][] = [
    [
      'float8',
      FLOAT64,
      (['NaN', 'Infinity', '-Infinity', '0', '-0', '1.5', '-1.5', '1e300'] as const).map((text) => [
        text,
        Number(text),
      ]),
    ],
    [
      'text COLLATE "C"',
      VARCHAR,
      ['', 'a', 'A', 'ab', 'b', 'é', 'z', '日本', 'longer than eight bytes', 'longer than eight bytez'].map((text) => [
        text,
        text,
      ]),
    ],
    [
      'interval',
      INTERVAL,
      [
        ['1 mon', { months: 1, days: 0, micros: 0n }],
        ['30 days', { months: 0, days: 30, micros: 0n }],
        ['720 hours', { months: 0, days: 0, micros: 720n * 3_600_000_000n }],
        ['29 days 23:59:59.999999', { months: 0, days: 29, micros: 86_399_999_999n }],
        ['31 days -24:00:00', { months: 0, days: 31, micros: -86_400_000_000n }],
        ['-1 days', { months: 0, days: -1, micros: 0n }],
        ['-1 mons 29 days', { months: -1, days: 29, micros: 0n }],
        ['0', { months: 0, days: 0, micros: 0n }],
      ],
    ],
  ];

  test.each(cases)('%s', async (sqlType, type, values) => {
    const pairs = values.flatMap((a) => values.map((b) => [a, b] as const));
    const batch = bench.batch([
      bench.vector(
        type,
        pairs.map(([a]) => a[1]),
      ),
      bench.vector(
        type,
        pairs.map(([, b]) => b[1]),
      ),
    ]);
    const plain = sqlType.replace(/ COLLATE.*/, '');
    for (const operator of OPERATORS) {
      const expected = await postgres.map(
        `($1::${plain})${sqlType.slice(plain.length)} ${operator} $2::${plain}`,
        pairs.map(([a, b]) => [a[0], b[0]]),
      );
      expect(bench.evaluate(call(operator, column(0, type), column(1, type)), batch)).toEqual(
        expected.map((text) => text === 'true'),
      );
    }
  });
});

test('AND, OR and NOT are three-valued', () => {
  const values = [true, false, null];
  const pairs = values.flatMap((a) => values.map((b) => [a, b] as const));
  const batch = bench.batch([
    bench.vector(
      BOOLEAN,
      pairs.map(([a]) => a),
    ),
    bench.vector(
      BOOLEAN,
      pairs.map(([, b]) => b),
    ),
  ]);
  const [a, b] = [column(0, BOOLEAN), column(1, BOOLEAN)];
  expect(bench.evaluate(and(a, b), batch)).toEqual([true, false, null, false, false, false, null, false, null]);
  expect(bench.evaluate(or(a, b), batch)).toEqual([true, true, true, true, false, null, true, null, null]);
  expect(bench.evaluate({ kind: 'not', type: BOOLEAN, arg: a }, batch)).toEqual(
    pairs.map(([value]) => (value === null ? null : !value)),
  );
});
