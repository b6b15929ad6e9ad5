import type { Column, ColumnId, Expression } from '../../expression/index.ts';
import { collectColumns, combineConjuncts, substituteColumns } from '../../expression/traverse.ts';
import type { LogicalPlan } from '../../logical/index.ts';

/**
 * A subquery freed from the rows that it was computed for (the outer rows), and what ties it to them. It stands for: for an outer
 * row, the rows of `plan` that satisfy `pending` and whose domain columns are the outer row's.
 */
export interface Unnested {
  /** Uses no column of the outer rows. */
  readonly plan: LogicalPlan;
  /** Conditions between the plan's columns and the outer rows. */
  readonly pending: readonly Expression[];
  /** Columns of the plan that hold the values of an outer column, by that column; null stands for null. */
  readonly domain: ReadonlyMap<ColumnId, Column>;
  /** Columns that the plan does not give: what they are, over its columns and those of the outer rows. */
  readonly computed: ReadonlyMap<ColumnId, Expression>;
  /**
   * It is an aggregation without keys, which gives one row even where there are none: what its columns are then. The plan lacks
   * that row.
   */
  readonly defaults: ReadonlyMap<ColumnId, Expression> | undefined;
}

export const NOTHING_OUTER: Omit<Unnested, 'plan'> = {
  pending: [],
  domain: new Map(),
  computed: new Map(),
  defaults: undefined,
};

/** An expression over the columns that the subquery gives, as one over the plan's columns and the outer rows. */
export function settle({ computed, domain }: Unnested, expression: Expression): Expression {
  const known = computed.size === 0 ? expression : substituteColumns(expression, computed);
  return domain.size === 0 ? known : substituteColumns(known, references(domain));
}

/** `inner = outer` of a pending condition: one side over the plan's columns only, the other over the outer rows only. */
export function asEquality(
  condition: Expression,
  outer: ReadonlySet<ColumnId>,
): { readonly inner: Expression; readonly outer: Expression } | undefined {
  if (condition.kind !== 'call' || condition.name !== '=' || condition.args.length !== 2) return undefined;
  const [a, b] = condition.args as readonly [Expression, Expression];
  const isOuter = (side: Expression) => onlyOf(side, (id) => outer.has(id));
  const isInner = (side: Expression) => onlyOf(side, (id) => !outer.has(id));
  if (isInner(a) && isOuter(b)) return { inner: a, outer: b };
  if (isInner(b) && isOuter(a)) return { inner: b, outer: a };
  return undefined;
}

/** The same equality with another inner side. */
export function withInner(condition: Expression, inner: Expression, by: Expression): Expression {
  if (condition.kind !== 'call') return condition;
  return { ...condition, args: condition.args.map((arg) => (arg === inner ? by : arg)) };
}

function onlyOf(expression: Expression, test: (id: ColumnId) => boolean): boolean {
  const used = collectColumns(expression);
  return used.size > 0 && [...used].every(test);
}

export function reference({ id, name, type }: Column): Expression {
  return { kind: 'column', id, name, type };
}

function references(columns: ReadonlyMap<ColumnId, Column>): Map<ColumnId, Expression> {
  return new Map([...columns].map(([id, column]) => [id, reference(column)] as const));
}

export function filtered(input: LogicalPlan, conjuncts: readonly Expression[]): LogicalPlan {
  const predicate = combineConjuncts(conjuncts);
  return predicate ? { kind: 'Filter', columns: input.columns, input, predicate } : input;
}
