import type { SetCall } from '../expression/set-function/index.ts';
import type { PhysicalNodeBase, PhysicalPlan } from './physical-plan.ts';

/**
 * Each row of the input as many times as the call that gives most rows for it, with the calls' values, null behind the last one, and
 * with `ordinality` a number from 1. With `isOuter` a row for which no call gives any stays, with nulls.
 */
export interface ProjectSetExec extends PhysicalNodeBase {
  readonly kind: 'ProjectSetExec';
  readonly input: PhysicalPlan;
  readonly calls: readonly SetCall[];
  readonly ordinality: boolean;
  readonly isOuter: boolean;
}
