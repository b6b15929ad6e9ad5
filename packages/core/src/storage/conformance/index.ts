/**
 * `@millrace/core/storage/conformance`: what the storage contract promises, as cases that any test framework can run
 * over any store.
 *
 * ```ts
 * const capabilities = (await makeStore()).capabilities;
 * for (const { title, run } of conformanceCases(capabilities)) {
 *   test(title, async () => {
 *     const store = await makeStore();
 *     try {
 *       await run({ store, folder: crypto.randomUUID(), open: (descriptor) => openStore(descriptor) });
 *     } finally {
 *       await store.close();
 *     }
 *   });
 * }
 * ```
 */
import type { StoreCapabilities } from '../object-store.ts';
import { type ConformanceCase, isRequiredOf } from './conformance-case.ts';
import { LIFECYCLE_CASES } from './lifecycle-cases.ts';
import { LIST_CASES } from './list-cases.ts';
import { PATH_CASES } from './path-cases.ts';
import { RANGES_CASES } from './ranges-cases.ts';
import { READ_CASES } from './read-cases.ts';
import { WRITE_CASES } from './write-cases.ts';

export type { CapabilityRequirement, ConformanceCase, ConformanceContext } from './conformance-case.ts';

/** Every case that a store with these capabilities is held to. Every MUST of the contract is the title of one. */
export function conformanceCases(capabilities: StoreCapabilities): ConformanceCase[] {
  const all = [...READ_CASES, ...RANGES_CASES, ...LIST_CASES, ...WRITE_CASES, ...PATH_CASES, ...LIFECYCLE_CASES];
  return all.filter((conformanceCase) => isRequiredOf(capabilities, conformanceCase));
}
