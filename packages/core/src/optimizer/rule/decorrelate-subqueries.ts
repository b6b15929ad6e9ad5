import type { ColumnId, Expression } from '../../expression/index.ts';
import { collectColumns, mapSame, splitConjuncts, usesOnly } from '../../expression/traverse.ts';
import {
  type DependentJoinNode,
  type FilterNode,
  inputsOf,
  type LogicalPlan,
  withInputs,
} from '../../logical/index.ts';
import { type MarkUse, removeDependentJoin } from '../decorrelation/remove-dependent-join.ts';
import { filtered } from '../decorrelation/unnested.ts';
import type { OptimizerContext, Rule } from '../rule.ts';

/**
 * Turns subqueries that are computed for each row into joins (Neumann and Kemper, "Unnesting Arbitrary Queries", BTW 2015).
 * Runs first and always: nothing runs a dependent join.
 *
 * ```
 * Filter a > avg AND exists                  →    Filter a > avg
 * └─ DependentJoin exists                         └─ Project k, a, avg, true AS exists
 *    ├─ DependentJoin scalar                         └─ Join semi on k = z
 *    │  ├─ Scan t [k, a]                                ├─ Project k, a, avg
 *    │  └─ Aggregate by=[] avg(y)                       │  └─ Join left on k = x
 *    │     └─ Filter x = k                              │     ├─ Scan t [k, a]
 *    │        └─ Scan u [x, y]                          │     └─ Aggregate by=[x] avg(y)
 *    └─ Filter z = k                                    │        └─ Scan u [x, y]
 *       └─ Scan v [z]                                   └─ Scan v [z]
 * ```
 */
export const decorrelateSubqueries: Rule = {
  name: 'decorrelate-subqueries',
  apply: (plan, context) => rewrite(plan, context),
};

/** Inner subqueries first; to them the columns of rows farther out are constants. */
function rewrite(plan: LogicalPlan, context: OptimizerContext): LogicalPlan {
  if (plan.kind === 'Filter' && plan.input.kind === 'DependentJoin') return rewriteFilter(plan, context);
  if (plan.kind === 'DependentJoin') {
    const subquery = rewrite(plan.subquery, context);
    return removeDependentJoin({ ...plan, input: rewrite(plan.input, context), subquery }, 'value', context).plan;
  }
  return withInputs(
    plan,
    mapSame(inputsOf(plan), (input) => rewrite(input, context)),
  );
}

/** A boolean that is a conjunct itself lets rows through, or stops them: a semi join or an anti join. */
function rewriteFilter({ predicate, input }: FilterNode, context: OptimizerContext): LogicalPlan {
  const joins: DependentJoinNode[] = [];
  let base = input;
  for (; base.kind === 'DependentJoin'; base = base.input) joins.unshift(base);
  const given = new Set(base.columns.map(({ id }) => id));
  const conjuncts = conjunctsOf(predicate);
  const isEarly = (part: Expression) =>
    collectColumns(part).size > 0 && usesOnly(part, given) && !context.isVolatile(part);
  let plan = filtered(rewrite(base, context), conjuncts.filter(isEarly));
  let open = conjuncts.filter((part) => !isEarly(part));
  for (const join of joins) {
    const use = useOf(join, open);
    const subquery = rewrite(join.subquery, context);
    const removed = removeDependentJoin({ ...join, input: plan, subquery }, use, context);
    plan = removed.plan;
    if (removed.isEnforced) {
      const mark = join.columns.at(-1)!.id;
      open = open.filter((part) => !isMark(part, mark) && !isNotMark(part, mark));
    }
  }
  return filtered(plan, open);
}

function useOf({ type, columns }: DependentJoinNode, conjuncts: readonly Expression[]): MarkUse {
  if (type !== 'exists' && type !== 'any') return 'value';
  const mark = columns.at(-1)!.id;
  if (conjuncts.some((part) => isMark(part, mark))) return 'true';
  return conjuncts.some((part) => isNotMark(part, mark)) ? 'false' : 'value';
}

function isMark(part: Expression, mark: ColumnId): boolean {
  return part.kind === 'column' && part.id === mark;
}

function isNotMark(part: Expression, mark: ColumnId): boolean {
  return part.kind === 'not' && isMark(part.arg, mark);
}

/** The conjuncts, also of a negated OR. */
function conjunctsOf(predicate: Expression): Expression[] {
  return splitConjuncts(predicate).flatMap((part) => {
    if (part.kind !== 'not') return [part];
    const { arg } = part;
    if (arg.kind === 'not') return conjunctsOf(arg.arg);
    if (arg.kind === 'or') return arg.args.flatMap((item) => conjunctsOf({ ...part, arg: item }));
    return [part];
  });
}
