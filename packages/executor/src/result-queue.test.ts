import { QueryError, type ResultBlock } from '@millrace/core/executor';
import { beforeEach, expect, test } from 'vitest';
import { ProcessLedger } from './protocol/process-ledger.ts';
import { QueryControl } from './protocol/query-control.ts';
import { SHARED_SLOT, type SharedBudget } from './protocol/shared-budget.ts';
import { ResultQueue } from './result-queue.ts';

let control: QueryControl;
let ledger: SharedBudget;
let queue: ResultQueue;

beforeEach(() => {
  ledger = ProcessLedger.create(1, 2 ** 30).budget(SHARED_SLOT);
  control = QueryControl.create(2 ** 20, 4);
  queue = new ResultQueue([], control, ledger);
});

/** A block as a worker sends it: with credit. Its number of rows tells it from others. */
function push(task: number, numRows: number): void {
  expect(control.tryTakeCredit(task, 100, 2, ledger)).toBe(true);
  queue.push(task, numRows, new ArrayBuffer(100));
}

async function rows(): Promise<number[]> {
  const seen: number[] = [];
  for (let block = await queue.next(); block; block = await queue.next()) seen.push(block.numRows);
  return seen;
}

test('blocks are read in the order of the tasks', async () => {
  for (const task of [0, 1, 2]) queue.beginAttempt(task);
  push(2, 20);
  push(0, 1);
  push(1, 10);
  push(0, 2);
  for (const task of [2, 1, 0]) queue.finishTask(task);
  queue.finish(3);
  expect(await rows()).toEqual([1, 2, 10, 20]);
  expect(queue.isOver).toBe(true);
  expect(control.unreadBytes).toBe(0);
});

test('a reader waits for the task whose turn it is', async () => {
  queue.beginAttempt(0);
  queue.beginAttempt(1);
  push(1, 10);
  const seen: (ResultBlock | undefined)[] = [];
  const first = queue.next().then((block) => seen.push(block));
  await Promise.resolve();
  expect(seen).toEqual([]);
  push(0, 1);
  await first;
  expect(seen).toMatchObject([{ numRows: 1 }]);
  queue.finishTask(0);
  expect(await queue.next()).toMatchObject({ numRows: 10 });
});

test('what another attempt sends again is passed over, read or not', async () => {
  queue.beginAttempt(0);
  push(0, 1);
  push(0, 2);
  expect(await queue.next()).toMatchObject({ numRows: 1 });
  queue.beginAttempt(0);
  for (const numRows of [1, 2, 3]) push(0, numRows);
  queue.finishTask(0);
  queue.finish(1);
  expect(await rows()).toEqual([2, 3]);
  expect(control.unreadBytes).toBe(0);
});

test('another attempt that sends something else is found out', () => {
  queue.beginAttempt(0);
  push(0, 1);
  queue.beginAttempt(0);
  expect(() => push(0, 7)).toThrowError(expect.objectContaining({ code: 'INTERNAL' }));
});

test('a failure comes before what was not read', async () => {
  queue.beginAttempt(0);
  push(0, 1);
  queue.fail(new QueryError('ABORTED', 'first'));
  queue.fail(new QueryError('INTERNAL', 'second'));
  await expect(queue.next()).rejects.toMatchObject({ code: 'ABORTED', message: 'first' });
  push(0, 2);
  expect(control.unreadBytes).toBe(0);
  expect(ledger.takenBytes).toBe(0);
});

test('a failure wakes the reader', async () => {
  const next = queue.next();
  queue.fail(new QueryError('TIMEOUT', 'too slow'));
  await expect(next).rejects.toMatchObject({ code: 'TIMEOUT' });
});

test('a task that runs again gives its first blocks again, unless rows were spilled and may come in another order', () => {
  queue.beginAttempt(0);
  push(0, 1);
  queue.beginAttempt(0);
  push(0, 1);
  control.addSpilled(1000);
  queue.beginAttempt(0);
  expect(() => push(0, 1)).toThrowError(expect.objectContaining({ code: 'WORKER_LOST', retryable: true }));
  expect(control.unreadBytes).toBe(100);
});
