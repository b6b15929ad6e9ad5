import type { TaskReport } from '../physical/index.ts';
import type { Address } from '../vector/index.ts';

/**
 * What a task has come to.
 *
 * - `output`: `bytes` bytes at `address` are a finished block for `partition` (0 unless the output is `hash`); valid until the
 *   next `step`. The layout is that of `encodeResultBlock` for `result` outputs and of `encodeExchangeBlock` for all others.
 * - `blocked`: nothing can be done before one of its reads is over.
 * - `done`: all rows are out.
 */
export type TaskStep =
  | {
      readonly kind: 'output';
      readonly partition: number;
      readonly address: Address;
      readonly bytes: number;
      readonly numRows: number;
    }
  | { readonly kind: 'blocked' }
  | { readonly kind: 'done'; readonly report: TaskReport };

/**
 * A task that runs: synchronous code over memory, no clock of its own, no threads (DESIGN law 5).
 *
 * After `done`, an error thrown by `step`, or a decision to stop, call `close`; while `close` answers false, reads are still
 * under way and it must be called again when one is over. Only then is all memory given back.
 */
export interface TaskRunner {
  step(): TaskStep;
  close(): boolean;
}
