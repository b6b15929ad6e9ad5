/** What is used of WebAssembly's JavaScript interface: its types come with those of the browser, which this is not. */
declare const WebAssembly: {
  Memory: new (limits: { initial: number; maximum: number; shared: boolean }) => { readonly buffer: SharedArrayBuffer };
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: object };
};

/** A kernel: takes addresses and counts, answers with a number. */
export type Kernel = (...args: (number | bigint)[]) => number;

const ALIGNMENT = 64;
/** Below it lie the kernels' own data. */
const HEAP_START = 2 ** 20;
const INITIAL_PAGES = 4_096;
const MAX_PAGES = 65_536;

/** What the build of the kernels embeds for each module. */
interface EmbeddedModule {
  readonly NAMES: readonly string[];
  readonly BINARY_BASE64: string;
}

/**
 * Kernels over a memory of 256 MiB, outside of any engine. Blocks are never freed: make one for each measurement.
 */
export class KernelMemory {
  readonly memory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: MAX_PAGES, shared: true });
  #end = HEAP_START;

  /**
   * The kernels of a module of @millrace/core, which must be built. The modules are no part of the package's face, so they
   * are taken from where the build puts them.
   */
  async kernels(module: string): Promise<Readonly<Record<string, Kernel>>> {
    const file = `./vector/kernel-modules/${module}.generated.js`;
    const { href } = new URL(file, import.meta.resolve('@millrace/core'));
    const { BINARY_BASE64 } = (await import(href)) as EmbeddedModule;
    const compiled = new WebAssembly.Module(Buffer.from(BINARY_BASE64, 'base64'));
    const { exports } = new WebAssembly.Instance(compiled, { env: { memory: this.memory } });
    const { _start: start, ...kernels } = exports as Record<string, Kernel>;
    start?.();
    return kernels;
  }

  /** A block of zeros, with room behind it for kernels that write beyond their last value. */
  block(bytes: number): number {
    const address = this.#end;
    this.#end += Math.ceil((bytes + ALIGNMENT) / ALIGNMENT) * ALIGNMENT;
    if (this.#end > this.memory.buffer.byteLength) throw new RangeError('the memory for kernels is too small');
    return address;
  }

  u8(address: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, address, length);
  }

  u32(address: number, length: number): Uint32Array {
    return new Uint32Array(this.memory.buffer, address, length);
  }

  i64(address: number, length: number): BigInt64Array {
    return new BigInt64Array(this.memory.buffer, address, length);
  }

  /** A block with these values. */
  put(values: Uint8Array | Uint32Array | BigInt64Array): number {
    const address = this.block(values.byteLength);
    this.u8(address, values.byteLength).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    return address;
  }
}
