import type { MemoryAccount } from '../runtime/index.ts';
import { type Address, type Arena, flatten, type LinearMemory, type Vector } from '../vector/index.ts';
import { OPERATOR_KERNELS } from './operator-kernels.ts';

/**
 * Hashes rows by the values of some columns (see `kernels/operator/hash.ts`: seedless, the same for every encoding). Of a
 * dictionary column each entry is hashed once, not each row.
 */
export class ColumnHasher {
  readonly #memory: LinearMemory;
  readonly #account: MemoryAccount;
  /** By key: the dictionary hashed last, and the hashes of its entries. */
  readonly #dictionaries: { dictionary: Vector; hashes: Address }[] = [];

  constructor(memory: LinearMemory, account: MemoryAccount) {
    this.#memory = memory;
    this.#account = account;
  }

  /** Writes a 64-bit hash for each of the `numRows` rows of dense columns to `out`. `scratch` holds temporaries. */
  hash(columns: readonly Vector[], numRows: number, out: Address, scratch: Arena): void {
    const kernels = this.#memory.kernels(OPERATOR_KERNELS);
    columns.forEach((column, key) => {
      const combine = key === 0 ? 0 : 1;
      if (column.encoding === 'dictionary' && this.#isWorthwhile(column.dictionary!, key, numRows)) {
        const hashes = this.#entryHashes(column.dictionary!, key);
        kernels.hash_codes(out, column.data, hashes, column.validity, numRows, combine);
        return;
      }
      const flat = flatten(column, scratch);
      kernels[`hash_${flat.kind}`](out, flat.data, flat.validity, numRows, combine);
    });
  }

  /** Hashing many entries for a few rows is not. */
  #isWorthwhile(dictionary: Vector, key: number, numRows: number): boolean {
    return dictionary === this.#dictionaries[key]?.dictionary || dictionary.length <= 8 * numRows;
  }

  close(): void {
    for (const entry of this.#dictionaries) if (entry) this.#memory.free(entry.hashes);
    this.#dictionaries.length = 0;
  }

  #entryHashes(dictionary: Vector, key: number): Address {
    const known = this.#dictionaries[key];
    if (known?.dictionary === dictionary) return known.hashes;
    if (known) this.#memory.free(known.hashes);
    delete this.#dictionaries[key];
    const hashes = this.#memory.allocate(dictionary.length * 8, this.#account);
    this.#dictionaries[key] = { dictionary, hashes };
    this.#memory.kernels(OPERATOR_KERNELS)[`hash_${dictionary.kind}`](hashes, dictionary.data, 0, dictionary.length, 0);
    return hashes;
  }
}
