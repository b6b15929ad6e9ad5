import type { PhysicalNodeBase } from './physical-plan.ts';

/** Reads the blocks that the task spec has for this exchange, in the order of the producers' task numbers. */
export interface ExchangeSourceExec extends PhysicalNodeBase {
  readonly kind: 'ExchangeSourceExec';
  /** Number of the stage that produces it. */
  readonly exchange: number;
}
