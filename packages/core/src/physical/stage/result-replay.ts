import { internal, QueryError } from '../../error/index.ts';

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

  /**
   * Whether the next block of the attempt is new. Throws `Internal` when it is not the block that stood here before, and `WORKER_LOST` when
   * that cannot be known: with `hasSpilled`, rows that no ORDER BY puts in order may come in another one than before.
   */
  isNew(numRows: number, bytes: number, hasSpilled: boolean): boolean {
    const before = this.#seen[this.#position];
    this.#position += 1;
    if (!before) {
      this.#seen.push({ numRows, bytes });
      return true;
    }
    if (hasSpilled) {
      throw new QueryError(
        'WORKER_LOST',
        'A task failed after a part of its result had been read, and cannot go on where it stopped.',
        {
          hint: 'Run the query again. With more memory, so that nothing is spilled, such a task is run again by itself.',
        },
      );
    }
    if (before.numRows === numRows && before.bytes === bytes) return false;
    throw internal('A task gave another result when it ran again, after part of the first had been read.');
  }
}
