import { checkLogicalPlan, type LogicalPlan } from '../logical/index.ts';
import { joinOrder } from './join-order/join-order.ts';
import { answerFromStatistics } from './rule/answer-from-statistics.ts';
import { decorrelateSubqueries } from './rule/decorrelate-subqueries.ts';
import { deriveOrFilters } from './rule/derive-or-filters.ts';
import { foldConstants } from './rule/fold-constants.ts';
import { inferFilters } from './rule/infer-filters.ts';
import { limitNumberedRows } from './rule/limit-numbered-rows.ts';
import { mergeProjects } from './rule/merge-projects.ts';
import { pruneColumns } from './rule/prune-columns.ts';
import { pushDownFilter } from './rule/push-down-filter.ts';
import { pushDownLimit } from './rule/push-down-limit.ts';
import { pushDownSemiJoin } from './rule/push-down-semi-join.ts';
import { reduceAggregateInput } from './rule/reduce-aggregate-input.ts';
import { reduceSemiJoinBuild } from './rule/reduce-semi-join-build.ts';
import { removeDistinct } from './rule/remove-distinct.ts';
import { removeJoin } from './rule/remove-join.ts';
import { removeSort } from './rule/remove-sort.ts';
import { simplifyExpressions } from './rule/simplify-expressions.ts';
import { splitDistinctAggregate } from './rule/split-distinct-aggregate.ts';
import { topN } from './rule/top-n.ts';
import { unwrapComparisonCasts } from './rule/unwrap-comparison-casts.ts';
import type { OptimizerContext, Rule } from './rule.ts';

/** The rules that can be left out, in the order in which they run. A rule may stand more than once: some make work for those before them. */
const PIPELINE: readonly Rule[] = [
  foldConstants,
  unwrapComparisonCasts,
  simplifyExpressions,
  deriveOrFilters,
  pushDownFilter,
  inferFilters,
  pushDownFilter,
  answerFromStatistics,
  pushDownSemiJoin,
  joinOrder,
  reduceAggregateInput,
  reduceSemiJoinBuild,
  removeDistinct,
  removeSort,
  removeJoin,
  splitDistinctAggregate,
  limitNumberedRows,
  mergeProjects,
  topN,
  pushDownLimit,
  pruneColumns,
  mergeProjects,
];

/** Names of all rules, for the `disabledRules` setting. */
export const RULE_NAMES: readonly string[] = [...new Set(PIPELINE.map(({ name }) => name))];

export interface OptimizeOptions {
  /** Rules that are left out; for tests, and for finding the one that makes a plan worse. */
  readonly disabledRules?: ReadonlySet<string>;
  /** Holds the plan against the plan checker after every rule; costs a walk of the plan each. Default false. */
  readonly check?: boolean;
}

/** The plan, rewritten rule by rule; same rows, same columns. */
export function optimize(plan: LogicalPlan, context: OptimizerContext, options: OptimizeOptions = {}): LogicalPlan {
  let current = plan;
  if (options.check) checkLogicalPlan(current, 'the binder');
  for (const rule of [decorrelateSubqueries, ...PIPELINE]) {
    if (options.disabledRules?.has(rule.name)) continue;
    const next = rule.apply(current, context);
    if (options.check && next !== current) checkLogicalPlan(next, `rule ${rule.name}`);
    current = next;
  }
  return current;
}
