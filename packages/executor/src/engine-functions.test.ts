import { createEngine, inlineExecutor, rowFunction } from '@millrace/core';
import { expect, test } from 'vitest';
import { threadExecutor } from './thread-executor.ts';

test.each([
  ['inline', () => inlineExecutor()],
  ['worker threads', () => threadExecutor({ threads: 2, smallStages: 'workers' })],
])('SQL calls a function of the application: %s', async (_, create) => {
  const calls: number[] = [];
  const twice = rowFunction({
    name: 'twice',
    parameters: [{ id: 'int32' }],
    returns: { id: 'int32' },
    call: (value) => {
      calls.push(Number(value));
      return Number(value) * 2;
    },
  });
  await using engine = createEngine({ executor: create(), functions: [twice] });
  const rows = await engine.query('SELECT twice(x) AS y FROM (VALUES (1), (2), (NULL), (21)) AS t(x)').toArray();
  expect(rows).toEqual([{ y: 2 }, { y: 4 }, { y: null }, { y: 42 }]);
  expect(calls).toEqual([1, 2, 21]);
});
