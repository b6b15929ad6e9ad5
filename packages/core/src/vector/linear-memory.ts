import { internal, QueryError } from '../error/index.ts';
import type { MemoryAccount } from '../runtime/index.ts';
import { type EmbeddedModule, instantiateKernels, type KernelModule, VECTOR_KERNELS } from './kernels.ts';
import { PageAllocator } from './page-allocator.ts';

/** An address in linear memory, in bytes. 0 is no address. */
export type Address = number;

/** Bytes after every block that SIMD kernels may read or write past its end. */
const BLOCK_SLACK_BYTES = 64;

/** Below this address lie the static data of the kernel modules. */
const HEAP_START = 1 << 20;
const WASM_PAGE_BYTES = 65536;
const MAX_WASM_PAGES = 65536;

/**
 * The memory of one compute worker: one shared WebAssembly memory, an allocator over it, and views.
 *
 * The memory is shared so that the data plane can write fetched bytes into it from another thread. Only `allocate` grows it
 * (kernels never do), and growing replaces the views: read `u8`, `i32` and so on afresh after anything that may allocate. Every block is charged to a
 * {@link MemoryAccount}, starts at a multiple of 16 and has {@link BLOCK_SLACK_BYTES} of slack.
 */
export class LinearMemory {
  readonly memory: WebAssembly.Memory;
  readonly #allocator: PageAllocator;
  readonly #blocks = new Map<Address, { readonly bytes: number; readonly account: MemoryAccount }>();
  readonly #modules = new Map<EmbeddedModule, KernelModule>();
  #buffer!: ArrayBufferLike;
  #u8!: Uint8Array;
  #i32!: Int32Array;
  #u32!: Uint32Array;
  #f64!: Float64Array;
  #i64!: BigInt64Array;

  /** `maxBytes`: the most the memory may grow to; default and ceiling 4 GiB. */
  constructor(options: { readonly maxBytes?: number } = {}) {
    const maximum = Math.min(MAX_WASM_PAGES, Math.ceil((options.maxBytes ?? 2 ** 32) / WASM_PAGE_BYTES) + 16);
    // The kernel modules declare the largest memory; V8 only reserves address space for it.
    this.memory = new WebAssembly.Memory({ initial: 32, maximum: MAX_WASM_PAGES, shared: true });
    this.#refresh();
    this.#allocator = new PageAllocator(HEAP_START, this.#buffer.byteLength, (needed) => this.#grow(needed, maximum));
  }

  /** The kernels of a module, instantiated over this memory on first use. */
  kernels<Name extends string>(embedded: EmbeddedModule<Name>): KernelModule<Name> {
    let module = this.#modules.get(embedded);
    if (!module) {
      module = instantiateKernels(embedded, this.memory);
      this.#modules.set(embedded, module);
    }
    return module as KernelModule<Name>;
  }

  /**
   * A block of at least `bytes` bytes, content undefined. Throws `ResourceExhausted` when the account or the memory is
   * full.
   */
  allocate(bytes: number, account: MemoryAccount): Address {
    const charged = PageAllocator.blockBytes(bytes + BLOCK_SLACK_BYTES);
    account.reserve(charged);
    let address: Address;
    try {
      address = this.#allocator.allocate(charged);
    } catch (error) {
      account.release(charged);
      throw error;
    }
    this.#blocks.set(address, { bytes: charged, account });
    return address;
  }

  /** A block whose first `bytes` bytes are 0. */
  allocateZeroed(bytes: number, account: MemoryAccount): Address {
    const address = this.allocate(bytes, account);
    this.fill(address, bytes + BLOCK_SLACK_BYTES, 0);
    return address;
  }

  /** Sets bytes by kernel: `fill` of a view over shared memory goes byte by byte. */
  fill(address: Address, bytes: number, value: number): void {
    this.kernels(VECTOR_KERNELS).fill_bytes(address, value, bytes);
  }

  free(address: Address): void {
    if (address === 0) return;
    const block = this.#blocks.get(address);
    if (!block) throw internal(`free of ${address}, which is no block`);
    this.#blocks.delete(address);
    this.#allocator.free(address, block.bytes);
    block.account.release(block.bytes);
  }

  /** Bytes of the WebAssembly memory. */
  get sizeBytes(): number {
    return this.#buffer.byteLength;
  }

  /** Blocks not freed; 0 when every owner has let go. */
  get numBlocks(): number {
    return this.#blocks.size;
  }

  get u8(): Uint8Array {
    return this.#u8;
  }

  get i32(): Int32Array {
    return this.#i32;
  }

  get u32(): Uint32Array {
    return this.#u32;
  }

  get f64(): Float64Array {
    return this.#f64;
  }

  get i64(): BigInt64Array {
    return this.#i64;
  }

  #grow(neededEnd: number, maximumPages: number): number {
    const current = this.memory.buffer.byteLength;
    const wanted = Math.min(maximumPages * WASM_PAGE_BYTES, Math.max(neededEnd, Math.floor(current * 1.25)));
    if (neededEnd > wanted) {
      throw new QueryError(
        'MEMORY_LIMIT',
        `A worker's memory would have to grow to ${neededEnd} bytes, and ${wanted} is the most it may have.`,
        {
          details: { requestedBytes: neededEnd, limitBytes: wanted },
          hint: 'Raise the memory setting or use more workers.',
        },
      );
    }
    try {
      this.memory.grow(Math.ceil((wanted - current) / WASM_PAGE_BYTES));
    } catch (cause) {
      throw new QueryError('MEMORY_LIMIT', `The machine has no room for a worker memory of ${wanted} bytes.`, {
        cause,
        details: { requestedBytes: wanted },
        hint: 'Lower the memory setting or the number of workers.',
      });
    }
    this.#refresh();
    return this.#buffer.byteLength;
  }

  #refresh(): void {
    const buffer = this.memory.buffer;
    this.#buffer = buffer;
    this.#u8 = new Uint8Array(buffer);
    this.#i32 = new Int32Array(buffer);
    this.#u32 = new Uint32Array(buffer);
    this.#f64 = new Float64Array(buffer);
    this.#i64 = new BigInt64Array(buffer);
  }
}
