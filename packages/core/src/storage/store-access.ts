import type { MemoryAccount } from '../runtime/memory-ledger.ts';
import { cachingStore, SharedCache } from './cache/caching-store.ts';
import { RangeCache } from './cache/range-cache.ts';
import type { ObjectStore } from './object-store.ts';
import { policyStore } from './policy/policy-store.ts';
import type { RequestMeter } from './policy/request-meter.ts';
import type { RequestPolicies } from './policy/request-policies.ts';

/** A store as a thread reads it. */
export interface StoreAccess {
  /** Of the store in the engine. */
  readonly name: string;
  readonly store: ObjectStore;
  readonly policies: RequestPolicies;
  /** Not used for stores on this machine, whose files the operating system caches. */
  readonly cache?: SharedCache | undefined;
}

/** The store with all policies of the data plane, and with counts of its own. Cheap: one can be made for each read. */
export function accessStore({ name, store, policies, cache }: StoreAccess, meter: RequestMeter): ObjectStore {
  const limited = policyStore(store, policies, meter);
  return cache && !store.capabilities.local ? cachingStore(limited, cache, name, meter) : limited;
}

/** What of the memory is left free by the cache. */
const FREE_SHARE = 1 / 4;

/** A cache of at most `maxBytes`, charged to `account`, which gives way when a quarter of the engine's memory is not free; none for 0. */
export function sharedCache(account: MemoryAccount, memoryBytes: number, maxBytes: number): SharedCache | undefined {
  if (maxBytes === 0) return undefined;
  return new SharedCache(new RangeCache({ maxBytes, keepFreeBytes: memoryBytes * FREE_SHARE }, account));
}

/** What the cache of a thread takes at most, unless it is told. */
export function defaultCacheBytes(memoryBytes: number): number {
  return Math.floor(memoryBytes / 8);
}
