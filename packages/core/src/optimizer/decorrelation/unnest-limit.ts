import type { AggregateCall, Column, SortKey } from '../../expression/index.ts';
import type { LimitByNode, LogicalPlan } from '../../logical/index.ts';
import { NOTHING_OUTER, reference, settle, type Unnested } from './unnested.ts';
import type { Unnester } from './unnester.ts';

/**
 * The first rows for each outer row. What ties the rows to outer rows is made equalities and domain columns: they say which rows
 * belong to the same outer row, and the limit is one for each combination of them.
 */
export function unnestLimit(unnester: Unnester, plan: LogicalPlan & { readonly kind: 'Limit' | 'TopN' }): Unnested {
  const { limit, offset, columns } = plan;
  if (offset === 0 && limit === undefined) return unnester.unnest(plan.input);
  if (limit === 0) return { ...NOTHING_OUTER, plan: { kind: 'Values', columns, rows: [] } };
  // The projection that drops columns which only the order needs goes above.
  if (plan.kind === 'Limit' && plan.input.kind === 'Project' && plan.input.input.kind === 'Sort') {
    const sort = plan.input.input;
    return unnester.unnest({ ...plan.input, input: { ...plan, columns: sort.columns, input: sort } });
  }
  const sorted = plan.kind === 'Limit' && plan.input.kind === 'Sort' ? plan.input : plan;
  const keys = sorted.kind === 'Limit' ? [] : sorted.keys;
  const input = unnester.unnest(sorted.input);
  // An aggregation without keys gives one row anyway.
  if (input.defaults && offset === 0) return input;
  const known = unnester.materialized(input, columns);
  const settled = keys.map((key): SortKey => ({ ...key, expression: settle(known, key.expression) }));
  const bound = unnester.withDomain(known, unnester.outerColumnsOf(...settled.map(({ expression }) => expression)));
  const own = settled.map((key): SortKey => ({ ...key, expression: settle(bound, key.expression) }));
  const only = columns.length === 1 && own.length === 0 && limit === 1 && offset === 0 ? columns[0] : undefined;
  if (only && (bound.pending.length > 0 || bound.domain.size > 0)) return anyRow(unnester, bound, only);
  return limitedBy(unnester, bound, { keys: own, limit, offset });
}

/** At most so many rows for each combination of what ties the rows to outer rows. */
function limitedBy(
  unnester: Unnester,
  unnested: Unnested,
  { keys, limit, offset }: Pick<LimitByNode, 'keys' | 'limit' | 'offset'>,
  by: LimitByNode['by'] = [],
): Unnested {
  const { state, equalities } = unnester.withEqualitiesOnly(unnested);
  const all = [...by, ...equalities.map(({ inner }) => inner), ...[...state.domain.values()].map(reference)];
  const { columns } = state.plan;
  return { ...state, plan: limited({ kind: 'LimitBy', columns, input: state.plan, by: all, keys, limit, offset }) };
}

/** Rows that nothing sets apart are limited as a whole. */
function limited(plan: LimitByNode): LogicalPlan {
  const { by, keys, limit, offset, input, columns } = plan;
  if (by.length > 0) return plan;
  const sorted: LogicalPlan = keys.length > 0 ? { kind: 'Sort', columns, input, keys } : input;
  return { kind: 'Limit', columns, input: sorted, limit, offset };
}

/** One row of one column for each outer row that has some: which one is left open where there is no order. */
function anyRow(unnester: Unnester, unnested: Unnested, column: Column): Unnested {
  const { state, equalities } = unnester.withEqualitiesOnly(unnested);
  const domain = [...state.domain.values()];
  const keys = unnester.keysOf(equalities, domain);
  const { id, type } = column;
  const value: AggregateCall = {
    name: 'any_value',
    overload: 'any_value(any)',
    args: [reference(column)],
    distinct: false,
    filter: undefined,
    type,
  };
  const plan: LogicalPlan = {
    kind: 'Aggregate',
    columns: [...keys.columns, ...domain, { ...column, id: unnester.context.newColumnId(), nullable: true }],
    input: state.plan,
    groupBy: [...keys.expressions, ...domain.map(reference)],
    aggregates: [value],
  };
  const computed = new Map([[id, reference(plan.columns.at(-1)!)]]);
  return { ...state, plan, pending: keys.pending, computed };
}

/** The rows that DISTINCT ON and its like let through, for each outer row. */
export function unnestLimitBy(unnester: Unnester, plan: LimitByNode): Unnested {
  const input = unnester.materialized(unnester.unnest(plan.input), plan.columns);
  const own = [...plan.by, ...plan.keys.map(({ expression }) => expression)];
  const bound = unnester.withDomain(input, unnester.outerColumnsOf(...own));
  const keys = plan.keys.map((key): SortKey => ({ ...key, expression: settle(bound, key.expression) }));
  const by = plan.by.map((expression) => settle(bound, expression));
  return limitedBy(unnester, bound, { ...plan, keys }, by);
}
