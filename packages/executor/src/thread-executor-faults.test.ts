import { type Executor, type Stage, type StageGraph, seededRandom } from '@millrace/core/executor';
import { memoryStore } from '@millrace/core/storage';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  fakeGraph,
  fakeStage,
  fakeThreadExecutor,
  manyTasks,
  RESULT,
  readAll,
  readFirst,
  startQuery,
} from './fake-query.fixture.ts';
import { type FakeFault, fakeBytes, sharedCounter } from './fake-task-module.fixture.ts';

const MiB = 2 ** 20;

/** A query with every kind of exchange; the faults befall any of its tasks. */
function deepGraph(faults: readonly FakeFault[], steps = sharedCounter(0)): StageGraph {
  const make = { numBlocks: 5, blockBytes: 20_000, faults, steps };
  const pass = { ...make, numBlocks: 2, copiesInputs: true };
  const hash = { kind: 'hash', columns: [0], numPartitions: 4 } as const;
  const stages: Stage[] = [
    fakeStage(0, make, { tasks: manyTasks(6), output: hash }),
    fakeStage(1, make, { tasks: manyTasks(2), output: { kind: 'broadcast' } }),
    fakeStage(2, pass, {
      inputs: [0, 1],
      tasks: { kind: 'partitions', numPartitions: 4 },
      output: { kind: 'broadcast' },
    }),
    fakeStage(3, pass, { inputs: [2], tasks: manyTasks(5), output: RESULT }),
  ];
  return fakeGraph(...stages);
}

describe.each([1, 2, 4])('%i workers', (threads) => {
  let executor: Executor;

  beforeAll(async () => {
    executor = fakeThreadExecutor({ threads });
    await executor.start({ stores: new Map([['lake', memoryStore()]]), memoryBytes: 256 * MiB });
  });

  afterAll(() => executor.close());

  /** What dead workers held is free again: no byte of an exchange is left, and nearly all memory can be had by one task. */
  async function expectNothingHeld(of = executor): Promise<void> {
    expect(of.memory().parts.find(({ name }) => name === 'exchange')).toMatchObject({ usedBytes: 0 });
    const greedy = fakeGraph(fakeStage(0, { numBlocks: 1, blockBytes: 240 * MiB }, { output: RESULT }));
    expect(await readFirst(startQuery(of, greedy))).toMatchObject({ numRows: 1 });
  }

  test.each(['exit', 'trap', 'reject'] as const)(
    'a worker that dies (%s) is replaced and its tasks run again',
    async (kind) => {
      // An executor of its own: a rejection that nobody handles kills its worker some time later, perhaps in the next test.
      const own = fakeThreadExecutor({ threads });
      await own.start({ stores: new Map(), memoryBytes: 256 * MiB });
      const expected = await readAll(startQuery(own, deepGraph([])));
      const faults = [{ kind, atBlock: 1, times: sharedCounter(3) }];
      const execution = startQuery(own, deepGraph(faults));
      const read = await readAll(execution);
      expect(read.length).toBe(expected.length);
      read.forEach((bytes, i) => {
        expect(Buffer.compare(bytes, expected[i]!)).toBe(0);
      });
      if (kind !== 'reject') expect(execution.stats().numRetries).toBeGreaterThanOrEqual(3);
      await expectNothingHeld(own);
      await own.close();
    },
  );

  test('a worker that dies after a part of its result was read', async () => {
    const faults: FakeFault[] = [2, 5].map((atBlock) => ({ kind: 'exit', atBlock, times: sharedCounter(1), task: 1 }));
    const program = { numBlocks: 8, blockBytes: 3 * MiB, faults };
    const graph = fakeGraph(fakeStage(0, program, { tasks: manyTasks(3), output: RESULT }));
    const execution = startQuery(executor, graph);
    let position = 0;
    for await (const { buffer } of execution.blocks) {
      const expected = fakeBytes(0, Math.floor(position / 8), position % 8, 3 * MiB);
      expect(Buffer.compare(new Uint8Array(buffer), expected)).toBe(0);
      position += 1;
    }
    expect(position).toBe(24);
    expect(execution.stats().numRetries).toBeGreaterThanOrEqual(2);
    await expectNothingHeld();
  });

  test('a task that kills every worker fails its query alone', async () => {
    const faults = [{ kind: 'trap', atBlock: 0, times: sharedCounter(1000), task: 3 } as const];
    const graph = fakeGraph(
      fakeStage(0, { numBlocks: 1, blockBytes: 10, faults }, { tasks: manyTasks(5), output: RESULT }),
    );
    const good = startQuery(executor, deepGraph([]));
    const error = await readAll(startQuery(executor, graph)).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'RETRIES_EXHAUSTED', details: { stage: 0, task: 3 } });
    expect(error.details.causes).toHaveLength(4);
    expect(error.details.causes[0]).toContain('WORKER_LOST: A compute worker died while it ran a task: unreachable');
    expect((await readAll(good)).length).toBeGreaterThan(0);
    await expectNothingHeld();
  });

  test('cancel reaches inside an operator', async () => {
    const steps = sharedCounter(0);
    const program = { numBlocks: 0, blockBytes: 0, isEndless: true, steps };
    const execution = startQuery(executor, fakeGraph(fakeStage(0, program, { tasks: manyTasks(9), output: RESULT })));
    const read = readAll(execution);
    while (steps[0]! < threads) await new Promise((resolve) => setTimeout(resolve, 1));
    await Promise.all([execution.cancel('enough'), expect(read).rejects.toMatchObject({ code: 'ABORTED' })]);
    await expectNothingHeld();
  });

  test('aborted at any moment, the executor answers the next query', async () => {
    const random = seededRandom(threads);
    const expected = (await readAll(startQuery(executor, deepGraph([])))).length;
    for (let round = 0; round < 12; round++) {
      const abort = new AbortController();
      const steps = sharedCounter(0);
      const fatal = random.next() < 0.3;
      const faults = fatal ? [{ kind: 'exit', atBlock: 0, times: sharedCounter(1) } as const] : [];
      const read = readAll(startQuery(executor, deepGraph(faults, steps), { signal: abort.signal }));
      const outcome = read.then(
        ({ length }) => length,
        (error) => error.code,
      );
      const abortAt = Math.floor(random.next() * 90);
      const watch = setInterval(() => {
        if (steps[0]! >= abortAt) abort.abort();
      });
      expect([expected, 'ABORTED']).toContain(await outcome);
      clearInterval(watch);
      abort.abort();
    }
    expect(await readAll(startQuery(executor, deepGraph([])))).toHaveLength(expected);
    await expectNothingHeld();
  });

  test('close does not wait for a task that never ends', async () => {
    const faults = [{ kind: 'throw', atBlock: 0, times: sharedCounter(0) } as const];
    const program = { numBlocks: 1, blockBytes: 1, faults, busyMs: 2 ** 30, ignoresCancel: true };
    const read = readAll(startQuery(executor, fakeGraph(fakeStage(0, program, { output: RESULT }))));
    const outcome = expect(read).rejects.toMatchObject({ code: 'ENGINE_CLOSED' });
    await executor.close();
    await outcome;
  });
});

test('workers that cannot start fail the query, not the process', async () => {
  const executor = fakeThreadExecutor({ threads: 2, taskModule: 'file:///nowhere/tasks.js' });
  await executor.start({ stores: new Map(), memoryBytes: 256 * MiB });
  const graph = fakeGraph(fakeStage(0, { numBlocks: 1, blockBytes: 1 }, { output: RESULT }));
  for (let i = 0; i < 2; i++) {
    await expect(readAll(startQuery(executor, graph))).rejects.toMatchObject({ code: 'WORKER_LOST' });
  }
  await executor.close();
});

describe('a task that computes for ever and looks at nothing', () => {
  const hanging = (times: number) => [{ kind: 'hang', atBlock: 1, times: sharedCounter(times), task: 2 }] as const;

  test('is ended with its worker, and runs again', async () => {
    const executor = fakeThreadExecutor({ threads: 2, watchdogMs: 1500 });
    await executor.start({ stores: new Map(), memoryBytes: 256 * MiB });
    const expected = await readAll(startQuery(executor, deepGraph([])));
    const execution = startQuery(executor, deepGraph(hanging(2)));
    const read = await readAll(execution);
    expect(read.map((bytes) => Buffer.from(bytes))).toEqual(expected.map((bytes) => Buffer.from(bytes)));
    expect(execution.stats().numRetries).toBeGreaterThanOrEqual(2);
    expect(executor.memory().parts.find(({ name }) => name === 'exchange')).toMatchObject({ usedBytes: 0 });
    await executor.close();
  });

  test('does not keep a cancelled query from its end', async () => {
    const executor = fakeThreadExecutor({ threads: 1, watchdogMs: 1500 });
    await executor.start({ stores: new Map(), memoryBytes: 256 * MiB });
    const steps = sharedCounter(0);
    const execution = startQuery(executor, deepGraph(hanging(100), steps));
    const outcome = expect(readAll(execution)).rejects.toMatchObject({ code: 'ABORTED' });
    while (steps[0]! < 10) await new Promise((resolve) => setTimeout(resolve, 5));
    await execution.cancel('enough');
    await outcome;
    expect((await readAll(startQuery(executor, deepGraph([])))).length).toBeGreaterThan(0);
    await executor.close();
  });
});
