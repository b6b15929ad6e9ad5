import { afterEach, beforeEach, expect, test } from 'vitest';
import { BOOLEAN, decimal, FLOAT64, INT32, INT64, VARCHAR } from '../types/index.ts';
import { call, cast, column, ExpressionBench, literal } from './expression.fixture.ts';

let bench: ExpressionBench;

beforeEach(() => {
  bench = new ExpressionBench();
});

afterEach(() => {
  bench.close();
  expect(bench.memory.numBlocks).toBe(0);
  expect(bench.account.usedBytes).toBe(0);
});

test('evaluates on the rows that the selection lists', () => {
  const batch = bench.batch([bench.vector(INT32, [1, 2, null, 4])], [1, 2, 3]);
  expect(bench.evaluate(call('+', column(0, INT32), literal(INT32, 10)), batch)).toEqual([12, null, 14]);
});

test('a result that leaves the type names type and operation', () => {
  const batch = bench.batch([bench.vector(INT32, [2 ** 31 - 1])]);
  const sum = { ...call('+', column(0, INT32), literal(INT32, 1)), span: { start: 7, end: 12 } };
  expect(() => bench.evaluate(sum, batch)).toThrow(
    expect.objectContaining({
      code: 'OVERFLOW',
      message: 'integer out of range in addition',
      span: { start: 7, end: 12 },
    }),
  );
});

test('CASE protects a division from the rows that would fail', () => {
  const x = column(0, INT32);
  const batch = bench.batch([bench.vector(INT32, [0, 1, 2, null, 0])]);
  const guarded = {
    kind: 'case' as const,
    type: INT32,
    // biome-ignore lint/suspicious/noThenProperty: the expression's own field
    branches: [{ when: call('<>', x, literal(INT32, 0)), then: call('/', literal(INT32, 10), x) }],
    otherwise: undefined,
  };
  expect(bench.evaluate(guarded, batch)).toEqual([null, 10, 5, null, null]);
});

test('an expression over a dictionary column is computed once an entry and stays a dictionary', () => {
  const names = ['a', 'b', 'a', null, 'b', 'a'];
  const vector = bench.vector(VARCHAR, names, 'dictionary');
  const batch = bench.batch([vector]);
  expect(bench.evaluate(call('=', column(0, VARCHAR), literal(VARCHAR, 'b')), batch)).toEqual([
    false,
    true,
    false,
    null,
    true,
    false,
  ]);
  const prices = bench.batch([bench.vector(decimal(15, 2), [100n, 250n, 100n, null], 'dictionary')]);
  expect(bench.evaluate(call('-', literal(decimal(10, 0), 1n), column(0, decimal(15, 2))), prices)).toEqual([
    0n,
    -150n,
    0n,
    null,
  ]);
});

test('TPC-H Q1: price times discount times tax in decimals', () => {
  const [price, discount, tax] = [column(0, decimal(15, 2)), column(1, decimal(15, 2)), column(2, decimal(15, 2))];
  const batch = bench.batch([
    bench.vector(decimal(15, 2), [3307894n, 90049n]),
    bench.vector(decimal(15, 2), [4n, 10n], 'dictionary'),
    bench.vector(decimal(15, 2), [2n, 8n], 'dictionary'),
  ]);
  const one = cast(literal(INT32, 1), decimal(10, 0));
  const charge = call('*', call('*', price, call('-', one, discount)), call('+', one, tax));
  expect(charge.type).toEqual(decimal(38, 6));
  expect(bench.evaluate(charge, batch)).toEqual([3307894n * 96n * 102n, 90049n * 90n * 108n]);
});

test('comparisons of floats and of wide integers', () => {
  const batch = bench.batch([bench.vector(FLOAT64, [Number.NaN, 1, -0]), bench.vector(INT64, [1n, null, 3n])]);
  expect(bench.evaluate(call('>', column(0, FLOAT64), literal(FLOAT64, 5)), batch)).toEqual([true, false, false]);
  expect(bench.evaluate(call('<=', column(1, INT64), literal(INT64, 1n)), batch)).toEqual([true, null, false]);
  expect(
    bench.select({ kind: 'not', type: BOOLEAN, arg: call('=', column(0, FLOAT64), literal(FLOAT64, 0)) }, batch),
  ).toEqual([0, 1]);
});
