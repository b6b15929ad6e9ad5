import { expect, test } from 'vitest';
import { memoryStore } from './memory-store.ts';
import { openStore, requireContract } from './store-descriptor.ts';

const descriptor = { module: 'somewhere', export: 'openIt', options: { root: '/data' } };

test('calls the export of the module with the options', async () => {
  const seen: unknown[] = [];
  const store = await openStore(descriptor, async (specifier) => ({
    openIt: (options: unknown) => {
      seen.push(specifier, options);
      return memoryStore();
    },
  }));
  expect(store.contract).toBe(1);
  expect(seen).toEqual(['somewhere', { root: '/data' }]);
});

test('says which module or function is missing', async () => {
  await expect(
    openStore(descriptor, async () => {
      throw new Error('ERR_MODULE_NOT_FOUND');
    }),
  ).rejects.toMatchObject({ code: 'STORE_NOT_FOUND', message: "The storage module 'somewhere' cannot be loaded." });
  await expect(openStore(descriptor, async () => ({}))).rejects.toMatchObject({
    code: 'STORE_NOT_FOUND',
    message: "The storage module 'somewhere' has no function 'openIt'.",
  });
});

test.each([
  undefined,
  null,
  {},
  { module: 'a' },
  { module: 'a', export: 'b' },
  { module: 'a', export: 5, options: {} },
])('refuses %o as a descriptor', async (bad) => {
  await expect(openStore(bad as never)).rejects.toMatchObject({ code: 'BAD_SETTING' });
});

test('refuses what is no store of this contract', async () => {
  await expect(openStore(descriptor, async () => ({ openIt: () => ({ contract: 2 }) }))).rejects.toMatchObject({
    code: 'BAD_SETTING',
    message: 'This object store follows version 2 of the storage contract; only version 1 is understood.',
  });
  for (const bad of [undefined, null, {}, 'store']) {
    expect(() => requireContract(bad)).toThrow(expect.objectContaining({ code: 'BAD_SETTING' }));
  }
  expect(() => requireContract(memoryStore())).not.toThrow();
});
