import { MemoryAccount } from '@millrace/core/executor';
import { expect, test } from 'vitest';
import { ProcessLedger } from '../protocol/process-ledger.ts';
import { QueryControl } from '../protocol/query-control.ts';
import { SHARED_SLOT } from '../protocol/shared-budget.ts';
import { QueryBuilds } from './query-builds.ts';

const UNIT = 64 * 1024;

function worker() {
  const ledger = ProcessLedger.create(1, 100 * UNIT);
  const slot = ledger.claimSlot()!;
  const builds = new QueryBuilds(new MemoryAccount('worker', { budget: ledger.budget(slot) }), slot);
  const control = QueryControl.create(1, ledger.numSlots);
  const takenBytes = () => [ledger.budget(SHARED_SLOT).takenBytes, control.budget(SHARED_SLOT).takenBytes] as const;
  return { builds, control, takenBytes };
}

test('tasks of one execution see the same build sides, others do not', () => {
  const { builds, control } = worker();
  const first = builds.open(1, 'q', control);
  expect(builds.open(1, 'q', control)).toBe(first);
  expect(builds.open(2, 'q', control)).not.toBe(first);
});

test('what they take counts for the process and the query, until the execution is over', () => {
  const { builds, control, takenBytes } = worker();
  const shared = builds.open(1, 'q', control);
  shared.account.reserve(10 * UNIT);
  shared.close();
  const [inLedger, inQuery] = takenBytes();
  expect(inLedger).toBeGreaterThanOrEqual(10 * UNIT);
  expect(inQuery).toBeGreaterThanOrEqual(10 * UNIT);
  builds.retire(1);
  expect(takenBytes()).toEqual([0, 0]);
});

test('a task that still runs keeps them', () => {
  const { builds, control, takenBytes } = worker();
  const shared = builds.open(1, 'q', control);
  shared.account.reserve(10 * UNIT);
  builds.retire(1);
  expect(takenBytes()[1]).toBeGreaterThanOrEqual(10 * UNIT);
  shared.close();
  expect(takenBytes()[1]).toBe(0);
});
