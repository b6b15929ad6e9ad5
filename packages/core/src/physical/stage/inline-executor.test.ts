import { afterEach, beforeEach, expect, test } from 'vitest';
import { defaultFunctions } from '../../expression/registry.ts';
import { createTaskRunner } from '../../operator/index.ts';
import { systemClock } from '../../runtime/index.ts';
import type { PhysicalPlan } from '../physical-plan.ts';
import { InlineExecutor } from './inline-executor.ts';
import type { StageGraph } from './stage.ts';
import type { TaskSettings } from './task-spec.ts';

const SETTINGS: TaskSettings = {
  batchRows: 2,
  memoryBytes: 2 ** 26,
  readAheadBytes: 2 ** 20,
  blockBytes: 16,
  startedMicros: 0n,
  timeZone: 'UTC',
  seed: 1,
  decoder: 'auto',
  fusion: 'auto',
};

const INTEGER = { id: 'int32' } as const;
const COLUMNS = [{ id: 1, name: 'x', type: INTEGER, nullable: false }];
const ONE = { kind: 'one', slice: { splits: [] } } as const;

function values(id: number, numbers: readonly number[]): PhysicalPlan {
  const rows = numbers.map((value) => [{ kind: 'literal' as const, type: INTEGER, value }]);
  return { kind: 'ValuesExec', id, columns: COLUMNS, rows };
}

const GRAPH: StageGraph = {
  version: 1,
  stages: [
    {
      id: 0,
      fragment: { kind: 'UnionExec', id: 3, columns: COLUMNS, inputs: [values(1, [1, 2, 3]), values(2, [4, 5])] },
      inputs: [],
      tasks: { kind: 'splits', slices: [{ splits: [] }, { splits: [] }] },
      output: { kind: 'single' },
    },
    {
      id: 1,
      fragment: { kind: 'ExchangeSourceExec', id: 4, columns: COLUMNS, exchange: 0 },
      inputs: [0],
      tasks: ONE,
      output: { kind: 'result' },
    },
  ],
};

let executor: InlineExecutor;

beforeEach(async () => {
  const codecs = {
    has: () => false,
    decompress: () => {
      throw new Error('no codec is needed');
    },
  };
  executor = new InlineExecutor({ createTaskRunner, functions: defaultFunctions(), codecs, clock: systemClock });
  await executor.start({ stores: new Map(), memoryBytes: 2 ** 26 });
});

afterEach(() => executor.close());

/** The values of the one int32 column: their place is in the words 6 and 7 of the block. */
function numbersOf(buffer: ArrayBuffer): number[] {
  const directory = new Uint32Array(buffer, 0, 9);
  return [...new Int32Array(buffer, directory[5], directory[6]! / 4)];
}

test('two tasks meet in an exchange, in order', async () => {
  const execution = executor.execute(GRAPH, { query: 'q', settings: SETTINGS });
  const numbers: number[] = [];
  for await (const { buffer, types } of execution.blocks) {
    expect(types).toEqual([INTEGER]);
    numbers.push(...numbersOf(buffer));
  }
  expect(numbers).toEqual([1, 2, 3, 4, 5, 1, 2, 3, 4, 5]);
  const stats = execution.stats();
  expect(stats).toMatchObject({ numTasks: 3, numTasksDone: 3, numRequests: 0, bytesRead: 0 });
  expect(stats.exchangedBytes).toBeGreaterThan(0);
  expect(stats.peakBytes).toBeGreaterThan(stats.exchangedBytes);
  expect(stats.reports.map(({ stage, task, numRows }) => [stage, task, numRows])).toEqual([
    [0, 0, 5],
    [0, 1, 5],
    [1, 0, 10],
  ]);
});

test('nothing runs before the result is pulled', async () => {
  const execution = executor.execute(GRAPH, { query: 'q', settings: SETTINGS });
  await new Promise((resolve) => setTimeout(resolve));
  expect(execution.stats().numTasksDone).toBe(0);
  await execution.blocks[Symbol.asyncIterator]().next();
  expect(execution.stats().numTasksDone).toBe(2);
});

test('an executor must be started, and not be closed', async () => {
  const codecs = { has: () => false, decompress: () => 0 };
  const fresh = new InlineExecutor({ createTaskRunner, functions: defaultFunctions(), codecs, clock: systemClock });
  expect(() => fresh.execute(GRAPH, { query: 'q', settings: SETTINGS })).toThrowError(
    expect.objectContaining({ code: 'BAD_ARGUMENT' }),
  );
  await fresh.close();
  await expect(fresh.start({ stores: new Map(), memoryBytes: 1 })).rejects.toMatchObject({ code: 'ENGINE_CLOSED' });
});
