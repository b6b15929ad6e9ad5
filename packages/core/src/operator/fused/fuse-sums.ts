import type { ColumnId, Expression } from '../../expression/index.ts';
import type { MemoryAccount } from '../../runtime/index.ts';
import type { LinearMemory } from '../../vector/index.ts';
import type { AccumulatorFeed, FeedArguments } from '../aggregate/accumulator-feed.ts';
import { SumAccumulator } from '../aggregate/sum-accumulator.ts';
import { exactTerm } from './exact-term.ts';
import { type FusedSum, FusedSums } from './fused-sums.ts';

/**
 * Lets a generated loop compute those arguments of a feed that are exact and only summed. `plain` has the arguments of aggregates
 * without FILTER, DISTINCT and ORDER BY, with their expressions over the columns of `layout`.
 */
export function fuseSums(
  feed: AccumulatorFeed,
  plain: ReadonlyMap<FeedArguments, Expression>,
  layout: readonly ColumnId[],
  memory: LinearMemory,
  account: MemoryAccount,
): void {
  const fused = new Map<FeedArguments, FusedSum>();
  for (const [args, expression] of plain) {
    const accumulators: SumAccumulator[] = [];
    let isOnlySummed = args.hasAccumulators;
    for (const accumulator of args.accumulators) {
      if (accumulator instanceof SumAccumulator && accumulator.isExact) accumulators.push(accumulator);
      else isOnlySummed = false;
    }
    const term = isOnlySummed ? exactTerm(expression, layout) : undefined;
    if (term) fused.set(args, { term, accumulators });
  }
  if (fused.size === 0) return;
  feed.fuse(new FusedSums([...fused.values()], feed.rows, memory, account), new Set(fused.keys()));
}
