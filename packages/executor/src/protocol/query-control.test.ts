import { RequestMeter } from '@millrace/core/storage';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ProcessLedger } from './process-ledger.ts';
import { QueryControl } from './query-control.ts';
import { SHARED_SLOT } from './shared-budget.ts';

const KiB = 1024;

function setUp(creditBytes: number) {
  const ledger = ProcessLedger.create(4, 1024 * KiB * KiB);
  const shared = ledger.budget(SHARED_SLOT);
  return { ledger, shared, control: QueryControl.create(creditBytes, ledger.numSlots) };
}

test('tasks that wait for their turn leave a part of the credit to the one being read', () => {
  const { control, shared } = setUp(100);
  expect(control.tryTakeCredit(1, 75, 2, shared)).toBe(true);
  expect(control.tryTakeCredit(1, 1, 2, shared)).toBe(false);
  expect(control.tryTakeCredit(2, 1, 3, shared)).toBe(false);
  expect(control.tryTakeCredit(0, 500, 4, shared)).toBe(true);
  expect(control.tryTakeCredit(0, 1, 4, shared)).toBe(false);
  control.consumed(500, shared);
  control.setReading(1);
  expect(control.tryTakeCredit(1, 10, 2, shared)).toBe(true);
  expect(control.unreadBytes).toBe(85);
});

test('unread bytes are charged to the ledger, by whole units of their sum', () => {
  const { control, shared, ledger } = setUp(2 ** 20);
  for (let i = 0; i < 100; i++) expect(control.tryTakeCredit(0, 1000, 2, ledger.budget(2))).toBe(true);
  expect(shared.takenBytes).toBe(2 * 64 * KiB);
  expect(control.budget(SHARED_SLOT).peakBytes).toBe(2 * 64 * KiB);
  for (let i = 0; i < 100; i++) control.consumed(1000, shared);
  expect(shared.takenBytes).toBe(0);
});

test('what a dead thread took and never sent comes back', () => {
  const { control, shared, ledger } = setUp(100);
  control.budget(2).tryTake(64 * KiB);
  control.tryTakeCredit(0, 30, 2, ledger.budget(2));
  control.tryTakeCredit(0, 40, 2, ledger.budget(2));
  control.forgetSlot(2, 30, shared);
  expect(control.unreadBytes).toBe(30);
  control.consumed(30, shared);
  expect(shared.takenBytes).toBe(0);
  expect(control.budget(SHARED_SLOT).takenBytes).toBe(0);
});

test('every change of the credit wakes those who wait', async () => {
  const { control, shared } = setUp(100);
  for (const change of [() => control.consumed(0, shared), () => control.setReading(3), () => control.cancel()]) {
    const { creditEpoch } = control;
    const changed = control.creditChange(creditEpoch);
    change();
    await changed;
    expect(control.creditEpoch).not.toBe(creditEpoch);
  }
  expect(control.isCancelled).toBe(true);
});

test('requests are counted beyond 32 bits, and the most in flight is a maximum', () => {
  const { control } = setUp(100);
  for (let i = 0; i < 5; i++) {
    const meter = new RequestMeter();
    meter.add('numRequests', 2);
    meter.add('bytesRead', 2 ** 31);
    meter.addFirstByte(30);
    meter.noteInFlight(i % 3);
    control.addRequests(meter.values);
  }
  expect(control.requests).toMatchObject({ numRequests: 10, bytesRead: 5 * 2 ** 31, peakInFlight: 2, numRetries: 0 });
  expect(control.requests.firstByteMs).toEqual([0, 0, 0, 5, 0, 0, 0, 0, 0]);
});

/**
 * Tasks make blocks in whatever order the seed says, one reader reads them in order. Whenever nothing can be read, the task that is being
 * read must be able to go on: otherwise the query would hang.
 */
test('no order of tasks and blocks blocks the reader, and the unread part is bounded', () => {
  const scenario = fc.record({
    creditBytes: fc.integer({ min: 1, max: 400 }),
    blocks: fc.array(fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 8 }), { minLength: 1, maxLength: 6 }),
    choices: fc.infiniteStream(fc.nat(1000)),
  });
  fc.assert(
    fc.property(scenario, ({ creditBytes, blocks, choices }) => {
      const { control, shared } = setUp(creditBytes);
      const sent: number[][] = blocks.map(() => []);
      const numSent = blocks.map(() => 0);
      const numRead = blocks.map(() => 0);
      let reading = 0;
      const send = (task: number) => {
        const bytes = blocks[task]![numSent[task]!];
        if (bytes === undefined || !control.tryTakeCredit(task, bytes, 2 + (task % 4), shared)) return false;
        sent[task]!.push(bytes);
        numSent[task]! += 1;
        return true;
      };
      while (reading < blocks.length) {
        for (const choice of [...choices.take(4)]) send(choice % blocks.length);
        const bytes = sent[reading]!.shift();
        if (bytes !== undefined) {
          control.consumed(bytes, shared);
          numRead[reading]! += 1;
        } else if (numRead[reading] === blocks[reading]!.length) {
          reading += 1;
          control.setReading(reading);
        } else {
          expect(send(reading)).toBe(true);
        }
        const largest = Math.max(...blocks.flat(), 0);
        expect(control.unreadBytes).toBeLessThanOrEqual(creditBytes + largest);
      }
      expect(control.unreadBytes).toBe(0);
      expect(shared.takenBytes).toBe(0);
    }),
  );
});
