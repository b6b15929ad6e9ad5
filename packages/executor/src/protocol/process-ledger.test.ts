import { expect, test } from 'vitest';
import { ProcessLedger } from './process-ledger.ts';
import { SHARED_SLOT } from './shared-budget.ts';

const UNIT = 64 * 1024;

test('all slots draw on one limit', () => {
  const ledger = ProcessLedger.create(2, 10 * UNIT);
  const [first, second] = [ledger.claimSlot()!, ledger.claimSlot()!];
  expect(ledger.budget(first).tryTake(6 * UNIT)).toBe(true);
  expect(ledger.budget(second).tryTake(5 * UNIT)).toBe(false);
  expect(ledger.budget(second).tryTake(4 * UNIT)).toBe(true);
  expect(ledger.budget(SHARED_SLOT).availableBytes).toBe(0);
  ledger.budget(first).give(6 * UNIT);
  expect(ledger.budget(SHARED_SLOT).takenBytes).toBe(4 * UNIT);
  expect(ledger.budget(SHARED_SLOT).peakBytes).toBe(10 * UNIT);
});

test('another thread sees the same budget', () => {
  const ledger = ProcessLedger.create(1, 10 * UNIT);
  const elsewhere = new ProcessLedger(ledger.shared);
  elsewhere.budget(2).tryTake(3 * UNIT);
  expect(ledger.budget(SHARED_SLOT).takenBytes).toBe(3 * UNIT);
  expect(elsewhere.budget(2).limitBytes).toBe(10 * UNIT);
});

test('a slot is claimed by one, and its bytes are freed with it', () => {
  const ledger = ProcessLedger.create(2, 100 * UNIT);
  const slots = [1, 2, 3, 4].map(() => ledger.claimSlot());
  expect(new Set(slots).size).toBe(4);
  expect(ledger.claimSlot()).toBeUndefined();
  ledger.budget(slots[1]!).tryTake(7 * UNIT);
  ledger.freeSlot(slots[1]!);
  expect(ledger.budget(SHARED_SLOT).takenBytes).toBe(0);
  expect(ledger.claimSlot()).toBe(slots[1]);
});
