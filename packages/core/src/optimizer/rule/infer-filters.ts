import type { ColumnExpression, ColumnId, Expression } from '../../expression/index.ts';
import { columnComparison } from '../../expression/predicate/column-comparison.ts';
import {
  collectColumns,
  combineConjuncts,
  expressionKey,
  mapSame,
  splitConjuncts,
  substituteColumns,
} from '../../expression/traverse.ts';
import { inputsOf, type JoinNode, type LogicalPlan, withInputs } from '../../logical/index.ts';
import { sameType } from '../../types/index.ts';
import type { Rule } from '../rule.ts';

/**
 * Takes what is known of one side of an equality between relations over to the other.
 *
 * ```
 * Join inner on a = x               →    Join inner on a = x
 * ├─ Scan l [a] filter=[a < 7]           ├─ Scan l [a] filter=[a < 7]
 * └─ Scan r [x]                          └─ Scan r [x] filter=[x < 7]
 * ```
 *
 * Only comparisons of a column with constants, which cost little and cannot fail. Towards the side that an outer or anti join keeps nothing
 * is taken over.
 */
export const inferFilters: Rule = {
  name: 'infer-filters',
  apply: infer,
};

function infer(plan: LogicalPlan): LogicalPlan {
  const own = plan.kind === 'Join' ? inferAcross(plan) : plan;
  return withInputs(own, mapSame(inputsOf(own), infer));
}

/** Whether rows of a side that have no match on the other are left out, so that it may be filtered by what holds there. */
function leavesOut(type: JoinNode['type']): { readonly left: boolean; readonly right: boolean } {
  const isInner = type === 'inner' || type === 'semi';
  return {
    left: isInner || type === 'right',
    // The right side of these joins only counts where it matches.
    right: isInner || type === 'left' || type === 'anti' || type === 'mark',
  };
}

function inferAcross(join: JoinNode): JoinNode {
  const sides = leavesOut(join.type);
  if (join.nullAware) return join;
  let { left, right } = join;
  const pairs = join.on.flatMap(({ left: l, right: r, nullSafe }) =>
    l.kind === 'column' && r.kind === 'column' && !nullSafe && sameType(l.type, r.type) ? [{ l, r }] : [],
  );
  // What one pair brings to a side another may take back: until nothing is new.
  for (let hasChanged = true; hasChanged; ) {
    const before = [left, right];
    for (const { l, r } of pairs) {
      if (sides.right) right = withFilters(right, r, filtersOn(left, l));
      if (sides.left) left = withFilters(left, l, filtersOn(right, r));
    }
    hasChanged = left !== before[0] || right !== before[1];
  }
  return left === join.left && right === join.right ? join : { ...join, left, right };
}

/** Conjuncts that every row of a plan satisfies, and that speak of this column alone. */
function filtersOn(plan: LogicalPlan, column: ColumnExpression): Expression[] {
  switch (plan.kind) {
    case 'Scan':
      return plan.filters.filter((part) => isSimple(part, column.id));
    case 'Filter':
      return [
        ...splitConjuncts(plan.predicate).filter((part) => isSimple(part, column.id)),
        ...filtersOn(plan.input, column),
      ];
    case 'Join': {
      // Rows of a side that is filled up with nulls satisfy nothing.
      const isLeft = plan.left.columns.some(({ id }) => id === column.id);
      const filling = isLeft ? ['right', 'full'] : ['left', 'full'];
      return filling.includes(plan.type) ? [] : filtersOn(isLeft ? plan.left : plan.right, column);
    }
    case 'Sort':
    case 'Distinct':
      return filtersOn(plan.input, column);
    default:
      return [];
  }
}

function isSimple(part: Expression, id: ColumnId): boolean {
  if (part.kind === 'in-list') return !part.negated && part.arg.kind === 'column' && part.arg.id === id;
  const columns = collectColumns(part);
  return columns.size === 1 && columns.has(id) && columnComparison(part)?.column.id === id;
}

function withFilters(plan: LogicalPlan, column: ColumnExpression, filters: readonly Expression[]): LogicalPlan {
  if (filters.length === 0) return plan;
  const known = new Set(filtersOn(plan, column).map(expressionKey));
  const added = filters.flatMap((filter) => {
    const [other] = [...collectColumns(filter)];
    const moved = substituteColumns(filter, new Map([[other!, column]]));
    return known.has(expressionKey(moved)) ? [] : [moved];
  });
  if (added.length === 0) return plan;
  return { kind: 'Filter', columns: plan.columns, input: plan, predicate: combineConjuncts(added)! };
}
