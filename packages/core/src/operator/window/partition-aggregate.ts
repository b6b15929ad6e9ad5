import { Arena, gatherVector, type Vector } from '../../vector/index.ts';
import { WINDOW_KERNELS } from '../operator-kernels.ts';
import { AggregateArguments, type WindowAggregateInput } from './aggregate-arguments.ts';
import { BLOCK_ROWS } from './block-rows.ts';
import type { WindowEvaluation } from './window-evaluation.ts';
import type { WindowRows } from './window-rows.ts';

/** An aggregate whose frame is the whole partition: every partition is one group. */
export class PartitionAggregate implements WindowEvaluation {
  readonly #rows: WindowRows;
  readonly #arguments: AggregateArguments;
  /** The results of some neighbouring partitions. */
  readonly #resultArena: Arena;
  #results: Vector | undefined;
  #firstPartition = 0;

  constructor(input: WindowAggregateInput) {
    const { rows, context, account } = input;
    this.#rows = rows;
    this.#arguments = new AggregateArguments(input, 'single');
    this.#resultArena = new Arena(rows.memory, account);
    const scratch = new Arena(rows.memory, account);
    try {
      for (let from = 0; from < rows.numRows; from += BLOCK_ROWS) {
        context.throwIfCancelled();
        scratch.reset();
        const numRows = Math.min(BLOCK_ROWS, rows.numRows - from);
        const numGroups = this.#partitionAt(from + numRows - 1) + 1;
        this.#arguments.update(from, numRows, rows.partitionNumbers + from * 4, numGroups, scratch);
      }
    } catch (error) {
      this.close();
      throw error;
    } finally {
      scratch.close();
    }
  }

  evaluate(from: number, numRows: number, arena: Arena): Vector {
    const first = this.#partitionAt(from);
    const results = this.#resultsOf(first, this.#partitionAt(from + numRows - 1) - first + 1);
    const numbers = arena.allocate(numRows * 4);
    const { memory, partitionNumbers } = this.#rows;
    memory.kernels(WINDOW_KERNELS).numbers_from(numbers, partitionNumbers, from, numRows);
    return gatherVector(results, numbers, numRows, arena);
  }

  close(): void {
    this.#arguments.feed.close();
    this.#resultArena.close();
  }

  #partitionAt(place: number): number {
    const { memory, partitionNumbers } = this.#rows;
    return memory.u32[partitionNumbers / 4 + place]!;
  }

  /** Neighbouring batches of one large partition share its result. */
  #resultsOf(first: number, numPartitions: number): Vector {
    if (!this.#results || first !== this.#firstPartition || numPartitions !== this.#results.length) {
      this.#resultArena.reset();
      this.#results = this.#arguments.aggregate.result(first, numPartitions, this.#resultArena);
      this.#firstPartition = first;
    }
    return this.#results;
  }
}
