import type { OperatorStats } from '../../physical/index.ts';
import type { DataType } from '../../types/index.ts';
import { Arena, type Batch } from '../../vector/index.ts';
import type { BLOCKED, Operator } from '../operator.ts';
import { SpillReader } from './spill-reader.ts';
import type { SpilledRows, SpillTarget } from './spill-writer.ts';

/** Gives spilled rows as an operator does. */
export class SpillSource implements Operator {
  readonly #reader: SpillReader;
  readonly #arena: Arena;
  readonly #batchRows: number;

  constructor(types: readonly DataType[], rows: SpilledRows, target: SpillTarget) {
    this.#reader = new SpillReader(types, rows, target);
    this.#arena = new Arena(target.context.memory, target.account);
    this.#batchRows = target.context.spec.settings.batchRows;
  }

  next(): Batch | typeof BLOCKED | undefined {
    this.#arena.reset();
    return this.#reader.next(this.#batchRows, this.#arena);
  }

  close(): void {
    this.#reader.close();
    this.#arena.close();
  }

  stats(): OperatorStats {
    return { node: -1, numRows: 0, numBatches: 0, cpuMs: 0, extra: {} };
  }
}
