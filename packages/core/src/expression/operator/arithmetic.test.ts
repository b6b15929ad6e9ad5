import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isQueryError } from '../../error/index.ts';
import {
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
  type LiteralValue,
  UINT8,
  UINT16,
  UINT32,
  UINT64,
} from '../../types/index.ts';
import { call, column, ExpressionBench, literal } from '../expression.fixture.ts';
import { formatDecimal } from '../format-expression.ts';
import { integerRange } from '../numeric-range.ts';
import { drawn, randomFrom, randomValues } from '../random-values.fixture.ts';
import { Postgres } from '../scalar/postgres.fixture.ts';

const INTEGERS = [INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64];

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

/** What a row gives: a value, or the code of the error that it raises. */
type Outcome = LiteralValue | { readonly code: string };

function isFailure(outcome: Outcome): outcome is { readonly code: string } {
  return typeof outcome === 'object' && outcome !== null && 'code' in outcome;
}

function exact(operator: string, a: bigint, b: bigint, type: DataType): Outcome {
  if ((operator === '/' || operator === '%') && b === 0n) return { code: 'DIVISION_BY_ZERO' };
  const result = { '+': a + b, '-': a - b, '*': a * b, '/': b && a / b, '%': b && a % b }[operator]!;
  const [least, greatest] = integerRange(type);
  return result < least || result > greatest ? { code: 'OVERFLOW' } : result;
}

/** Checks values of rows that succeed together, and each failing row's error by itself. */
function expectOutcomes(
  run: (rows: readonly number[]) => LiteralValue[],
  outcomes: readonly Outcome[],
  normalize: (value: LiteralValue) => unknown = (value) => value,
): void {
  const good = outcomes.flatMap((outcome, row) => (isFailure(outcome) ? [] : [row]));
  expect(run(good).map(normalize)).toEqual(good.map((row) => normalize(outcomes[row] as LiteralValue)));
  for (const row of outcomes.flatMap((outcome, i) => (isFailure(outcome) ? [i] : [])).slice(0, 5)) {
    const rows = [...good, row].sort((a, b) => a - b);
    expect(codeOf(() => run(rows))).toBe((outcomes[row] as { code: string }).code);
  }
}

function codeOf(run: () => unknown): string {
  try {
    run();
    return 'none';
  } catch (error) {
    if (isQueryError(error)) return error.code;
    throw error;
  }
}

describe.each(INTEGERS.map((type) => [formatType(type), type] as const))('%s', (_, type) => {
  test.each(['+', '-', '*', '/', '%'])('%s against big integers', (operator) => {
    fc.assert(
      fc.property(drawn, fc.constantFrom('vv', 'vc', 'cv'), ({ seed, length }, shape) => {
        bench.arena.reset();
        const random = randomFrom(seed);
        const left = randomValues(type, length, random);
        const right = randomValues(type, length, random);
        const constant = randomValues(type, 1, random, 0)[0]!;
        const a = shape === 'cv' ? left.map(() => constant) : left;
        const b = shape === 'vc' ? left.map(() => constant) : right;
        const outcomes = a.map((x, i) => {
          const y = b[i]!;
          return x === null || y === null ? null : exact(operator, BigInt(x as number), BigInt(y as number), type);
        });
        const expression = call(
          operator,
          shape === 'cv' ? literal(type, constant) : column(0, type),
          shape === 'vc' ? literal(type, constant) : column(1, type),
        );
        const columns = [bench.vector(type, left), bench.vector(type, right)];
        expectOutcomes(
          (rows) => bench.evaluate(expression, bench.batch(columns, rows)),
          outcomes,
          (value) => (value === null ? null : BigInt(value as number)),
        );
      }),
      { numRuns: 30 },
    );
  });

  test('negation and absolute value', () => {
    fc.assert(
      fc.property(drawn, fc.constantFrom('-', '@'), ({ seed, length }, operator) => {
        const values = randomValues(type, length, randomFrom(seed));
        const [least, greatest] = integerRange(type);
        const outcomes = values.map((value) => {
          if (value === null) return null;
          const x = BigInt(value as number);
          const result = operator === '-' || x < 0n ? -x : x;
          return result < least || result > greatest ? { code: 'OVERFLOW' } : result;
        });
        const vector = bench.vector(type, values);
        expectOutcomes(
          (rows) => bench.evaluate(call(operator, column(0, type)), bench.batch([vector], rows)),
          outcomes,
          (value) => (value === null ? null : BigInt(value as number)),
        );
      }),
      { numRuns: 20 },
    );
  });
});

describe('decimals', () => {
  const types = [
    decimal(5, 2),
    decimal(15, 2),
    decimal(18, 0),
    decimal(18, 18),
    decimal(25, 4),
    decimal(38, 0),
    decimal(38, 10),
  ];

  function halfAway(numerator: bigint, divisor: bigint): bigint {
    const negative = numerator < 0n !== divisor < 0n;
    const [n, d] = [numerator < 0n ? -numerator : numerator, divisor < 0n ? -divisor : divisor];
    const rounded = (2n * n + d) / (2n * d);
    return negative ? -rounded : rounded;
  }

  function abs(x: bigint): bigint {
    return x < 0n ? -x : x;
  }

  function reference(
    operator: string,
    a: bigint,
    b: bigint,
    types: readonly DecimalType[],
    result: DecimalType,
  ): Outcome {
    const [s1, s2] = types.map(({ scale }) => BigInt(scale)) as [bigint, bigint];
    const scale = BigInt(result.scale);
    const common = BigInt(Math.max(types[0]!.scale, types[1]!.scale));
    const x = a * 10n ** (common - s1);
    const y = b * 10n ** (common - s2);
    if ((operator === '/' || operator === '%') && b === 0n) return { code: 'DIVISION_BY_ZERO' };
    const value = {
      '+': () => x + y,
      '-': () => x - y,
      '%': () => x % y,
      '*': () => halfAway(a * b, 10n ** (s1 + s2 - scale)),
      '/': () => halfAway(a * 10n ** (scale - s1 + s2), b),
    }[operator]!();
    const limit = 10n ** BigInt(result.precision);
    // Operands of a sum are brought to its scale first, which must leave them 38 digits.
    if ('+-'.includes(operator) && [x, y].some((term) => abs(term) >= 10n ** 38n)) return { code: 'OVERFLOW' };
    return value <= -limit || value >= limit ? { code: 'OVERFLOW' } : value;
  }

  test.each(['+', '-', '*', '/', '%'])('%s against big integers, of every width', (operator) => {
    fc.assert(
      fc.property(
        drawn,
        fc.constantFrom(...types),
        fc.constantFrom(...types),
        fc.constantFrom('vv', 'vc', 'cv'),
        ({ seed, length }, first, second, shape) => {
          bench.arena.reset();
          const random = randomFrom(seed);
          const left = randomValues(first, Math.min(length, 100), random);
          const right = randomValues(second, Math.min(length, 100), random);
          const x = shape === 'cv' ? literal(first, left.find((value) => value !== null) ?? 1n) : column(0, first);
          const y = shape === 'vc' ? literal(second, right.find((value) => value !== null) ?? 1n) : column(1, second);
          const expression = call(operator, x, y);
          const outcomes = left.map((_, i) => {
            const a = x.kind === 'literal' ? x.value : left[i]!;
            const b = y.kind === 'literal' ? y.value : right[i]!;
            if (a === null || b === null) return null;
            return reference(operator, a as bigint, b as bigint, [first, second], expression.type as DecimalType);
          });
          const columns = [bench.vector(first, left), bench.vector(second, right)];
          expectOutcomes((rows) => bench.evaluate(expression, bench.batch(columns, rows)), outcomes);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('the rules of result types', () => {
    const typeOf = (operator: string, a: DataType, b: DataType) =>
      formatType(call(operator, column(0, a), column(1, b)).type);
    expect(typeOf('+', decimal(15, 2), decimal(15, 2))).toBe('decimal(16,2)');
    expect(typeOf('-', decimal(10, 0), decimal(15, 2))).toBe('decimal(16,2)');
    expect(typeOf('*', decimal(15, 2), decimal(16, 2))).toBe('decimal(31,4)');
    expect(typeOf('*', decimal(31, 4), decimal(16, 2))).toBe('decimal(38,6)');
    expect(typeOf('/', decimal(15, 2), decimal(15, 2))).toBe('decimal(38,16)');
    expect(typeOf('/', decimal(38, 6), decimal(38, 4))).toBe('decimal(38,16)');
    expect(typeOf('/', decimal(38, 30), decimal(5, 0))).toBe('decimal(38,30)');
    expect(typeOf('%', decimal(15, 2), decimal(5, 4))).toBe('decimal(5,4)');
  });

  test('sums, differences, products and remainders print as PostgreSQL prints them', async () => {
    const first = decimal(15, 2);
    const second = decimal(20, 5);
    const random = randomFrom(7);
    const left = randomValues(first, 60, random);
    const right = randomValues(second, 60, random).map((value) => (value === 0n ? 3n : value));
    const text = (value: LiteralValue, scale: number) =>
      value === null ? null : formatDecimal(value as bigint, scale);
    const rows = left.map((value, i) => [text(value, 2), text(right[i]!, 5)]);
    const batch = bench.batch([bench.vector(first, left), bench.vector(second, right)]);
    for (const operator of ['+', '-', '*', '%']) {
      const expression = call(operator, column(0, first), column(1, second));
      const { scale } = expression.type as DecimalType;
      expect(bench.evaluate(expression, batch).map((value) => text(value, scale))).toEqual(
        await postgres.map(`$1::numeric(15,2) ${operator} $2::numeric(20,5)`, rows),
      );
    }
    const quotient = call('/', column(0, first), column(1, second));
    const { scale } = quotient.type as DecimalType;
    expect(bench.evaluate(quotient, batch).map((value) => text(value, scale))).toEqual(
      await postgres.map(`round($1::numeric(15,2)::numeric(60,40) / $2::numeric(20,5), ${scale})`, rows),
    );
  });
});

describe('floats', () => {
  const special = [0, -0, 1, -1.5, 0.1, 1e308, -1e308, 1e-308, 5e-324, 1e200, Infinity, -Infinity, Number.NaN, 3];
  const pgError: Record<string, string> = { 'division by zero': 'DIVISION_BY_ZERO' };

  test.each([
    ['float8', FLOAT64],
    ['float4', FLOAT32],
  ] as const)('%s: values and errors are those of PostgreSQL', async (sqlType, type) => {
    const values =
      type === FLOAT64
        ? special
        : [...special.filter((x) => Math.abs(x) < 3e38 || !Number.isFinite(x)), 3e38, 1e-38].map(Math.fround);
    const pairs = values.flatMap((a) => values.map((b) => [a, b] as const));
    const text = (x: number) => (Object.is(x, -0) ? '-0' : String(x));
    const batch = bench.batch([
      bench.vector(
        type,
        pairs.map(([a]) => a),
      ),
      bench.vector(
        type,
        pairs.map(([, b]) => b),
      ),
    ]);
    for (const operator of ['+', '-', '*', '/']) {
      const outcomes: Outcome[] = [];
      for (const [a, b] of pairs) {
        const sql = `'${text(a)}'::${sqlType} ${operator} '${text(b)}'::${sqlType}`;
        const error = await postgres.error(sql);
        outcomes.push(error ? { code: pgError[error] ?? 'OVERFLOW' } : Number(await postgres.text(sql)));
      }
      const expression = call(operator, column(0, type), column(1, type));
      const round = (value: LiteralValue) => (type === FLOAT32 ? Math.fround(value as number) : value);
      expectOutcomes((rows) => bench.evaluate(expression, bench.batch(batch.columns, rows)), outcomes, round);
      for (const [row, [a, b]] of pairs.entries()) {
        const single = bench.batch(batch.columns, [row]);
        for (const shape of [
          call(operator, literal(type, a), column(1, type)),
          call(operator, column(0, type), literal(type, b)),
        ]) {
          const outcome = outcomes[row]!;
          if (isFailure(outcome)) expect(codeOf(() => bench.evaluate(shape, single))).toBe(outcome.code);
          else expect(round(bench.evaluate(shape, single)[0]!)).toEqual(round(outcome));
        }
      }
    }
  });

  test('power, against PostgreSQL', async () => {
    const pairs = special.flatMap((a) =>
      [0, 1, -1, 2, 0.5, -0.5, 3, Infinity, -Infinity, Number.NaN].map((b) => [a, b] as const),
    );
    const batch = bench.batch([
      bench.vector(
        FLOAT64,
        pairs.map(([a]) => a),
      ),
      bench.vector(
        FLOAT64,
        pairs.map(([, b]) => b),
      ),
    ]);
    const expression = call('^', column(0, FLOAT64), column(1, FLOAT64));
    const outcomes: Outcome[] = [];
    for (const [a, b] of pairs) {
      const sql = `'${Object.is(a, -0) ? '-0' : a}'::float8 ^ '${b}'::float8`;
      const error = await postgres.error(sql);
      const code = error && /raised/.test(error) ? 'INVALID_VALUE' : 'OVERFLOW';
      outcomes.push(error ? { code } : Number(await postgres.text(sql)));
    }
    expectOutcomes(
      (rows) => bench.evaluate(expression, bench.batch(batch.columns, rows)),
      outcomes,
      (value) => (value === null || !Number.isFinite(value) ? value : Number((value as number).toPrecision(14))),
    );
  });

  test('vectors of every length', () => {
    fc.assert(
      fc.property(drawn, ({ seed, length }) => {
        const random = randomFrom(seed);
        const values = () => Array.from({ length }, () => (random.next() < 0.2 ? null : random.next() * 100 + 1));
        const [left, right] = [values(), values()];
        const batch = bench.batch([bench.vector(FLOAT64, left), bench.vector(FLOAT64, right)]);
        for (const operator of ['+', '-', '*', '/'] as const) {
          const compute = {
            '+': (a: number, b: number) => a + b,
            '-': (a: number, b: number) => a - b,
            '*': (a: number, b: number) => a * b,
            '/': (a: number, b: number) => a / b,
          }[operator];
          expect(bench.evaluate(call(operator, column(0, FLOAT64), column(1, FLOAT64)), batch)).toEqual(
            left.map((a, i) => (a === null || right[i] === null ? null : compute(a, right[i]!))),
          );
        }
      }),
      { numRuns: 30 },
    );
  });
});

test('integer errors are those of PostgreSQL', async () => {
  const cases: [DataType, string, LiteralValue, LiteralValue][] = [
    [INT16, 'int2', 32767, 1],
    [INT32, 'int4', -2147483648, -1],
    [INT32, 'int4', 0, 0],
    [INT64, 'int8', -(2n ** 63n), -1n],
    [INT64, 'int8', 2n ** 62n, 2n],
  ];
  for (const [type, sqlType, a, b] of cases) {
    const batch = bench.batch([bench.vector(type, [a]), bench.vector(type, [b])]);
    for (const operator of ['+', '-', '*', '/', '%']) {
      const sql = `'${a}'::${sqlType} ${operator} '${b}'::${sqlType}`;
      const error = await postgres.error(sql);
      const expression = call(operator, column(0, type), column(1, type));
      if (error === undefined) {
        expect(String(bench.evaluate(expression, batch)[0])).toBe(await postgres.text(sql));
      } else {
        expect(codeOf(() => bench.evaluate(expression, batch))).toBe(
          error === 'division by zero' ? 'DIVISION_BY_ZERO' : 'OVERFLOW',
        );
      }
    }
  }
});
