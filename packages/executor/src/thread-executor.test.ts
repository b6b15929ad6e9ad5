import { type Executor, QueryError, type Stage } from '@millrace/core/executor';
import { memoryStore, type ObjectMetadata, type ObjectStore } from '@millrace/core/storage';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  FAKE_EXECUTORS,
  fakeGraph,
  fakeStage,
  manyTasks,
  RESULT,
  readAll,
  readFirst,
  scanTasks,
  startQuery,
} from './fake-query.fixture.ts';
import { fakeBytes, sharedCounter } from './fake-task-module.fixture.ts';

const MiB = 2 ** 20;

/** What tasks make by themselves, in order. */
function expectedBytes(stage: number, numTasks: number, numBlocks: number, blockBytes: number): Uint8Array[] {
  return Array.from({ length: numTasks * numBlocks }, (_, i) =>
    fakeBytes(stage, Math.floor(i / numBlocks), i % numBlocks, blockBytes),
  );
}

describe.each(FAKE_EXECUTORS)('%s', (_, create) => {
  let executor: Executor;
  let store: ObjectStore;

  beforeAll(async () => {
    executor = create();
    store = memoryStore();
    await executor.start({ stores: new Map([['lake', store]]), memoryBytes: 256 * MiB });
  });

  afterAll(() => executor.close());

  async function put(path: string, bytes: Uint8Array): Promise<ObjectMetadata> {
    return store.put(path, bytes);
  }

  test('a result of one task', async () => {
    const graph = fakeGraph(fakeStage(0, { numBlocks: 3, blockBytes: 1000 }, { output: RESULT }));
    const execution = startQuery(executor, graph);
    expect(await readAll(execution)).toEqual(expectedBytes(0, 1, 3, 1000));
    expect(execution.stats()).toMatchObject({ numTasks: 1, numTasksDone: 1, numRetries: 0, exchangedBytes: 0 });
  });

  test('a result of many tasks comes in their order', async () => {
    const graph = fakeGraph(fakeStage(0, { numBlocks: 2, blockBytes: 500 }, { tasks: manyTasks(20), output: RESULT }));
    expect(await readAll(startQuery(executor, graph))).toEqual(expectedBytes(0, 20, 2, 500));
  });

  test('a result without tasks, and one without blocks', async () => {
    const none = fakeStage(0, { numBlocks: 1, blockBytes: 1 }, { tasks: manyTasks(0), output: RESULT });
    expect(await readAll(startQuery(executor, fakeGraph(none)))).toEqual([]);
    const empty = fakeStage(0, { numBlocks: 0, blockBytes: 1 }, { output: RESULT });
    expect(await readAll(startQuery(executor, fakeGraph(empty)))).toEqual([]);
  });

  test('scans read the bytes of their objects, and are counted', async () => {
    const objects = await Promise.all(
      [10, 100_000, 3_000_000].map((size, i) =>
        put(
          `object ${i}`,
          new Uint8Array(size).map((__, at) => at * (i + 3)),
        ),
      ),
    );
    const slices = [objects.slice(0, 2), objects.slice(2), objects.slice(1, 2)];
    const scan = { numBlocks: 0, blockBytes: 0, copiesInputs: true };
    const execution = startQuery(executor, fakeGraph(fakeStage(0, scan, { tasks: scanTasks(slices), output: RESULT })));
    const sizes = [10, 100_000, 3_000_000, 100_000];
    const factors = [3, 4, 5, 4];
    const read = await readAll(execution);
    expect(read.map(({ length }) => length)).toEqual(sizes);
    read.forEach((bytes, i) => {
      expect(bytes.every((byte, at) => byte === ((at * factors[i]!) & 255))).toBe(true);
    });
    expect(execution.stats()).toMatchObject({ numRequests: 8, bytesRead: 3_200_010 });
    expect(execution.stats().peakBytes).toBeGreaterThan(3_000_000);
  });

  test('blocks go through every kind of exchange', async () => {
    const make = { numBlocks: 6, blockBytes: 300 };
    const pass = { numBlocks: 1, blockBytes: 7, copiesInputs: true };
    const hash = { kind: 'hash', columns: [0], numPartitions: 4 } as const;
    const stages: Stage[] = [
      fakeStage(0, make, { tasks: manyTasks(3), output: hash }),
      fakeStage(1, make, { output: { kind: 'broadcast' } }),
      fakeStage(2, pass, { inputs: [0, 1], tasks: { kind: 'partitions', numPartitions: 4 } }),
      fakeStage(3, pass, { inputs: [2], output: RESULT }),
    ];
    const execution = startQuery(executor, fakeGraph(...stages));
    const read = await readAll(execution);
    const made = (stage: number, task: number) =>
      Array.from({ length: 6 }, (__, block) => fakeBytes(stage, task, block, 300));
    // The fake tasks give block i to partition (i + 1) % 4; a reader sees partitions in order, and in each the tasks in order.
    const partition = (p: number) =>
      [0, 1, 2].flatMap((task) => made(0, task).filter((__, block) => (block + 1) % 4 === p));
    expect(read).toEqual([
      ...[0, 1, 2, 3].flatMap(partition),
      ...made(1, 0),
      fakeBytes(2, 0, 0, 7),
      fakeBytes(3, 0, 0, 7),
    ]);
    expect(execution.stats()).toMatchObject({ numTasks: 6, numTasksDone: 6, exchangedBytes: 24 * 300 + 24 * 300 + 7 });
  });

  test('several queries at once, and one inside another', async () => {
    const graph = fakeGraph(fakeStage(0, { numBlocks: 4, blockBytes: MiB }, { tasks: manyTasks(12), output: RESULT }));
    const expected = expectedBytes(0, 12, 4, MiB);
    const inner = fakeGraph(fakeStage(0, { numBlocks: 1, blockBytes: 10 }, { tasks: manyTasks(3), output: RESULT }));
    let numBlocks = 0;
    for await (const { buffer } of startQuery(executor, graph).blocks) {
      expect(Buffer.compare(new Uint8Array(buffer), expected[numBlocks]!)).toBe(0);
      // The result of the outer query is far more than the credit, so its tasks wait while the inner one runs.
      if (numBlocks % 10 === 0) expect(await readAll(startQuery(executor, inner))).toEqual(expectedBytes(0, 3, 1, 10));
      numBlocks += 1;
    }
    expect(numBlocks).toBe(48);
    const results = await Promise.all([graph, inner, graph].map((each) => readAll(startQuery(executor, each))));
    expect(results.map(({ length }) => length)).toEqual([48, 3, 48]);
  });

  test('an error keeps its kind and ends the query, and the next one runs', async () => {
    const fault = { kind: 'throw', atBlock: 1, times: sharedCounter(1), code: 'DIVISION_BY_ZERO', task: 2 } as const;
    const graph = fakeGraph(
      fakeStage(0, { numBlocks: 2, blockBytes: 10, faults: [fault] }, { tasks: manyTasks(5), output: RESULT }),
    );
    await expect(readAll(startQuery(executor, graph))).rejects.toMatchObject({
      code: 'DIVISION_BY_ZERO',
      kind: 'Execution',
    });
    expect(await readAll(startQuery(executor, graph))).toEqual(expectedBytes(0, 5, 2, 10));
  });

  test('a passing failure is tried again, also after a part of the result was read', async () => {
    const fault = { kind: 'throw', atBlock: 2, times: sharedCounter(3), code: 'THROTTLED' } as const;
    const graph = fakeGraph(
      fakeStage(0, { numBlocks: 4, blockBytes: 10, faults: [fault] }, { tasks: manyTasks(3), output: RESULT }),
    );
    const execution = startQuery(executor, graph);
    expect(await readAll(execution)).toEqual(expectedBytes(0, 3, 4, 10));
    expect(execution.stats().numRetries).toBe(3);
  });

  test('a failure that does not pass names all causes', async () => {
    const fault = { kind: 'throw', atBlock: 0, times: sharedCounter(100), code: 'TIMEOUT' } as const;
    const graph = fakeGraph(fakeStage(0, { numBlocks: 1, blockBytes: 10, faults: [fault] }, { output: RESULT }));
    const error = await readAll(startQuery(executor, graph)).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'RETRIES_EXHAUSTED', details: { stage: 0, task: 0, numAttempts: 4 } });
    expect(error.details.causes).toHaveLength(4);
  });

  test('an object that changed, and one that is missing', async () => {
    const { size, path } = await put('a', new Uint8Array(100));
    const scan = (objects: readonly { path: string; size: number; version: string }[]) =>
      readAll(
        startQuery(
          executor,
          fakeGraph(
            fakeStage(
              0,
              { numBlocks: 0, blockBytes: 0, copiesInputs: true },
              { tasks: scanTasks([[...objects]]), output: RESULT },
            ),
          ),
        ),
      );
    await expect(scan([{ path, size, version: 'old' }])).rejects.toMatchObject({ code: 'VERSION_MISMATCH' });
    await expect(scan([{ path: 'b', size, version: 'x' }])).rejects.toMatchObject({ code: 'OBJECT_NOT_FOUND' });
  });

  test('a task may not hold more than the memory', async () => {
    const graph = fakeGraph(fakeStage(0, { numBlocks: 1, blockBytes: 300 * MiB }, { output: RESULT }));
    await expect(readAll(startQuery(executor, graph))).rejects.toMatchObject({ code: 'MEMORY_LIMIT' });
    const small = fakeGraph(fakeStage(0, { numBlocks: 1, blockBytes: 200 * MiB }, { output: RESULT }));
    expect(await readFirst(startQuery(executor, small))).toMatchObject({ numRows: 1 });
  });

  test('an abort before, during and after', async () => {
    const graph = fakeGraph(
      fakeStage(0, { numBlocks: 50, blockBytes: 1000, busyMs: 2 }, { tasks: manyTasks(8), output: RESULT }),
    );
    await expect(readAll(startQuery(executor, graph, { signal: AbortSignal.abort() }))).rejects.toMatchObject({
      code: 'ABORTED',
    });

    const during = new AbortController();
    let numBlocks = 0;
    const read = async () => {
      for await (const __ of startQuery(executor, graph, { signal: during.signal }).blocks) {
        numBlocks += 1;
        if (numBlocks === 3) during.abort();
      }
    };
    await expect(read()).rejects.toMatchObject({ code: 'ABORTED' });
    expect(numBlocks).toBe(3);

    const after = new AbortController();
    const short = fakeGraph(fakeStage(0, { numBlocks: 1, blockBytes: 10 }, { output: RESULT }));
    const execution = startQuery(executor, short, { signal: after.signal });
    expect(await readAll(execution)).toHaveLength(1);
    after.abort();
    await execution.cancel('late');
  });

  test('cancel stops the query and says why', async () => {
    const graph = fakeGraph(
      fakeStage(0, { numBlocks: 50, blockBytes: 1000, busyMs: 2 }, { tasks: manyTasks(8), output: RESULT }),
    );
    const execution = startQuery(executor, graph);
    const iterator = execution.blocks[Symbol.asyncIterator]();
    await iterator.next();
    await execution.cancel(new QueryError('COST_LIMIT', 'too dear'));
    await expect(iterator.next()).rejects.toMatchObject({ code: 'COST_LIMIT' });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(() => execution.blocks[Symbol.asyncIterator]()).toThrowError(
      expect.objectContaining({ code: 'BAD_ARGUMENT' }),
    );
  });

  test('leaving the loop early cancels', async () => {
    const steps = sharedCounter(0);
    const graph = fakeGraph(
      fakeStage(0, { numBlocks: 1000, blockBytes: MiB, steps }, { tasks: manyTasks(8), output: RESULT }),
    );
    expect(await readFirst(startQuery(executor, graph))).toMatchObject({ numRows: 1 });
    // The loop has waited for the end of all tasks: nothing runs any more.
    const numSteps = steps[0]!;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(steps[0]).toBe(numSteps);
  });

  test('a slow consumer stops its producers', async () => {
    const steps = sharedCounter(0);
    const graph = fakeGraph(
      fakeStage(0, { numBlocks: 50, blockBytes: MiB, steps }, { tasks: manyTasks(8), output: RESULT }),
    );
    const execution = startQuery(executor, graph);
    let numBlocks = 0;
    for await (const { buffer } of execution.blocks) {
      expect(buffer.byteLength).toBe(MiB);
      numBlocks += 1;
      if (numBlocks % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      // Read, plus the credit of 32 MiB, plus a block and a step for each worker.
      expect(steps[0]).toBeLessThan(numBlocks + 32 + 8 + 20);
    }
    expect(numBlocks).toBe(400);
    expect(execution.stats().peakBytes).toBeLessThan(60 * MiB);
  });

  test('progress is told, and a callback that fails ends the query', async () => {
    const graph = fakeGraph(fakeStage(0, { numBlocks: 1, blockBytes: 10 }, { tasks: manyTasks(5), output: RESULT }));
    const seen: number[] = [];
    const execution = startQuery(executor, graph, { onProgress: () => seen.push(execution.stats().numTasksDone) });
    await readAll(execution);
    expect(seen.at(-1)).toBe(5);
    const failing = startQuery(executor, graph, {
      onProgress: () => {
        throw new Error('no display');
      },
    });
    await expect(readAll(failing)).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  });

  test('after close there are no more queries, and those that run fail', async () => {
    const graph = fakeGraph(
      fakeStage(0, { numBlocks: 1000, blockBytes: 1000, busyMs: 1 }, { tasks: manyTasks(8), output: RESULT }),
    );
    const iterator = startQuery(executor, graph).blocks[Symbol.asyncIterator]();
    await iterator.next();
    await executor.close();
    await executor.close();
    await expect(iterator.next()).rejects.toMatchObject({ code: 'ENGINE_CLOSED' });
    expect(() => startQuery(executor, graph)).toThrowError(expect.objectContaining({ code: 'ENGINE_CLOSED' }));
  });
});
