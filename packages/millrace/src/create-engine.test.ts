import { threadExecutor } from '@millrace/executor';
import { expect, test } from 'vitest';
import { createEngine } from './create-engine.ts';

test.each([
  [{ threads: 1, compute: { threads: 2 } }, 'compute.threads'],
  [{ storage: { readAheadBytes: 1 }, settings: { readAhead: 2 } }, 'readAhead'],
  [{ compute: { threads: 257 } }, 'compute.threads'],
  [{ storage: { threads: 17 } }, 'storage.threads'],
  [{ storage: { maxInFlight: 0 } }, 'storage.maxInFlight'],
  [{ storage: { readAheadBytes: -1 } }, 'readAhead'],
  [{ cache: { memoryBytes: -1 } }, 'cache.memoryBytes'],
])('%j is refused by name', (options, name) => {
  expect(() => createEngine(options)).toThrow(
    expect.objectContaining({ code: 'BAD_SETTING', message: expect.stringContaining(name) }),
  );
});

test('an executor has levers of its own', () => {
  for (const lever of [{ threads: 1 }, { compute: { threads: 1 } }, { storage: { maxInFlight: 1 } }, { cache: {} }]) {
    expect(() => createEngine({ executor: threadExecutor(), ...lever })).toThrow(/executor/);
  }
});

test('every lever is taken', async () => {
  await using engine = createEngine({
    compute: { threads: 1 },
    storage: { threads: 2, maxInFlight: 3, readAheadBytes: 4096 },
    cache: { memoryBytes: 0 },
  });
  expect(await engine.query('SELECT 1 AS one').toArray()).toEqual([{ one: 1 }]);
});
