import * as vectorModule from './kernel-modules/vector.generated.ts';

/**
 * The compiled kernels of one compute worker. A kernel takes addresses and lengths in bytes or rows (numbers) and, for
 * constants of 64 bits, `bigint`; it answers with a number (a count, an address or a status), never with a 64-bit value.
 * A status is 0 for success, otherwise one of {@link KERNEL_STATUS}.
 */
export type Kernel = (...args: (number | bigint)[]) => number;

/** The exports of one module, by name. */
export type KernelModule<Name extends string = string> = Readonly<Record<Name, Kernel>>;

/** What an embedded module looks like (see `scripts/build-kernels.ts`). */
export interface EmbeddedModule<Name extends string = string> {
  readonly NAMES: readonly Name[];
  readonly BINARY_BASE64: string;
}

/** Statuses that kernels answer with. Kept equal with `kernels/vector/status.ts`. */
export const KERNEL_STATUS = {
  ok: 0,
  overflow: 1,
  divisionByZero: 2,
  invalidValue: 3,
  corrupt: 4,
  needsSpace: 5,
} as const;

const compiled = new WeakMap<EmbeddedModule, WebAssembly.Module>();

/** The compiled form of an embedded module: compiled once a thread. */
function compileKernels(embedded: EmbeddedModule): WebAssembly.Module {
  let module = compiled.get(embedded);
  if (!module) {
    module = new WebAssembly.Module(Uint8Array.from(atob(embedded.BINARY_BASE64), (c) => c.charCodeAt(0)));
    compiled.set(embedded, module);
  }
  return module;
}

/** An instance of a module over one memory. */
export function instantiateKernels<Name extends string>(
  embedded: EmbeddedModule<Name>,
  memory: WebAssembly.Memory,
): KernelModule<Name> {
  const instance = new WebAssembly.Instance(compileKernels(embedded), { env: { memory } });
  const { _start: start, ...kernels } = instance.exports as Record<string, Kernel>;
  start?.();
  return kernels as KernelModule<Name>;
}

export type VectorKernelName = (typeof vectorModule.NAMES)[number];

/** The kernels that every layer needs. */
export const VECTOR_KERNELS: EmbeddedModule<VectorKernelName> = vectorModule;
