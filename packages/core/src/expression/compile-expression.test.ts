import { afterEach, beforeEach, expect, test } from 'vitest';
import { BOOLEAN, decimal, FLOAT64, INT32, INT64, VARCHAR } from '../types/index.ts';
import { vectorValues } from '../vector/index.ts';
import { compileExpression } from './compile-expression.ts';
import { compilePredicate } from './compile-predicate.ts';
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

test('a dictionary is evaluated by entry only once the rows seen are worth it, with the same results', () => {
  const words = Array.from({ length: 100 }, (_, i) => `word ${i}`);
  const vector = bench.vector(VARCHAR, [...words, null], 'dictionary');
  const isLate = call('>=', column(0, VARCHAR), literal(VARCHAR, 'word 5'));
  const length = { kind: 'case' as const, type: VARCHAR, branches: [], otherwise: column(0, VARCHAR) };
  const predicate = compilePredicate(isLate, [0], bench.runtime);
  const value = compileExpression(isLate, [0], bench.runtime);
  expect(bench.evaluate(length, bench.batch([vector], [0, 100]))).toEqual(['word 0', null]);
  for (let round = 0; round < 40; round++) {
    const rows = [round, round + 50, 100];
    const batch = bench.batch([vector], rows);
    const expected = rows.filter((row) => row < 100 && words[row]! >= 'word 5');
    const selected = predicate.select(batch, bench.arena);
    expect([...bench.memory.u32.slice(selected.selection / 4, selected.selection / 4 + selected.numRows)]).toEqual(
      expected,
    );
    expect(vectorValues(value.evaluate(batch, bench.arena), bench.memory)).toEqual(
      rows.map((row) => (row === 100 ? null : words[row]! >= 'word 5')),
    );
  }
  // Another dictionary is evaluated anew.
  const other = bench.batch([bench.vector(VARCHAR, ['word 9', 'word 1', null], 'dictionary')]);
  expect(vectorValues(value.evaluate(other, bench.arena), bench.memory)).toEqual([true, false, null]);
});

test('expressions of one runtime share subexpressions, until the batch or the arena changes', () => {
  const [x, y] = [column(0, INT32), column(1, INT32)];
  const product = call('*', x, y);
  const sum = compileExpression(call('+', product, x), [0, 1], bench.runtime);
  const plain = compileExpression(product, [0, 1], bench.runtime);
  const batch = bench.batch([bench.vector(INT32, [2, 3]), bench.vector(INT32, [5, null])]);
  const first = plain.evaluate(batch, bench.arena);
  expect(plain.evaluate(batch, bench.arena)).toBe(first);
  expect(vectorValues(sum.evaluate(batch, bench.arena), bench.memory)).toEqual([12, null]);
  const same = bench.batch(batch.columns);
  expect(plain.evaluate(same, bench.arena)).not.toBe(first);
  const scratch = bench.runtime.newArena();
  const kept = plain.evaluate(same, scratch);
  scratch.reset();
  expect(plain.evaluate(same, scratch)).not.toBe(kept);
});
