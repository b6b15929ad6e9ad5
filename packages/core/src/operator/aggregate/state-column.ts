import type { MemoryAccount } from '../../runtime/index.ts';
import { type Address, type LinearMemory, VECTOR_KERNELS } from '../../vector/index.ts';

const FIRST_CAPACITY = 64;

/** One value of a fixed width for each group, 0 at first. Grows by doubling. */
export class StateColumn {
  readonly width: number;
  readonly #memory: LinearMemory;
  readonly #account: MemoryAccount;
  #address: Address = 0;
  #capacity = 0;
  /** Groups that there was room asked for; the others are 0 still. */
  #numUsed = 0;

  constructor(width: number, memory: LinearMemory, account: MemoryAccount) {
    this.width = width;
    this.#memory = memory;
    this.#account = account;
  }

  /** Stale after `reserve`. */
  get address(): Address {
    return this.#address;
  }

  /** Address of the value of a group. */
  at(group: number): Address {
    return this.#address + group * this.width;
  }

  /** Makes room for so many groups. */
  reserve(numGroups: number): void {
    this.#numUsed = Math.max(this.#numUsed, numGroups);
    if (numGroups <= this.#capacity) return;
    const capacity = Math.max(numGroups, this.#capacity * 2, FIRST_CAPACITY);
    const memory = this.#memory;
    const address = memory.allocate(capacity * this.width, this.#account);
    const oldBytes = this.#capacity * this.width;
    memory.kernels(VECTOR_KERNELS).copy_bytes(address, this.#address, oldBytes);
    memory.fill(address + oldBytes, capacity * this.width - oldBytes, 0);
    memory.free(this.#address);
    this.#address = address;
    this.#capacity = capacity;
  }

  /** Sets every value to 0. */
  clear(): void {
    this.#memory.fill(this.#address, this.#numUsed * this.width, 0);
    this.#numUsed = 0;
  }

  close(): void {
    this.#memory.free(this.#address);
    this.#address = 0;
    this.#capacity = 0;
    this.#numUsed = 0;
  }
}
