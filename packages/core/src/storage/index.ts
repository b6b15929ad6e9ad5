/**
 * `@millrace/core/storage`: the storage contract, what adapters need to fulfil it, and the stores that need no network.
 * An adapter imports this module and nothing else of Millrace.
 */
export {
  abortError,
  type ErrorCode,
  type ErrorDetails,
  type ErrorKind,
  isQueryError,
  QueryError,
  type QueryErrorOptions,
  throwIfAborted,
} from '../error/index.ts';
export * from './byte-range.ts';
export { cachingStore, SharedCache } from './cache/caching-store.ts';
export { RangeCache, type RangeCacheSettings } from './cache/range-cache.ts';
export * from './counting-store.ts';
export * from './fault.ts';
export * from './faulty-store.ts';
export * from './glob.ts';
export * from './latency-table.ts';
export * from './limit-store.ts';
export * from './linked-signal.ts';
export { type ListObjectsOptions, listAll } from './list-objects.ts';
export * from './list-pages.ts';
export * from './memory-store.ts';
export * from './object-body.ts';
export * from './object-path.ts';
export * from './object-store.ts';
export { policyStore } from './policy/policy-store.ts';
export * from './policy/request-meter.ts';
export { MAX_REQUEST_BYTES } from './policy/request-pieces.ts';
export {
  RequestPolicies,
  type RequestPolicyComponents,
  type RequestPolicySettings,
} from './policy/request-policies.ts';
export * from './prefix-store.ts';
export * from './put-condition.ts';
export * from './range-plan.ts';
export * from './read-object.ts';
export * from './request-capacity.ts';
export * from './spill-store.ts';
export * from './store-access.ts';
export * from './store-descriptor.ts';
export * from './store-error.ts';
export * from './store-operation.ts';
export * from './throttled-store.ts';
export * from './write-object.ts';
