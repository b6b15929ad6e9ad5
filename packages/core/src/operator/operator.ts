import type { OperatorStats } from '../physical/index.ts';
import type { Batch } from '../vector/index.ts';

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
  close(): void;
  /** Counters of this operator alone. */
  stats(): OperatorStats;
}
