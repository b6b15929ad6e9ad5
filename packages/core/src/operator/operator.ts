import type { OperatorStats } from '../physical/index.ts';
import type { Batch } from '../vector/index.ts';
import type { RuntimeFilter } from './runtime-filter.ts';

/** The operator can give nothing before a read is over. */
export const BLOCKED: unique symbol = Symbol('blocked');

/**
 * A running node of a plan: pulled for batches, synchronous.
 *
 * `next` answers with a batch (never an empty one), with {@link BLOCKED}, or with undefined when there will be no more; it may
 * then be asked again and says the same. A batch is valid until the next call of `next`. `close` lets go of all memory except
 * that of reads still under way, cancels those, and is idempotent; it may be called at any time.
 */
export interface Operator {
  next(): Batch | typeof BLOCKED | undefined;
  /**
   * Rows that fail the filter are of no use to the reader; says whether they are going to be left out, or at least some of them. To be called
   * before the first `next`. Operators without it leave out nothing.
   */
  acceptFilter?(filter: RuntimeFilter): boolean;
  close(): void;
  /** Counters of this operator alone. */
  stats(): OperatorStats;
}
