import type { Column, Expression, FrameBound, SortKey, WindowCall } from '../expression/index.ts';
import { expressionsOfAggregate } from '../expression/traverse.ts';
import type { LogicalPlan } from './logical-plan.ts';

/**
 * Every row of the input with a value for each call, computed over the rows with equal `partitionBy` (nulls are equal) in the order of
 * `orderBy`. `columns` are those of the input, then the calls in order. The rows come in any order.
 */
export interface WindowNode {
  readonly kind: 'Window';
  readonly columns: readonly Column[];
  readonly input: LogicalPlan;
  readonly partitionBy: readonly Expression[];
  /** A call uses as many of these as it says. */
  readonly orderBy: readonly SortKey[];
  readonly calls: readonly WindowCall[];
}

/** The expressions of a call over the columns of the input: its arguments, its filter, what its frame compares. */
export function windowExpressions({ call, frame }: WindowCall): readonly Expression[] {
  const ofBound = (bound: FrameBound) => (bound.kind === 'distance' ? [bound.key, bound.limit] : []);
  return [...expressionsOfAggregate(call), ...ofBound(frame.start), ...ofBound(frame.end)];
}
