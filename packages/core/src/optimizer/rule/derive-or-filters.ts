import type { ColumnId, Expression } from '../../expression/index.ts';
import { columnComparison } from '../../expression/predicate/column-comparison.ts';
import {
  collectColumns,
  combineConjuncts,
  expressionKey,
  splitConjuncts,
  usesOnly,
} from '../../expression/traverse.ts';
import { inputsOf, type LogicalPlan, rewritePlan } from '../../logical/index.ts';
import { BOOLEAN } from '../../types/index.ts';
import type { Rule } from '../rule.ts';

/**
 * What an OR over several relations says of each of them, as a filter of its own: if each of its branches asks something of a relation, one
 * of those conditions holds. The OR itself stays.
 *
 * ```
 * Filter (a = 1 AND x = 2) OR (a = 2 AND x = 1)   →    Filter ((a = 1 AND x = 2) OR (a = 2 AND x = 1)) AND (a = 1 OR a = 2) AND (x = 2 OR x = 1)
 * └─ Join cross                                        └─ Join cross
 *    ├─ Scan l [a]                                        ├─ Scan l [a]
 *    └─ Scan r [x]                                        └─ Scan r [x]
 * ```
 *
 * Only conditions that cannot fail are taken: they will be tested on rows that the rest might have ruled out.
 */
export const deriveOrFilters: Rule = {
  name: 'derive-or-filters',
  apply: (plan) =>
    rewritePlan(plan, (node) => {
      if (node.kind === 'Filter' && !node.isBarrier && isInnerJoin(node.input)) {
        const predicate = derive(node.predicate, relationsOf(node.input));
        return predicate === node.predicate ? node : { ...node, predicate };
      }
      if (isInnerJoin(node) && node.residual) {
        const residual = derive(node.residual, relationsOf(node));
        return residual === node.residual ? node : { ...node, residual };
      }
      return node;
    }),
};

function isInnerJoin(plan: LogicalPlan): plan is Extract<LogicalPlan, { readonly kind: 'Join' }> {
  return plan.kind === 'Join' && (plan.type === 'inner' || plan.type === 'cross');
}

/** The columns of each relation that inner joins bring together. */
function relationsOf(plan: LogicalPlan): ReadonlySet<ColumnId>[] {
  return isInnerJoin(plan) ? inputsOf(plan).flatMap(relationsOf) : [new Set(plan.columns.map(({ id }) => id))];
}

function derive(predicate: Expression, relations: readonly ReadonlySet<ColumnId>[]): Expression {
  const conjuncts = splitConjuncts(predicate);
  const known = new Set(conjuncts.map(expressionKey));
  const derived: Expression[] = [];
  for (const conjunct of conjuncts) {
    if (conjunct.kind !== 'or') continue;
    for (const relation of relations) {
      if (usesOnly(conjunct, relation)) continue;
      const branches = conjunct.args.map((branch) =>
        combineConjuncts(splitConjuncts(branch).filter((part) => isHarmless(part) && usesOnly(part, relation))),
      );
      if (branches.some((branch) => branch === undefined)) continue;
      const distinct = [...new Map(branches.map((branch) => [expressionKey(branch!), branch!])).values()];
      const filter: Expression = distinct.length === 1 ? distinct[0]! : { kind: 'or', type: BOOLEAN, args: distinct };
      const key = expressionKey(filter);
      if (!known.has(key)) derived.push(filter);
      known.add(key);
    }
  }
  return derived.length === 0 ? predicate : combineConjuncts([...conjuncts, ...derived])!;
}

/** A condition on a column that can be tested on any row. */
function isHarmless(part: Expression): boolean {
  if (part.kind === 'is-null' || part.kind === 'in-list') return part.arg.kind === 'column';
  return columnComparison(part) !== undefined && collectColumns(part).size === 1;
}
