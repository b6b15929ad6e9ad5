import type { ColumnExpression, Expression } from '../../expression/index.ts';
import {
  type AggregateNode,
  type EquiCondition,
  type JoinNode,
  type LogicalPlan,
  rewritePlan,
} from '../../logical/index.ts';
import { costOfRepeating, isRepeatable } from '../repeated-plan.ts';
import type { OptimizerContext, Rule } from '../rule.ts';
import { estimate } from '../statistics/estimate.ts';

/** The aggregation must be left with no more than this share of its rows. */
const LARGEST_SHARE = 0.2;
/** What is read a second time for that must be no more than this share of what it spares. */
const LARGEST_COST_SHARE = 0.5;

/**
 * Aggregates only the groups that a join wants, where these are few: the other side of the join comes a second time, to leave out the rows of
 * other groups. This is what a correlated subquery over a large table needs most.
 *
 * ```
 * Join inner on k = p              →    Join inner on k = p
 * ├─ Aggregate by=[k] avg(q)            ├─ Aggregate by=[k] avg(q)
 * │  └─ Scan large [k, q]               │  └─ Join semi on k = p
 * └─ Scan small [p] filter=[c = 1]      │     ├─ Scan large [k, q]
 *                                       │     └─ Scan small [p] filter=[c = 1]
 *                                       └─ Scan small [p] filter=[c = 1]
 * ```
 */
export const reduceAggregateInput: Rule = {
  name: 'reduce-aggregate-input',
  apply: (plan, context) =>
    rewritePlan(plan, (node) => {
      if (node.kind !== 'Join' || (node.type !== 'inner' && node.type !== 'semi')) return node;
      const left = reduce(node, 'left', context);
      return left ?? reduce(node, 'right', context) ?? node;
    }),
};

function reduce(join: JoinNode, side: 'left' | 'right', context: OptimizerContext): JoinNode | undefined {
  const other = side === 'left' ? 'right' : 'left';
  if (join.type === 'semi' && side === 'right') return undefined;
  const wanted = join[other];
  if (!isRepeatable(wanted, context)) return undefined;
  const conditions = join.on.map((condition) => ({ own: condition[side], wanted: condition[other], condition }));
  const reduced = reduceBelow(join[side], (aggregate, ownColumns) => {
    const on = conditions.flatMap(({ own, wanted: partner, condition }): EquiCondition[] => {
      const place = own.kind === 'column' && !condition.nullSafe ? ownColumns(own) : -1;
      const key = aggregate.groupBy[place];
      return key?.kind === 'column' ? [{ left: key, right: partner }] : [];
    });
    return on.length === 0 ? undefined : withFewerRows(aggregate, wanted, on);
  });
  return reduced && { ...join, [side]: reduced };
}

/** Rewrites the aggregation under projections; the callback is told which of its columns a column above is. */
function reduceBelow(
  plan: LogicalPlan,
  rewrite: (aggregate: AggregateNode, placeOf: (column: ColumnExpression) => number) => AggregateNode | undefined,
): LogicalPlan | undefined {
  if (plan.kind === 'Aggregate') {
    return rewrite(plan, ({ id }) => plan.columns.findIndex((column) => column.id === id));
  }
  if (plan.kind !== 'Project') return undefined;
  const input = reduceBelow(plan.input, (aggregate, placeOf) =>
    rewrite(aggregate, ({ id }) => {
      const source: Expression | undefined = plan.expressions[plan.columns.findIndex((column) => column.id === id)];
      return source?.kind === 'column' ? placeOf(source) : -1;
    }),
  );
  return input && { ...plan, input };
}

function withFewerRows(
  aggregate: AggregateNode,
  wanted: LogicalPlan,
  on: readonly EquiCondition[],
): AggregateNode | undefined {
  const { input } = aggregate;
  if (aggregate.alwaysGroups || (input.kind === 'Join' && input.type === 'semi' && input.right === wanted)) {
    return undefined;
  }
  const semi: JoinNode = {
    kind: 'Join',
    type: 'semi',
    columns: input.columns,
    left: input,
    right: wanted,
    on,
    residual: undefined,
  };
  const before = estimate(input).rows;
  const after = estimate(semi).rows;
  if (after > before * LARGEST_SHARE || costOfRepeating(wanted) > (before - after) * LARGEST_COST_SHARE)
    return undefined;
  return { ...aggregate, input: semi };
}
