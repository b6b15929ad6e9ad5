import { expect, test } from 'vitest';
import type { PhysicalPlan } from '../physical/index.ts';
import { BOOLEAN, decimal, FLOAT64, INT32, INT64, NULL, VARCHAR } from '../types/index.ts';
import { createTaskRunner } from './create-task-runner.ts';
import { column, columnRef, literal, taskSpec, testWorld } from './operator.fixture.ts';
import { resultRows, runTask } from './task-run.fixture.ts';

const columns = [
  column(1, INT32, 'i'),
  column(2, INT64, 'b'),
  column(3, VARCHAR, 's'),
  column(4, decimal(10, 2), 'd'),
  column(5, FLOAT64, 'f'),
  column(6, BOOLEAN, 'o'),
  column(7, NULL, 'n'),
];

const values: PhysicalPlan = {
  kind: 'ValuesExec',
  id: 1,
  columns,
  rows: [
    [1, 2n, 'eins', 150n, 0.5, true, null],
    [null, null, null, null, null, null, null],
    [-3, -4n, 'größer 🚀', -5n, -1e300, false, null],
  ].map((row) => row.map((value, i) => literal(columns[i]!.type, value))),
};

const expected = [
  { i: 1, b: 2n, s: 'eins', d: '1.50', f: 0.5, o: true, n: null },
  { i: null, b: null, s: null, d: null, f: null, o: null, n: null },
  { i: -3, b: -4n, s: 'größer 🚀', d: '-0.05', f: -1e300, o: false, n: null },
];

test('VALUES become rows', () => {
  const run = runTask(taskSpec(values), testWorld());
  expect(resultRows(run, columns)).toEqual(expected);
  expect(run.report).toMatchObject({ numRows: 3, operators: [{ node: 1, numRows: 3, numBatches: 1 }] });
});

test('filters, projections, limits and unions of VALUES, one row a batch', () => {
  const filter: PhysicalPlan = { kind: 'FilterExec', id: 2, columns, input: values, predicate: columnRef(columns[5]!) };
  const union: PhysicalPlan = { kind: 'UnionExec', id: 3, columns, inputs: [values, filter, values] };
  const limit: PhysicalPlan = { kind: 'LimitExec', id: 4, columns, input: union, limit: 3, offset: 2 };
  const project: PhysicalPlan = {
    kind: 'ProjectExec',
    id: 5,
    columns: [columns[2]!, columns[0]!],
    input: limit,
    expressions: [columnRef(columns[2]!), columnRef(columns[0]!)],
  };
  for (const batchRows of [1, 2, 2048]) {
    const spec = taskSpec(project);
    const run = runTask({ ...spec, settings: { ...spec.settings, batchRows } }, testWorld());
    expect(resultRows(run, project.columns)).toEqual([
      { s: 'größer 🚀', i: -3 },
      { s: 'eins', i: 1 },
      { s: 'eins', i: 1 },
    ]);
  }
});

test('rows without columns keep their number', () => {
  const bare: PhysicalPlan = { kind: 'ValuesExec', id: 1, columns: [], rows: [[], [], []] };
  const run = runTask(taskSpec(bare), testWorld());
  expect(run.blocks.map((block) => block.numRows)).toEqual([3]);
});

test('small blocks come one after the other', () => {
  const spec = taskSpec(values);
  const run = runTask({ ...spec, settings: { ...spec.settings, batchRows: 1, blockBytes: 1 } }, testWorld());
  expect(run.blocks.map((block) => block.numRows)).toEqual([1, 1, 1]);
  expect(resultRows(run, columns)).toEqual(expected);
});

test('a cancelled task says ABORTED and frees its memory', () => {
  const world = testWorld();
  const runner = createTaskRunner(taskSpec(values), world.environment);
  world.cancelled = true;
  expect(() => runner.step()).toThrow(expect.objectContaining({ code: 'ABORTED' }));
  expect(runner.close()).toBe(true);
  expect(world.memory.numBlocks).toBe(0);
});

test('a task without memory says MEMORY_LIMIT and names who asked', () => {
  const world = testWorld();
  const spec = taskSpec(values);
  const settings = { ...spec.settings, memoryBytes: 70_000 };
  const runner = createTaskRunner({ ...spec, settings }, world.environment);
  expect(() => runner.step()).toThrow(expect.objectContaining({ code: 'MEMORY_LIMIT' }));
  runner.close();
  expect(world.memory.numBlocks).toBe(0);
});

test('a spec of another version is refused', () => {
  const spec = { ...taskSpec(values), version: 2 as unknown as 1 };
  expect(() => createTaskRunner(spec, testWorld().environment)).toThrow(/version 1, not of version 2/);
});
