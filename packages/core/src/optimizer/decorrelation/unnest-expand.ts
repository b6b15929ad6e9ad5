import type { Expression } from '../../expression/index.ts';
import type { ExpandNode } from '../../logical/index.ts';
import { reference, settle, type Unnested } from './unnested.ts';
import type { Unnester } from './unnester.ts';

/** The rows of an expansion. What ties them to outer rows goes through every list of expressions. */
export function unnestExpand(unnester: Unnester, plan: ExpandNode): Unnested {
  const input = unnester.filled(unnester.unnest(plan.input));
  const all = plan.projections.flat().map((expression) => settle(input, expression));
  const bound = unnester.withDomain(input, unnester.outerColumnsOf(...all));
  const kept = unnester.keptColumns(bound, new Set(plan.columns.map(({ id }) => id)), bound.pending);
  const settleAll = (list: readonly Expression[]) => list.map((expression) => settle(bound, expression));
  return {
    ...bound,
    plan: {
      kind: 'Expand',
      columns: [...plan.columns, ...kept],
      input: bound.plan,
      projections: plan.projections.map((list) => [...settleAll(list), ...kept.map(reference)]),
    },
    computed: new Map(),
  };
}
