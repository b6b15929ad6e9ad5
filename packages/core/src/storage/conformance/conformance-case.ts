import type { ObjectStore, StoreCapabilities, StoreDescriptor } from '../object-store.ts';

/** What a case is given. */
export interface ConformanceContext {
  /** A store for this case alone: the case may close it, and the runner closes it afterwards. */
  readonly store: ObjectStore;
  /** A folder (without `/` at its end) that nothing else uses, so that cases may share a bucket. */
  readonly folder: string;
  /** Builds a store from a descriptor as another thread would. Wanted when the store is rebuildable. */
  readonly open?: (descriptor: StoreDescriptor) => Promise<ObjectStore>;
}

/** One promise of the contract. */
export interface ConformanceCase {
  /** The promise. */
  readonly title: string;
  /** The capabilities that the case needs; it belongs to stores that have them. */
  readonly requires?: readonly CapabilityRequirement[];
  /** Rejects with an error that says how the promise was broken. */
  run(context: ConformanceContext): Promise<void>;
}

/** A capability, one that a store must not have, or a certain strength of `replaceIfMatch`. */
export type CapabilityRequirement =
  | keyof StoreCapabilities
  | `not ${keyof StoreCapabilities}`
  | 'replaceIfMatch atomic';

/** Whether a store with these capabilities is held to a case. */
export function isRequiredOf(capabilities: StoreCapabilities, conformanceCase: ConformanceCase): boolean {
  return (conformanceCase.requires ?? []).every((requirement) => {
    if (requirement === 'replaceIfMatch atomic') return capabilities.replaceIfMatch === 'atomic';
    const negated = requirement.startsWith('not ');
    const value = capabilities[(negated ? requirement.slice(4) : requirement) as keyof StoreCapabilities];
    return (value !== false && value !== 'none') !== negated;
  });
}
