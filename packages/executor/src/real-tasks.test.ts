import { threadId, type Worker } from 'node:worker_threads';
import { createEngine } from '@millrace/core';
import { defaultFunctions, type Executor, type FunctionRegistry, type StageGraph } from '@millrace/core/executor';
import { memoryStore } from '@millrace/core/storage';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readAll, SETTINGS } from './fake-query.fixture.ts';
import { threadExecutor } from './thread-executor.ts';
import type { ThreadExecutorOptions } from './thread-executor-options.ts';

let numThreadsStarted = 0;
const countThread = (_: Worker) => {
  numThreadsStarted += 1;
};

beforeEach(() => {
  numThreadsStarted = 0;
  process.on('worker', countThread);
});

afterEach(() => {
  process.off('worker', countThread);
});

describe('small stages', () => {
  async function rowsOf(sql: string, options: ThreadExecutorOptions): Promise<unknown[]> {
    await using engine = createEngine({ executor: threadExecutor({ threads: 2, ...options }) });
    return await engine.query(sql).toArray();
  }

  const grouped = 'SELECT a, sum(b) AS s FROM (VALUES (1, 10), (2, 20), (1, 30)) AS t(a, b) GROUP BY a ORDER BY a';

  test('run on the main thread, and start no other', async () => {
    expect(await rowsOf('SELECT 1 AS x', {})).toEqual([{ x: 1 }]);
    expect(numThreadsStarted).toBe(0);
  });

  test('run in workers when they are told to, with the same result', async () => {
    const onMain = await rowsOf(grouped, {});
    expect(await rowsOf(grouped, { smallStages: 'workers' })).toEqual(onMain);
    expect(onMain).toEqual([
      { a: 1, s: 40n },
      { a: 2, s: 20n },
    ]);
    // Two that compute; there is no store, and so nobody who reads.
    expect(numThreadsStarted).toBe(2);
  });
});

describe('functions of the program', () => {
  const INTEGER = { id: 'int32' } as const;
  const column = { id: 1, name: 'x', type: INTEGER, nullable: false };

  /** Gives back what it is given, and notes where. */
  function registry(threads: number[]): FunctionRegistry {
    return defaultFunctions().with([
      {
        name: 'mine',
        category: 'other',
        volatility: 'volatile',
        description: 'Gives back what it is given.',
        examples: [],
        overloads: [
          {
            id: 'mine(integer)',
            parameters: [INTEGER],
            returns: INTEGER,
            evaluate(_, [value]) {
              threads.push(threadId);
              return value!;
            },
          },
        ],
      },
    ]);
  }

  function graph(name: string, overload: string, numTasks: number): StageGraph {
    const values = {
      kind: 'ValuesExec' as const,
      id: 1,
      columns: [column],
      rows: [[{ kind: 'literal' as const, type: INTEGER, value: 42 }]],
    };
    const call = {
      kind: 'call' as const,
      name,
      overload,
      type: INTEGER,
      args: [{ kind: 'column' as const, id: 1, name: 'x', type: INTEGER }],
    };
    const fragment = { kind: 'ProjectExec' as const, id: 2, columns: [column], input: values, expressions: [call] };
    const slices = Array.from({ length: numTasks }, () => ({ splits: [] }));
    return {
      version: 1,
      stages: [{ id: 0, fragment, inputs: [], tasks: { kind: 'splits', slices }, output: { kind: 'result' } }],
    };
  }

  let executor: Executor;

  beforeEach(() => {
    executor = threadExecutor({ threads: 2 });
  });

  afterEach(() => executor.close());

  test('are called in the thread that made them', async () => {
    const threads: number[] = [];
    await executor.start({ stores: new Map(), memoryBytes: 2 ** 28, functions: registry(threads) });
    const blocks = await readAll(
      executor.execute(graph('mine', 'mine(integer)', 3), { query: 'q', settings: SETTINGS }),
    );
    expect(blocks).toHaveLength(3);
    expect(threads).toEqual([threadId, threadId, threadId]);
    expect(numThreadsStarted).toBe(0);
  });

  test('do not keep other stages on the main thread', async () => {
    const threads: number[] = [];
    await executor.start({
      stores: new Map([['lake', memoryStore()]]),
      memoryBytes: 2 ** 28,
      functions: registry(threads),
    });
    const negate = defaultFunctions()
      .scalar('-')!
      .overloads.find(({ id, parameters }) => parameters.length === 1 && id.includes('(integer)'))!;
    const blocks = await readAll(executor.execute(graph('-', negate.id, 3), { query: 'q', settings: SETTINGS }));
    expect(blocks).toHaveLength(3);
    expect(threads).toEqual([]);
    expect(numThreadsStarted).toBe(2);
  });
});
