/** The entry of a data-plane thread: builds the stores from their descriptors and serves the reads of compute workers. */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { MemoryAccount } from '@millrace/core/runtime';
import { openStore, QueryError, RequestPolicies, type StoreAccess, sharedCache } from '@millrace/core/storage';
import type { DataPlaneOrder, DataPlaneReady, DataPlaneThreadData } from '../protocol/messages.ts';
import { ProcessLedger } from '../protocol/process-ledger.ts';
import { ReadService } from './read-service.ts';
import { openSpillPlace } from './spill-place.ts';

const { stores, maxInFlight, cacheBytes, ledger, slot, spill, resolveFrom } = workerData as DataPlaneThreadData;
const budget = new ProcessLedger(ledger).budget(slot);
const cache = sharedCache(new MemoryAccount('storage thread', { budget }), budget.limitBytes, cacheBytes);
const descriptors = new Map(stores.map(({ name, descriptor }) => [name, descriptor] as const));
const opened = new Map<string, Promise<StoreAccess>>();

function storeOf(name: string): Promise<StoreAccess> {
  let store = opened.get(name);
  if (!store) {
    store = open(name);
    opened.set(name, store);
    // A store that cannot be opened now may be openable later: credentials expire and networks come back.
    store.catch(() => opened.delete(name));
  }
  return store;
}

async function open(name: string): Promise<StoreAccess> {
  const descriptor = descriptors.get(name);
  if (!descriptor) {
    throw new QueryError('STORE_NOT_FOUND', `There is no store '${name}'.`, { details: { store: name } });
  }
  const store = await openStore(descriptor, importStoreModule);
  return { name, store, policies: new RequestPolicies({ maxInFlight }), cache };
}

async function importStoreModule(specifier: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await import(specifier);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    for (const place of resolveFrom) {
      const path = resolveFromPlace(specifier, place);
      if (path !== undefined) return import(pathToFileURL(path).href);
    }
    throw error;
  }
}

function resolveFromPlace(specifier: string, place: string): string | undefined {
  try {
    return createRequire(place).resolve(specifier);
  } catch {
    // Not installed there: the next place may have it.
    return undefined;
  }
}

const service = new ReadService(storeOf, spill && openSpillPlace(spill, storeOf));

parentPort!.on('message', (order: DataPlaneOrder) => {
  if (order.kind === 'connect') service.connect(order.port, order.memory, order.control);
  else void close();
});
parentPort!.postMessage({ kind: 'ready' } satisfies DataPlaneReady);

async function close(): Promise<void> {
  await service.close();
  await Promise.allSettled([...opened.values()].map(async (opened) => (await opened).store.close()));
  parentPort!.close();
}
