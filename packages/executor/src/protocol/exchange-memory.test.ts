import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ExchangeMemory, type PageRun } from './exchange-memory.ts';

const PAGE = 64 * 1024;

test('a run is whole pages, filled from the start, and used again when it is free', () => {
  const memory = ExchangeMemory.create(8 * PAGE);
  const first = memory.allocate(PAGE + 1, 1);
  const second = memory.allocate(1, 2);
  expect([first, second]).toEqual([
    { offset: 0, bytes: 2 * PAGE },
    { offset: 2 * PAGE, bytes: PAGE },
  ]);
  memory.free([first]);
  expect(memory.allocate(PAGE, 1)).toEqual({ offset: 0, bytes: PAGE });
  expect(memory.allocate(2 * PAGE, 1).offset).toBe(3 * PAGE);
  expect(memory.usedBytes).toBe(4 * PAGE);
});

test('what an owner has is found by its number, also what it was given', () => {
  const memory = ExchangeMemory.create(8 * PAGE);
  const worker = ExchangeMemory.slotOwner(3);
  const query = ExchangeMemory.queryOwner(7);
  memory.allocate(PAGE, worker);
  memory.transfer([memory.allocate(2 * PAGE, worker)], query);
  memory.freeAll(worker);
  expect(memory.usedBytes).toBe(2 * PAGE);
  memory.freeAll(query);
  expect(memory.usedBytes).toBe(0);
});

test('what does not fit is refused, and leaves nothing behind', () => {
  const memory = ExchangeMemory.create(8 * PAGE);
  const kept = memory.allocate(6 * PAGE, 1);
  expect(() => memory.allocate(5 * PAGE, 2)).toThrowError(expect.objectContaining({ code: 'MEMORY_LIMIT' }));
  expect(memory.usedBytes).toBe(kept.bytes);
});

test('runs never overlap, and what is used is what was not freed', () => {
  const step = fc.record({
    numPages: fc.integer({ min: 1, max: 5 }),
    frees: fc.option(fc.nat(20), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const memory = ExchangeMemory.create(64 * PAGE);
      const runs: PageRun[] = [];
      for (const { numPages, frees } of steps) {
        if (frees !== undefined && runs.length > 0) memory.free(runs.splice(frees % runs.length, 1));
        let run: PageRun;
        try {
          run = memory.allocate(numPages * PAGE, 1);
        } catch {
          continue;
        }
        for (const other of runs) {
          expect(run.offset >= other.offset + other.bytes || run.offset + run.bytes <= other.offset).toBe(true);
        }
        runs.push(run);
        expect(memory.usedBytes).toBe(runs.reduce((sum, { bytes }) => sum + bytes, 0));
        expect(memory.sizeBytes).toBeGreaterThanOrEqual(run.offset + run.bytes);
      }
    }),
  );
});

/** Takes and frees runs for ever, marking each with its number and looking whether the mark stays. */
const RIVAL = `
  const { workerData } = require('node:worker_threads');
  import(workerData.module).then(({ ExchangeMemory }) => {
    const memory = new ExchangeMemory(workerData.shared);
    for (let i = 0; i < workerData.rounds; i++) {
      const run = memory.allocate((1 + (i % 3)) * 65536, workerData.owner);
      const bytes = memory.view(run.offset, run.bytes);
      for (let at = 0; at < run.bytes; at += 4096) bytes[at] = workerData.owner;
      for (let at = 0; at < run.bytes; at += 4096) if (bytes[at] !== workerData.owner) throw new Error('a page has two owners');
      if (i % 50 !== 0) memory.free([run]);
    }
  });`;

test('threads that allocate at the same time get different pages', async () => {
  const memory = ExchangeMemory.create(1024 * PAGE);
  const module = new URL('./exchange-memory.ts', import.meta.url).href;
  const rounds = 2000;
  const ends = [1, 2, 3].map((owner) => {
    const worker = new Worker(RIVAL, { eval: true, workerData: { module, shared: memory.shared, owner, rounds } });
    return new Promise<void>((resolve, reject) => worker.once('error', reject).once('exit', () => resolve()));
  });
  await Promise.all(ends);
  // Of every 150 rounds each owner keeps runs of one, two and three pages: those of rounds 0, 50 and 100.
  const kept = Array.from({ length: rounds / 50 }, (_, i) => 1 + ((i * 50) % 3)).reduce((sum, pages) => sum + pages, 0);
  expect(memory.usedBytes).toBe(3 * kept * PAGE);
  for (const owner of [1, 2, 3]) memory.freeAll(owner);
  expect(memory.usedBytes).toBe(0);
});
