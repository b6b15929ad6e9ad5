import { expect, test } from 'vitest';
import { VirtualTime } from '../../runtime/virtual-time.fixture.ts';
import { RetryBudget } from './retry-budget.ts';

test('retries of a store that keeps refusing are few, and they all come when it recovers', async () => {
  const time = new VirtualTime();
  const budget = new RetryBudget(time, time);
  let numRetries = 0;
  let refuses = true;
  const retry = async () => {
    for (;;) {
      await budget.take(undefined);
      numRetries += 1;
      if (refuses) continue;
      budget.succeed(true);
      return;
    }
  };
  const all = Promise.all(Array.from({ length: 200 }, retry));
  await time.pass(30_000);
  expect(numRetries).toBeGreaterThan(60);
  expect(numRetries).toBeLessThanOrEqual(20 + 2 * 30);
  refuses = false;
  await time.pass(10_000);
  await all;
  expect(time.numTimers).toBe(0);
});

test('requests that succeed earn retries, a fifth of them', async () => {
  const time = new VirtualTime();
  const budget = new RetryBudget(time, time);
  for (let i = 0; i < 20; i++) await budget.take(undefined);
  for (let i = 0; i < 50; i++) budget.succeed(false);
  for (let i = 0; i < 10; i++) await budget.take(undefined);
  let hasMore = false;
  const more = budget.take(undefined).then(() => {
    hasMore = true;
  });
  await time.pass(400);
  expect(hasMore).toBe(false);
  await time.until(more);
});

test('an abort ends the wait', async () => {
  const time = new VirtualTime();
  const budget = new RetryBudget(time, time);
  for (let i = 0; i < 20; i++) await budget.take(undefined);
  const abort = new AbortController();
  const waiting = budget.take(abort.signal);
  abort.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
});
