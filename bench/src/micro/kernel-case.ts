import type { KernelMemory } from './kernel-memory.ts';

/** A figure from elsewhere to hold a kernel against. */
export interface BestKnown {
  /** Nanoseconds a unit. */
  readonly ns: number;
  readonly source: string;
}

/** A kernel with its input in place. */
export interface PreparedKernel {
  /** Runs the kernel once over all of its input. */
  readonly run: () => void;
  /** Whether the last run left the right result. */
  readonly isRight: () => boolean;
  /** The same work as a loop in JavaScript over typed arrays, to be measured beside it. */
  readonly plain: () => unknown;
}

/** A kernel to be measured. */
export interface KernelCase {
  readonly name: string;
  /** What is counted: values, or bytes of output. */
  readonly unit: 'value' | 'byte';
  readonly numUnits: number;
  readonly bestKnown?: BestKnown;
  readonly prepare: (memory: KernelMemory) => Promise<PreparedKernel>;
}

/** Whether two runs of numbers are the same. */
export function areEqual(
  actual: Uint8Array | Uint32Array | BigInt64Array,
  expected: Uint8Array | Uint32Array | BigInt64Array,
): boolean {
  return actual.length === expected.length && actual.every((value, index) => value === expected[index]);
}
