import { internal } from '../../error/index.ts';

/**
 * Which result blocks of one task the consumer has seen. When the task runs again, its first blocks are the same ones once more
 * (tasks are idempotent) and are passed over.
 */
export class ResultReplay {
  readonly #seen: { readonly numRows: number; readonly bytes: number }[] = [];
  #position = 0;

  /** Another attempt begins with its first block. */
  restart(): void {
    this.#position = 0;
  }

  /** Whether the next block of the attempt is new. Throws `Internal` when it is not the block that stood here before. */
  isNew(numRows: number, bytes: number): boolean {
    const before = this.#seen[this.#position];
    this.#position += 1;
    if (!before) {
      this.#seen.push({ numRows, bytes });
      return true;
    }
    if (before.numRows === numRows && before.bytes === bytes) return false;
    throw internal('A task gave another result when it ran again, after part of the first had been read.');
  }
}
