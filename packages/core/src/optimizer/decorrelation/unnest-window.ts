import { mapNodeExpressions, type WindowNode, windowExpressions } from '../../logical/index.ts';
import { reference, settle, type Unnested } from './unnested.ts';
import type { Unnester } from './unnester.ts';

/** Window functions. The rows of an outer row are those with its values of the inner sides and of the domain: these part the partitions further. */
export function unnestWindow(unnester: Unnester, plan: WindowNode): Unnested {
  const input = unnester.filled(unnester.unnest(plan.input));
  const own = [
    ...plan.partitionBy,
    ...plan.orderBy.map(({ expression }) => expression),
    ...plan.calls.flatMap(windowExpressions),
  ].map((expression) => settle(input, expression));
  const { state, equalities } = unnester.withEqualitiesOnly(
    unnester.withDomain(input, unnester.outerColumnsOf(...own)),
  );
  const settled = mapNodeExpressions(plan, (expression) => settle(state, expression)) as WindowNode;
  const window: WindowNode = {
    ...settled,
    columns: [...state.plan.columns, ...plan.columns.slice(plan.input.columns.length)],
    input: state.plan,
    partitionBy: [
      ...settled.partitionBy,
      ...equalities.map(({ inner }) => inner),
      ...[...state.domain.values()].map(reference),
    ],
  };
  return { ...state, plan: window };
}
