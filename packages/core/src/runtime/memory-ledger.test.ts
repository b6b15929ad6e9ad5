import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BUDGET_UNIT_BYTES, MemoryAccount, type MemoryBudget } from './memory-ledger.ts';

function budget(limitBytes: number): MemoryBudget & { takenBytes: number } {
  return {
    limitBytes,
    takenBytes: 0,
    get availableBytes() {
      return this.limitBytes - this.takenBytes;
    },
    tryTake(bytes) {
      expect(bytes % BUDGET_UNIT_BYTES).toBe(0);
      if (bytes > this.availableBytes) return false;
      this.takenBytes += bytes;
      return true;
    },
    give(bytes) {
      this.takenBytes -= bytes;
    },
  };
}

test('what a child reserves counts in every ancestor', () => {
  const engine = new MemoryAccount('engine', { limitBytes: 100 });
  const query = engine.child('query', 60);
  const scan = query.child('scan');
  scan.reserve(40);
  expect([engine.usedBytes, query.usedBytes, scan.usedBytes]).toEqual([40, 40, 40]);
  expect(scan.availableBytes).toBe(20);
  expect(scan.tryReserve(21)).toBe(false);
  scan.close();
  scan.close();
  expect(engine.usedBytes).toBe(0);
  expect(engine.peakBytes).toBe(40);
});

test('a refusal names who asked and which limit refused', () => {
  const engine = new MemoryAccount('engine', { limitBytes: 100 });
  const sort = engine.child('query', 60).child('sort');
  expect(() => sort.reserve(61)).toThrowError(
    expect.objectContaining({
      code: 'MEMORY_LIMIT',
      message: 'engine > query > sort needs 61 bytes more, but query may hold 60 bytes and 0 of them are in use.',
      details: { account: 'engine > query > sort', requestedBytes: 61, limitBytes: 60 },
    }),
  );
});

test('two accounts share a budget', () => {
  const shared = budget(4 * BUDGET_UNIT_BYTES);
  const first = new MemoryAccount('worker 1', { budget: shared });
  const second = new MemoryAccount('worker 2', { budget: shared });
  first.reserve(3 * BUDGET_UNIT_BYTES);
  expect(second.availableBytes).toBe(BUDGET_UNIT_BYTES);
  expect(second.tryReserve(BUDGET_UNIT_BYTES + 1)).toBe(false);
  expect(() => second.reserve(2 * BUDGET_UNIT_BYTES)).toThrowError(
    `worker 2 needs ${2 * BUDGET_UNIT_BYTES} bytes more, but worker 2 may hold ${4 * BUDGET_UNIT_BYTES} bytes and ` +
      `${3 * BUDGET_UNIT_BYTES} of them are in use.`,
  );
  first.close();
  expect(shared.takenBytes).toBe(0);
  second.reserve(4 * BUDGET_UNIT_BYTES);
  second.release(4 * BUDGET_UNIT_BYTES);
  second.trim();
  expect(shared.takenBytes).toBe(0);
});

test('a budget covers what is used, is never passed, and gets everything back', () => {
  const step = fc.record({ account: fc.nat(2), bytes: fc.integer({ min: -(2 ** 22), max: 2 ** 22 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 300 }), (steps, units) => {
      const shared = budget(units * BUDGET_UNIT_BYTES);
      const meter = budget(Number.MAX_SAFE_INTEGER);
      const roots = [0, 1].map((i) => new MemoryAccount(`worker ${i}`, { budget: shared }));
      const accounts = [
        roots[0]!.child('task'),
        roots[1]!.child('task'),
        new MemoryAccount('task of a metered query', { parent: roots[1], budget: meter }),
      ];
      for (const { account, bytes } of steps) {
        const of = accounts[account]!;
        if (bytes < 0) of.release(Math.min(-bytes, of.usedBytes));
        else of.tryReserve(bytes);
        const used = roots.reduce((sum, root) => sum + root.usedBytes, 0);
        expect(shared.takenBytes).toBeGreaterThanOrEqual(used);
        expect(shared.takenBytes).toBeLessThanOrEqual(shared.limitBytes);
        expect(meter.takenBytes).toBeGreaterThanOrEqual(accounts[2]!.usedBytes);
      }
      for (const account of [...accounts, ...roots]) account.close();
      expect(shared.takenBytes).toBe(0);
      expect(meter.takenBytes).toBe(0);
    }),
  );
});
