import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Executor } from '@millrace/core/executor';
import { faultyStore, memoryStore, type ObjectMetadata, type ObjectStore } from '@millrace/core/storage';
import { fileSystemStore } from '@millrace/storage-fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dyingStore } from '../dying-store.fixture.ts';
import {
  fakeGraph,
  fakeStage,
  fakeThreadExecutor,
  RESULT,
  readAll,
  scanTasks,
  startQuery,
} from '../fake-query.fixture.ts';
import type { ThreadExecutorOptions } from '../thread-executor-options.ts';

let root: string;
let objects: ObjectMetadata[];
let executor: Executor | undefined;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'millrace-data-plane-'));
  const store = fileSystemStore({ root });
  objects = [];
  for (let i = 0; i < 12; i++) {
    objects.push(await store.put(`object ${i}`, new Uint8Array(50_000 + i).fill(i + 1)));
  }
  await store.close();
});

afterEach(async () => {
  await executor?.close();
  executor = undefined;
  await rm(root, { recursive: true });
});

async function scan(store: ObjectStore, options: ThreadExecutorOptions = {}, program = {}) {
  executor ??= fakeThreadExecutor({ threads: 2, ...options });
  await executor.start({ stores: new Map([['lake', store]]), memoryBytes: 2 ** 28 });
  const slices = objects.map((object) => [object]);
  const stage = { numBlocks: 0, blockBytes: 0, copiesInputs: true, ...program };
  const graph = fakeGraph(fakeStage(0, stage, { tasks: scanTasks(slices), output: RESULT }));
  return startQuery(executor, graph);
}

function expectObjects(read: readonly Uint8Array[]): void {
  expect(read.map(({ length }) => length)).toEqual(objects.map(({ size }) => size));
  read.forEach((bytes, i) => {
    expect(bytes.every((byte) => byte === i + 1)).toBe(true);
  });
}

test.each([0, 1, 3])('a store is rebuilt in %i storage threads', async (threads) => {
  const execution = await scan(fileSystemStore({ root }), { storage: { threads } });
  expectObjects(await readAll(execution));
  expect(execution.stats()).toMatchObject({
    numRequests: 24,
    bytesRead: objects.reduce((sum, { size }) => sum + size, 0),
  });
});

test('a storage thread that dies is replaced, and what it was reading is read again', async () => {
  const fuse = join(root, 'fuse');
  await writeFile(fuse, new Uint8Array(2));
  const store = dyingStore({ root, fuse });
  const execution = await scan(store);
  expectObjects(await readAll(execution));
  expect(execution.stats().numRetries).toBeGreaterThan(0);
  expect(await readFile(fuse)).toHaveLength(0);
});

test('a storage module that does not exist is an error that names it', async () => {
  const store = dyingStore({ root, fuse: join(root, 'fuse'), module: '@millrace/no-such-adapter' });
  await expect(readAll(await scan(store))).rejects.toMatchObject({
    code: 'STORE_NOT_FOUND',
    details: { module: '@millrace/no-such-adapter' },
  });
});

test('faults of storage: those that pass are tried again, those that stay are told', async () => {
  const passing = faultyStore(fileSystemStore({ root }), {
    seed: 1,
    faults: [
      { fault: 'throttled', requests: [2] },
      { fault: 'connection-reset', requests: [5] },
      { fault: 'truncated-body', requests: [7] },
    ],
  });
  const execution = await scan(passing);
  expectObjects(await readAll(execution));
  expect(execution.stats()).toMatchObject({ numRetries: 0, storage: { numRetries: 3, numThrottled: 1, numFailed: 2 } });
  await executor!.close();
  executor = undefined;

  const staying = faultyStore(fileSystemStore({ root }), {
    seed: 1,
    faults: [{ fault: 'access-denied', requests: [4] }],
  });
  await expect(readAll(await scan(staying))).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
});

test('cancelling a query aborts its reads', async () => {
  const inner = memoryStore();
  let numBegun = 0;
  let numAborted = 0;
  const slow: ObjectStore = Object.assign(Object.create(inner) as ObjectStore, {
    capabilities: inner.capabilities,
    getRanges: (_: string, __: unknown, { signal }: { signal: AbortSignal }) =>
      new Promise((___, reject) => {
        numBegun += 1;
        signal.addEventListener('abort', () => {
          numAborted += 1;
          reject(signal.reason);
        });
      }),
  });
  const execution = await scan(slow);
  const read = expect(readAll(execution)).rejects.toMatchObject({ code: 'ABORTED' });
  while (numBegun < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  await execution.cancel('enough');
  await read;
  expect(numAborted).toBe(numBegun);
});
