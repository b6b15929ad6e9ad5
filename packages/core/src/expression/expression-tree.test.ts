import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Random } from '../runtime/index.ts';
import { BOOLEAN, DATE, type DataType, INT32, type LiteralValue, VARCHAR } from '../types/index.ts';
import { literalVector } from '../vector/index.ts';
import { call, column, ExpressionBench, literal } from './expression.fixture.ts';
import type { Expression } from './expression.ts';
import { formatExpression } from './format-expression.ts';
import { compareLiterals } from './literal-order.ts';
import { drawn, randomFrom, randomSelection, randomValues } from './random-values.fixture.ts';

/** Columns of the random trees: two of each type, small integers so that equal values and zeros are common. */
const COLUMNS: readonly DataType[] = [INT32, INT32, BOOLEAN, BOOLEAN, VARCHAR, VARCHAR, DATE];

type Row = readonly LiteralValue[];

class DivisionByZero extends Error {}

/**
 * What an expression means, one row at a time. A call with a null argument is null; whether its other arguments may fail then
 * is open, as in PostgreSQL: `lenient` lets them.
 */
function meaning(expression: Expression, row: Row, lenient = false): LiteralValue {
  const of = (child: Expression) => meaning(child, row, lenient);
  switch (expression.kind) {
    case 'column':
      return row[expression.id]!;
    case 'literal':
      return expression.value;
    case 'not': {
      const value = of(expression.arg);
      return value === null ? null : !value;
    }
    case 'and':
    case 'or': {
      const decisive = expression.kind === 'or';
      let result: LiteralValue = !decisive;
      for (const arg of expression.args) {
        const value = of(arg);
        if (value === decisive) return decisive;
        if (value === null) result = null;
      }
      return result;
    }
    case 'is-null':
      return (of(expression.arg) === null) !== expression.negated;
    case 'coalesce': {
      for (const arg of expression.args) {
        const value = of(arg);
        if (value !== null) return value;
      }
      return null;
    }
    case 'case': {
      for (const { when, then } of expression.branches) if (of(when) === true) return of(then);
      return expression.otherwise ? of(expression.otherwise) : null;
    }
    case 'in-list': {
      const value = of(expression.arg);
      if (value === null) return null;
      const { type } = expression.arg;
      if (expression.values.some((item) => item !== null && compareLiterals(type, item, value) === 0)) {
        return !expression.negated;
      }
      return expression.values.includes(null) ? null : expression.negated;
    }
    case 'call': {
      const [a, b] = (lenient ? expression.args.map((arg) => attempt(() => of(arg))) : expression.args.map(of)) as [
        LiteralValue | 'fails',
        LiteralValue | 'fails',
      ];
      if (a === null || b === null) return null;
      if (a === 'fails' || b === 'fails') throw new DivisionByZero();
      const order = compareLiterals(expression.args[0]!.type, a, b);
      switch (expression.name) {
        case '=':
          return order === 0;
        case '<':
          return order < 0;
        case '>=':
          return order >= 0;
        case '+':
          return (a as number) + (b as number);
        case '/':
          if (b === 0) throw new DivisionByZero();
          return Math.trunc((a as number) / (b as number)) + 0;
        default:
          throw new Error(expression.name);
      }
    }
    case 'cast':
      throw new Error('no casts here');
  }
}

function attempt(run: () => LiteralValue): LiteralValue | 'fails' {
  try {
    return run();
  } catch (error) {
    if (error instanceof DivisionByZero) return 'fails';
    throw error;
  }
}

function pick<T>(random: Random, values: readonly T[]): T {
  return values[Math.floor(random.next() * values.length)]!;
}

/** A random expression of a type. */
function tree(type: DataType, depth: number, random: Random): Expression {
  const leaf = depth === 0 || random.next() < 0.15;
  if (leaf) {
    if (random.next() < 0.25) return literal(type, pick(random, [...sampleOf(type), null]));
    const ids = COLUMNS.flatMap((columnType, id) => (columnType === type ? [id] : []));
    return column(pick(random, ids), type);
  }
  const deeper = (childType: DataType) => tree(childType, depth - 1, random);
  const anyType = () => pick(random, [INT32, BOOLEAN, VARCHAR, DATE]);
  const general: (() => Expression)[] = [
    () => ({
      kind: 'coalesce',
      type,
      args: [deeper(type), deeper(type), deeper(type)].slice(0, 2 + Math.floor(random.next() * 2)),
    }),
    () => ({
      kind: 'case',
      type,
      branches: Array.from({ length: 1 + Math.floor(random.next() * 3) }, () => ({
        when: deeper(BOOLEAN),
        // biome-ignore lint/suspicious/noThenProperty: the expression's own field
        then: deeper(type),
      })),
      otherwise: random.next() < 0.5 ? deeper(type) : undefined,
    }),
  ];
  if (type === INT32) {
    return pick(random, [
      ...general,
      () => call('/', deeper(INT32), deeper(INT32)),
      () => call('+', deeper(INT32), deeper(INT32)),
    ])();
  }
  if (type !== BOOLEAN) return pick(random, general)();
  const compare = () => {
    const operand = anyType();
    return call(pick(random, ['=', '<', '>=']), deeper(operand), deeper(operand));
  };
  return pick(random, [
    ...general,
    compare,
    compare,
    () => ({
      kind: pick(random, ['and', 'or'] as const),
      type,
      args: [deeper(BOOLEAN), deeper(BOOLEAN), deeper(BOOLEAN)],
    }),
    () => ({ kind: 'not' as const, type, arg: deeper(BOOLEAN) }),
    () => ({ kind: 'is-null' as const, type, arg: deeper(anyType()), negated: random.next() < 0.5 }),
    () => {
      const operand = anyType();
      const values = Array.from({ length: 1 + Math.floor(random.next() * 4) }, () =>
        pick(random, [...sampleOf(operand), null]),
      );
      return { kind: 'in-list' as const, type, arg: deeper(operand), values, negated: random.next() < 0.5 };
    },
  ])();
}

function sampleOf(type: DataType): LiteralValue[] {
  switch (type.id) {
    case 'int32':
      return [0, 1, 2, -3];
    case 'boolean':
      return [true, false];
    case 'date':
      return [0, 1, 500];
    default:
      return ['', 'a', 'abc', 'abd'];
  }
}

function sampleValues(type: DataType, length: number, random: Random): LiteralValue[] {
  const values = sampleOf(type);
  return Array.from({ length }, () => (random.next() < 0.2 ? null : pick(random, values)));
}

let bench: ExpressionBench;

beforeEach(() => {
  bench = new ExpressionBench();
});

afterEach(() => {
  bench.close();
  expect(bench.memory.numBlocks).toBe(0);
});

describe('random expressions mean on vectors what they mean on rows', () => {
  test.each([
    ['boolean', BOOLEAN],
    ['integer', INT32],
    ['varchar', VARCHAR],
  ] as const)('%s', (_, type) => {
    fc.assert(
      fc.property(drawn, fc.integer({ min: 1, max: 4 }), ({ seed, length }, depth) => {
        bench.close();
        bench = new ExpressionBench();
        const random = randomFrom(seed);
        const size = Math.min(length, 120);
        const data = COLUMNS.map((columnType) => sampleValues(columnType, size, random));
        const vectors = data.map((values, id) => {
          const encoding = random.next();
          if (encoding < 0.1)
            return literalVector(COLUMNS[id]!, values.length > 0 ? values[0]! : null, size, bench.arena);
          return bench.vector(COLUMNS[id]!, values, encoding < 0.5 ? 'dictionary' : 'flat');
        });
        const rows = Array.from({ length: size }, (_, i) =>
          data.map((values, id) => (vectors[id]!.encoding === 'constant' ? (values[0] ?? null) : values[i]!)),
        );
        const expression = tree(type, depth, random);
        const outcome = (row: number) => attempt(() => meaning(expression, rows[row]!));
        const selection = randomSelection(size, random, 0.7);
        const outcomes = new Map(rows.map((_, row) => [row, outcome(row)]));
        const good = selection.filter((row) => outcomes.get(row) !== 'fails');
        const what = `${formatExpression(expression)} over ${vectors.map(({ encoding }) => encoding).join()}`;
        // Twice, so that results kept for a dictionary are used too.
        for (let round = 0; round < 2; round++) {
          expect(bench.evaluate(expression, bench.batch(vectors, good)), what).toEqual(
            good.map((row) => outcomes.get(row)),
          );
        }
        if (selection.some((row) => outcomes.get(row) === 'fails')) {
          const lenient = selection.map((row) => attempt(() => meaning(expression, rows[row]!, true)));
          let values: LiteralValue[] | undefined;
          try {
            values = bench.evaluate(expression, bench.batch(vectors, selection));
          } catch (error) {
            expect(error, what).toMatchObject({ code: 'DIVISION_BY_ZERO' });
          }
          if (values) expect(values, what).toEqual(lenient);
        }
        if (type === BOOLEAN) {
          expect(bench.select(expression, bench.batch(vectors, good))).toEqual(
            good.filter((row) => outcomes.get(row) === true),
          );
        }
      }),
      { numRuns: 400 },
    );
  });
});

test('a conjunct is evaluated only on the rows that the ones before it left', () => {
  const x = column(0, INT32);
  const values = randomValues(INT32, 500, randomFrom(1)).map((value, i) => (i % 3 === 0 ? 0 : value));
  const guarded: Expression = {
    kind: 'and',
    type: BOOLEAN,
    args: [call('<>', x, literal(INT32, 0)), call('>=', call('/', literal(INT32, 1000), x), literal(INT32, 100))],
  };
  const expected = values.flatMap((value, row) =>
    value !== null && value !== 0 && Math.trunc(1000 / (value as number)) >= 100 ? [row] : [],
  );
  for (const encoding of ['flat', 'dictionary'] as const) {
    const batch = bench.batch([bench.vector(INT32, values, encoding)]);
    expect(bench.select(guarded, batch)).toEqual(expected);
    expect(bench.evaluate(guarded, batch).flatMap((value, row) => (value === true ? [row] : []))).toEqual(expected);
  }
});
