import type { SourceSpan } from '../../error/index.ts';
import type { Column, ColumnId, Expression } from '../../expression/index.ts';
import { collectColumns, substituteColumns } from '../../expression/traverse.ts';
import {
  type DependentJoinNode,
  type DependentJoinType,
  freeColumns,
  type LogicalPlan,
  mapNodeExpressions,
  rewritePlan,
} from '../../logical/index.ts';
import type { AstQuery } from '../ast/index.ts';
import { type Binder, columnReference, type OpenQuery, type QueryContext } from './binder.ts';
import { nullability } from './nullability.ts';
import type { Scope } from './scope.ts';

/** A subquery that waits for the rows it is computed for. */
interface PendingSubquery {
  readonly type: DependentJoinType;
  readonly subquery: LogicalPlan;
  readonly condition: Expression | undefined;
  /** The value, the boolean or the values that stand for it in expressions. */
  readonly columns: readonly Column[];
  readonly span: SourceSpan;
}

/** The subqueries in the expressions of one clause or several: each becomes a column of the rows that the clause works on. */
export class SubquerySink {
  readonly #binder: Binder;
  readonly #context: QueryContext;
  #pending: PendingSubquery[] = [];

  constructor(binder: Binder, context: QueryContext) {
    this.#binder = binder;
    this.#context = context;
  }

  get isEmpty(): boolean {
    return this.#pending.length === 0;
  }

  /** The query inside, to which the names of `scope` are those of the query around. */
  open(query: AstQuery, scope: Scope): OpenQuery {
    return this.#binder.families.query(this.#binder, query, { ...this.#context, outer: scope, lateral: undefined });
  }

  /** The columns of other rows on which a column depends that stands for a subquery; undefined for any other column. */
  dependenciesOf(id: ColumnId): ReadonlySet<ColumnId> | undefined {
    const pending = this.#pending.find(({ columns }) => columns.some((column) => column.id === id));
    return pending && usedBy(pending);
  }

  /** The columns that the subquery becomes. */
  add(pending: PendingSubquery): readonly [Expression, ...Expression[]] {
    this.#pending.push(pending);
    const [first, ...more] = pending.columns.map((column) => columnReference(column, pending.span));
    return [first!, ...more];
  }

  /** The plan with a column for each subquery that waits; none waits any more. */
  place(input: LogicalPlan): LogicalPlan {
    const plan = this.#pending.reduce((below, pending) => this.#dependentJoin(below, pending), input);
    this.#pending = [];
    return plan;
  }

  /** The plan with columns for the subqueries that the expressions use; the others go on waiting. */
  placeUsed(input: LogicalPlan, expressions: readonly Expression[]): LogicalPlan {
    const used = new Set<ColumnId>();
    for (const expression of expressions) collectColumns(expression, used);
    // Later ones may use earlier ones, never the other way round.
    const isUsed = ({ columns }: PendingSubquery) => columns.some(({ id }) => used.has(id));
    for (const pending of this.#pending.toReversed()) {
      if (isUsed(pending) && pending.condition) collectColumns(pending.condition, used);
    }
    const waiting = this.#pending.filter((pending) => !isUsed(pending));
    this.#pending = this.#pending.filter(isUsed);
    const plan = this.place(input);
    this.#pending = waiting;
    return plan;
  }

  /** Whether the subqueries use columns of a plan, and so need its rows. */
  uses({ columns }: LogicalPlan): boolean {
    return this.#pending.some((pending) => {
      const used = usedBy(pending);
      return columns.some(({ id }) => used.has(id));
    });
  }

  /**
   * Subqueries over an aggregation: their conditions by `rewrite`, the columns of rows outside that they use by `keys`. `check` sees
   * each such column.
   */
  rewrite(
    rewrite: (expression: Expression) => Expression,
    keys: ReadonlyMap<ColumnId, Expression>,
    check: (id: ColumnId, span: SourceSpan) => void,
  ): void {
    this.#pending = this.#pending.map((pending) => {
      const free = freeColumns(pending.subquery);
      for (const id of free) check(id, pending.span);
      const subquery = [...free].some((id) => keys.has(id)) ? substituted(pending.subquery, keys) : pending.subquery;
      return { ...pending, subquery, condition: pending.condition && rewrite(pending.condition) };
    });
  }

  #dependentJoin(input: LogicalPlan, pending: PendingSubquery): DependentJoinNode {
    const { type, subquery, condition, columns, span } = pending;
    const isNullable = nullability([...input.columns, ...subquery.columns], this.#binder.environment.functions);
    const nullable = type !== 'exists' && (condition === undefined || isNullable(condition));
    return {
      kind: 'DependentJoin',
      type,
      columns: [...input.columns, ...columns.map((column) => ({ ...column, nullable }))],
      input,
      subquery,
      condition,
      span,
    };
  }
}

/** A subquery that takes columns of rows outside from elsewhere. */
function substituted(subquery: LogicalPlan, columns: ReadonlyMap<ColumnId, Expression>): LogicalPlan {
  return rewritePlan(subquery, (node) =>
    mapNodeExpressions(node, (expression) => substituteColumns(expression, columns)),
  );
}

/** The columns of rows outside that a subquery or its condition uses. */
function usedBy({ subquery, condition }: PendingSubquery): ReadonlySet<ColumnId> {
  const used = new Set(freeColumns(subquery));
  if (condition) collectColumns(condition, used);
  for (const { id } of subquery.columns) used.delete(id);
  return used;
}
