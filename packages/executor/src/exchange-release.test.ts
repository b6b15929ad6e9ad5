import type { Executor } from '@millrace/core/executor';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  fakeGraph,
  fakeStage,
  fakeThreadExecutor,
  manyTasks,
  RESULT,
  readAll,
  startQuery,
} from './fake-query.fixture.ts';
import { sharedCounter } from './fake-task-module.fixture.ts';

const MiB = 2 ** 20;
const NUM_PARTITIONS = 4;

let executor: Executor;
beforeAll(async () => {
  executor = fakeThreadExecutor({ threads: 2 });
  await executor.start({ stores: new Map(), memoryBytes: 256 * MiB });
});
afterAll(() => executor.close());

function exchangeBytes(): number {
  return executor.memory().parts.find(({ name }) => name === 'exchange')!.usedBytes;
}

/** Three stages that hand on `numBlocks` blocks of 1 MiB in each of four tasks. */
function chain(numBlocks: number, steps = sharedCounter(0)) {
  const hash = { kind: 'hash', columns: [0], numPartitions: NUM_PARTITIONS } as const;
  const tasks = { kind: 'partitions', numPartitions: NUM_PARTITIONS } as const;
  const make = { numBlocks, blockBytes: MiB, steps };
  const pass = { numBlocks: 0, blockBytes: 0, copiesInputs: true, steps };
  return fakeGraph(
    fakeStage(0, make, { tasks: manyTasks(4), output: hash }),
    fakeStage(1, pass, { inputs: [0], tasks, output: hash }),
    fakeStage(2, { numBlocks: 1, blockBytes: 1 }, { inputs: [1], tasks, output: RESULT }),
  );
}

test('the exchange holds what is going to be read, and nothing when the query is over', async () => {
  let mostBytes = 0;
  const execution = startQuery(executor, chain(5), {
    onProgress: () => {
      mostBytes = Math.max(mostBytes, exchangeBytes());
    },
  });
  await readAll(execution);
  expect(execution.stats().exchangedBytes).toBe(2 * 20 * MiB);
  // Both exchanges at most, and for each of the tasks a run that is not full.
  expect(mostBytes).toBeLessThanOrEqual(2 * 20 * MiB + 8 * 2 * MiB);
  expect(exchangeBytes()).toBe(0);
  expect(executor.memory().usedBytes).toBe(0);
});

test('query after query uses the same memory', async () => {
  await readAll(startQuery(executor, chain(5)));
  const before = process.memoryUsage();
  for (let i = 0; i < 20; i++) await readAll(startQuery(executor, chain(5)));
  const after = process.memoryUsage();
  // 20 queries exchange 800 MiB; buffers that the collector has yet to find would show here.
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(40 * MiB);
  expect(after.rss - before.rss).toBeLessThan(200 * MiB);
  expect(exchangeBytes()).toBe(0);
});

test('a query that is aborted while it exchanges leaves nothing', async () => {
  const steps = sharedCounter(0);
  const execution = startQuery(executor, chain(10, steps));
  const outcome = expect(readAll(execution)).rejects.toMatchObject({ code: 'ABORTED' });
  while (steps[0]! < 50) await new Promise((resolve) => setImmediate(resolve));
  expect(exchangeBytes()).toBeGreaterThan(0);
  await execution.cancel('enough');
  await outcome;
  expect(exchangeBytes()).toBe(0);
  expect(executor.memory().usedBytes).toBe(0);
});

test('an exchange that may not spill may not hold more than the memory', async () => {
  const bounded = fakeThreadExecutor({ threads: 1, spill: false });
  try {
    await bounded.start({ stores: new Map(), memoryBytes: 256 * MiB });
    const graph = fakeGraph(
      fakeStage(0, { numBlocks: 60, blockBytes: 5 * MiB }),
      fakeStage(1, { numBlocks: 1, blockBytes: 1 }, { inputs: [0], output: RESULT }),
    );
    await expect(readAll(startQuery(bounded, graph))).rejects.toMatchObject({ code: 'MEMORY_LIMIT' });
    expect(bounded.memory().usedBytes).toBe(0);
  } finally {
    await bounded.close();
  }
});
