import { usesOnly } from '../../expression/traverse.ts';
import type { JoinNode, LogicalPlan } from '../../logical/index.ts';
import { estimate } from '../statistics/estimate.ts';
import { type JoinGraph, joinOf } from './join-graph.ts';

/**
 * Joins what is expected to give the fewest rows, again and again, and no relations without a condition while others have one (greedy operator
 * ordering: Fegaras, "A New Heuristic for Optimizing Large Queries", DEXA 1998). Quick for any number of relations.
 */
export function greedyJoinOrder({ relations, conditions }: JoinGraph): LogicalPlan {
  const open = [...relations];
  const left = [...conditions];
  while (open.length > 1) {
    let best: { readonly i: number; readonly j: number; readonly join: JoinNode; readonly cost: number } | undefined;
    for (let i = 0; i < open.length; i++) {
      for (let j = i + 1; j < open.length; j++) {
        const join = joinOf(open[i]!, open[j]!, left);
        const connected = join.on.length > 0;
        const rows = estimate(join).rows;
        // A single row multiplies nothing, and lets the conditions on it filter early.
        const isCheap = connected || Math.min(estimate(open[i]!).rows, estimate(open[j]!).rows) <= 1;
        const cost = isCheap ? rows : rows * 1e9 + 1e15;
        if (!best || cost < best.cost) best = { i, j, join, cost };
      }
    }
    const { i, j, join } = best!;
    const available = new Set(join.columns.map(({ id }) => id));
    for (let k = left.length - 1; k >= 0; k--) {
      if (usesOnly(left[k]!, available)) left.splice(k, 1);
    }
    open.splice(j, 1);
    open[i] = join;
  }
  return open[0]!;
}
