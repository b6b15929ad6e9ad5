import type { Column, Expression } from '../../expression/index.ts';
import { splitConjuncts } from '../../expression/traverse.ts';
import type { DependentJoinNode, LogicalPlan, ProjectSetNode } from '../../logical/index.ts';
import { filtered, reference, settle, type Unnested } from './unnested.ts';
import type { Unnester } from './unnester.ts';

/** The rows that set calls give, for each outer row. */
export function unnestProjectSet(unnester: Unnester, plan: ProjectSetNode): Unnested {
  const input = unnester.materialized(unnester.unnest(plan.input), plan.input.columns);
  const used = unnester.outerColumnsOf(...plan.calls.flatMap(({ args }) => args));
  const bound = unnester.withDomain(input, used);
  const own = plan.columns.slice(plan.input.columns.length);
  const calls = plan.calls.map((call) => ({ ...call, args: call.args.map((arg) => settle(bound, arg)) }));
  return { ...bound, plan: { ...plan, columns: [...bound.plan.columns, ...own], input: bound.plan, calls } };
}

/**
 * A LATERAL item that makes its rows of nothing but the row left of it (`unnest(t.list)`, `generate_series(1, t.n)`) is computed right
 * there, without a join. Undefined for any other.
 */
export function inlineRowwise(join: DependentJoinNode): LogicalPlan | undefined {
  const { type, input, subquery, condition, columns } = join;
  if (type !== 'inner' && type !== 'left') return undefined;
  const ids = new Set(input.columns.map(({ id }) => id));
  const isOwn = (own: readonly Column[]) => own.every(({ id }) => !ids.has(id));
  const build = (plan: LogicalPlan): LogicalPlan | undefined => {
    switch (plan.kind) {
      case 'Values':
        return plan.columns.length === 0 && plan.rows.length === 1 ? input : undefined;
      case 'ProjectSet': {
        const below = type === 'inner' || plan.input.kind === 'Values' ? build(plan.input) : undefined;
        // A row that stays without any has no number.
        const isNumbered = type === 'left' && plan.ordinality;
        if (!below || isNumbered || !isOwn(plan.columns)) return undefined;
        const own = plan.columns.slice(plan.input.columns.length);
        return { ...plan, columns: [...below.columns, ...own], input: below, isOuter: plan.isOuter || type === 'left' };
      }
      case 'Project': {
        const isPassing = plan.expressions.every(({ kind }) => kind === 'column');
        const below = type === 'inner' || isPassing ? build(plan.input) : undefined;
        if (!below || !isOwn(plan.columns)) return undefined;
        const passed = below.columns.filter(({ id }) => !plan.columns.some((column) => column.id === id));
        const expressions: Expression[] = [...passed.map(reference), ...plan.expressions];
        return { kind: 'Project', columns: [...passed, ...plan.columns], input: below, expressions };
      }
      case 'Filter': {
        const below = type === 'inner' ? build(plan.input) : undefined;
        return below && { ...plan, columns: below.columns, input: below };
      }
      default:
        return undefined;
    }
  };
  const isTrue = condition === undefined || (condition.kind === 'literal' && condition.value === true);
  const rows = type === 'inner' || isTrue ? build(subquery) : undefined;
  if (!rows) return undefined;
  const plan = filtered(rows, condition && !isTrue ? splitConjuncts(condition) : []);
  return { kind: 'Project', columns, input: plan, expressions: columns.map(reference) };
}
