import type { AggregateCall, Expression } from '../expression/index.ts';
import type { PhysicalNodeBase, PhysicalPlan } from './physical-plan.ts';

/**
 * - `single`: rows in, results out.
 * - `partial`: rows in; the keys and each aggregate's state columns out (`AggregateOverload.state`). May give one group more
 *   than once, so it can flush when memory is short.
 * - `final`: what partials gave in; results out. `groupBy` are the first columns of the input, then come the states in the
 *   order of `aggregates`; the arguments of the aggregates are not evaluated (their types tell the state).
 */
export type AggregateMode = 'single' | 'partial' | 'final';

/**
 * Hash aggregation. `columns`: keys, then results (or states). Without keys, `single` and `final` give exactly one row, even
 * over no input. Aggregates with `distinct` or `orderBy` only occur in `single`.
 */
export interface AggregateExec extends PhysicalNodeBase {
  readonly kind: 'AggregateExec';
  readonly mode: AggregateMode;
  readonly input: PhysicalPlan;
  readonly groupBy: readonly Expression[];
  readonly aggregates: readonly AggregateCall[];
  /** Keys, all of them constants, of groups that `single` and `partial` give even over no rows. */
  readonly alwaysGroups?: readonly (readonly Expression[])[] | undefined;
}
