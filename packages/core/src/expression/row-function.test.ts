import { afterEach, beforeEach, expect, test } from 'vitest';
import { MemoryAccount } from '../runtime/index.ts';
import { FLOAT64, INT32, INT64, VARCHAR } from '../types/index.ts';
import { Arena, Batch, LinearMemory, vectorOfLiterals, vectorValues } from '../vector/index.ts';
import { compileExpression } from './compile-expression.ts';
import { evaluateConstant } from './evaluate-constant.ts';
import { call, cast, column, literal } from './expression.fixture.ts';
import type { Expression } from './expression.ts';
import { ExpressionRuntime } from './expression-runtime.ts';
import { defaultFunctions } from './registry.ts';
import { rowFunction } from './row-function.ts';

const memory = new LinearMemory();
let arena: Arena;
let runtime: ExpressionRuntime;
let calls: number;

const repeatWord = rowFunction({
  name: 'repeat_word',
  parameters: [VARCHAR, INT32],
  returns: VARCHAR,
  volatility: 'immutable',
  call: (word, times) => {
    calls++;
    if (times === 13) throw new Error('unlucky');
    return times === 14 ? (14 as never) : (word as string).repeat(times as number);
  },
});

beforeEach(() => {
  calls = 0;
  const account = new MemoryAccount('test');
  arena = new Arena(memory, account);
  runtime = new ExpressionRuntime({
    memory,
    account,
    functions: defaultFunctions().with([repeatWord]),
    startedMicros: 0n,
    nextRandom: Math.random,
  });
});

afterEach(() => {
  arena.close();
  runtime.close();
});

function callWith(word: Expression, times: Expression): Expression {
  return {
    kind: 'call',
    name: 'repeat_word',
    overload: 'repeat_word(varchar,integer)',
    args: [word, times],
    type: VARCHAR,
  };
}

test('a JavaScript function is called once a row, and not for nulls', () => {
  const columns = [vectorOfLiterals(VARCHAR, ['ab', null, 'é'], arena), vectorOfLiterals(INT32, [2, 2, 3], arena)];
  const compiled = compileExpression(callWith(column(0, VARCHAR), column(1, INT32)), [0, 1], runtime);
  expect(vectorValues(compiled.evaluate(new Batch(columns, 3), arena), memory)).toEqual(['abab', null, 'ééé']);
  expect(calls).toBe(2);
});

test('what it throws, or returns of another type, fails the query with its name', () => {
  const words = [vectorOfLiterals(VARCHAR, ['ab'], arena)];
  const run = (times: number) => () =>
    compileExpression(callWith(column(0, VARCHAR), literal(INT32, times)), [0], runtime).evaluate(
      new Batch(words, 1),
      arena,
    );
  expect(run(13)).toThrow(
    expect.objectContaining({ code: 'INVALID_VALUE', message: 'the function repeat_word failed: unlucky' }),
  );
  expect(run(14)).toThrow(
    expect.objectContaining({ message: 'the function repeat_word returned what is no value of varchar' }),
  );
});

test('a registry with more functions leaves the one it came from as it was', () => {
  expect(defaultFunctions().scalar('repeat_word')).toBeUndefined();
  expect(runtime.functions.scalar('repeat_word')).toBe(repeatWord);
  expect(runtime.functions.names()).toContain('repeat_word');
  const other = rowFunction({ name: '+', parameters: [INT32, INT32], returns: INT32, call: () => 1 });
  expect(defaultFunctions().with([other]).scalar('+')).toBe(other);
  expect(() => defaultFunctions().with([other, other])).toThrow(expect.objectContaining({ code: 'BAD_ARGUMENT' }));
});

test('constants are evaluated without a worker', () => {
  const context = { functions: defaultFunctions(), startedMicros: 0n };
  expect(evaluateConstant(call('+', literal(INT32, 40), literal(INT32, 2)), context)).toBe(42);
  expect(evaluateConstant(cast(literal(FLOAT64, 2.5), INT64), context)).toBe(2n);
  expect(evaluateConstant(literal(VARCHAR, null), context)).toBeNull();
  expect(() => evaluateConstant(call('/', literal(INT32, 1), literal(INT32, 0)), context)).toThrow(
    expect.objectContaining({ code: 'DIVISION_BY_ZERO' }),
  );
  expect(() => evaluateConstant(column(0, INT32), context)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
});
