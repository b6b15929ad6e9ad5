import type { MemoryAccount } from '../../runtime/index.ts';
import { type Address, type Arena, gatherValues, type LinearMemory, scatterValues } from '../../vector/index.ts';
import { OPERATOR_KERNELS } from '../operator-kernels.ts';
import { RefHeap } from '../ref-heap.ts';
import type { StateColumn } from './state-column.ts';

const REF_BYTES = 8;
/** Dead bytes that are not worth a clean-up. */
const TOLERATED_BYTES = 1 << 16;

/** The bytes of refs that are states: copied when a state changes, and cleaned up when most of the copies are dead. */
export class KeptRefs {
  readonly #memory: LinearMemory;
  readonly #account: MemoryAccount;
  #heap: RefHeap;
  /** Size of the heap after which live bytes are counted again. */
  #limitBytes = TOLERATED_BYTES;

  constructor(memory: LinearMemory, account: MemoryAccount) {
    this.#memory = memory;
    this.#account = account;
    this.#heap = new RefHeap(memory, account);
  }

  /** Copies what the states of the `numChanged` groups listed at `changed` point to. */
  keep(states: StateColumn, changed: Address, numChanged: number, numGroups: number, scratch: Arena): void {
    if (numChanged === 0) return;
    const refs = scratch.allocate(numChanged * REF_BYTES);
    gatherValues(this.#memory, REF_BYTES, refs, states.address, changed, numChanged);
    this.#heap.adopt(refs, numChanged);
    scatterValues(this.#memory, REF_BYTES, states.address, refs, changed, numChanged);
    if (this.#heap.usedBytes > this.#limitBytes) this.#cleanUp(states, numGroups);
  }

  close(): void {
    this.#heap.clear();
  }

  #cleanUp(states: StateColumn, numGroups: number): void {
    const kernels = this.#memory.kernels(OPERATOR_KERNELS);
    const liveBytes = kernels.sum_ref_bytes(states.address, numGroups) >>> 0;
    if (liveBytes * 2 < this.#heap.usedBytes) {
      const heap = new RefHeap(this.#memory, this.#account);
      try {
        heap.adopt(states.address, numGroups);
      } finally {
        this.#heap.clear();
        this.#heap = heap;
      }
    }
    this.#limitBytes = Math.max(TOLERATED_BYTES, this.#heap.usedBytes * 2);
  }
}
