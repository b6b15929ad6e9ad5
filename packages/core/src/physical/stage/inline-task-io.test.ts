import { expect, test } from 'vitest';
import { MemoryAccount } from '../../runtime/index.ts';
import { type GetRangesOptions, memoryStore, type ObjectStore, RequestPolicies } from '../../storage/index.ts';
import { LinearMemory } from '../../vector/index.ts';
import { InlineTaskIo } from './inline-task-io.ts';

/** A store whose reads end when the test says so, in any order. */
function heldStore(): { readonly store: ObjectStore; readonly release: (path: string) => Promise<void> } {
  const held = new Map<string, () => void>();
  const store = Object.assign(Object.create(memoryStore()) as ObjectStore, {
    getRanges: (path: string, _ranges: unknown, _options: GetRangesOptions) =>
      new Promise((resolve) => held.set(path, () => resolve({ ranges: [] }))),
  });
  const release = async (path: string) => {
    while (!held.has(path)) await Promise.resolve();
    held.get(path)!();
  };
  return { store, release };
}

test('a read that is over and waits to be polled does not wake whoever waits for another one', async () => {
  const { store, release } = heldStore();
  const memory = new LinearMemory();
  const address = memory.allocate(16, new MemoryAccount('test'));
  const stores = new Map([['s', { name: 's', store, policies: new RequestPolicies() }]]);
  const io = new InlineTaskIo(memory, stores, undefined, 'q/0');
  const read = (path: string) =>
    io.read({ store: 's', path, version: 'v', ranges: [{ offset: 0, length: 8 }], address });
  const [first, second] = [read('first'), read('second')];

  await release('second');
  await io.someRead();
  let isAwake = false;
  const awake = io.someRead().then(() => {
    isAwake = true;
  });
  // Many microtasks later it still waits: a loop over it would otherwise starve the event loop.
  for (let i = 0; i < 100; i++) await Promise.resolve();
  expect(isAwake).toBe(false);
  expect(io.poll(first)).toBe(false);

  await release('first');
  await awake;
  expect(io.poll(first)).toBe(true);
  expect(io.poll(second)).toBe(true);
});
