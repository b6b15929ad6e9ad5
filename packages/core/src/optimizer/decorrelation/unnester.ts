import { internal, type SourceSpan, unsupported } from '../../error/index.ts';
import type { Column, ColumnId, Expression } from '../../expression/index.ts';
import {
  collectColumns,
  expressionKey,
  expressionsOfAggregate,
  mapAggregate,
  substituteColumns,
} from '../../expression/traverse.ts';
import {
  type AggregateNode,
  type DistinctNode,
  type FilterNode,
  freeColumns,
  type LogicalPlan,
  mapNodeExpressions,
  type ProjectNode,
  type UnionNode,
  type ValuesNode,
  walkPlan,
} from '../../logical/index.ts';
import type { OptimizerContext } from '../rule.ts';
import { joinWhere, sameValue } from './correlated-join.ts';
import { unnestExpand } from './unnest-expand.ts';
import { unnestJoin } from './unnest-join.ts';
import { unnestLimit, unnestLimitBy } from './unnest-limit.ts';
import { unnestProjectSet } from './unnest-project-set.ts';
import { unnestWindow } from './unnest-window.ts';
import { asEquality, filtered, NOTHING_OUTER, reference, settle, type Unnested, withInner } from './unnested.ts';

/**
 * Frees subqueries from the rows of one plan, the outer rows (Neumann and Kemper, "Unnesting Arbitrary Queries", BTW 2015).
 *
 * Conditions that speak of outer rows rise as far as they can, to become conditions of the join with the outer rows. An equality
 * rises through an aggregation, whose groups then are those of its inner side. Where a condition can rise no farther, or an
 * outer column is needed as a value, the subquery is joined with the domain: the different values of the outer columns.
 */
export class Unnester {
  readonly outer: LogicalPlan;
  readonly outerIds: ReadonlySet<ColumnId>;
  readonly context: OptimizerContext;
  readonly span: SourceSpan | undefined;

  constructor(outer: LogicalPlan, context: OptimizerContext, span: SourceSpan | undefined) {
    this.outer = outer;
    this.outerIds = new Set(outer.columns.map(({ id }) => id));
    this.context = context;
    this.span = span;
  }

  /** Throws FEATURE_NOT_IMPLEMENTED for an empty grouping set in a correlated subquery. */
  unnest(plan: LogicalPlan): Unnested {
    if (!this.isCorrelated(plan)) return { ...NOTHING_OUTER, plan };
    switch (plan.kind) {
      case 'Filter':
        return this.#filter(plan);
      case 'Project':
        return this.#project(plan);
      case 'ProjectSet':
        return unnestProjectSet(this, plan);
      case 'Expand':
        return unnestExpand(this, plan);
      case 'Aggregate':
        return this.#aggregate(plan);
      case 'Distinct':
        return this.#distinct(plan);
      case 'Join':
        return unnestJoin(this, plan);
      case 'Union':
        return this.#union(plan);
      case 'Values':
        return this.#values(plan);
      case 'Sort':
        // Nothing that could see the order stands between here and the join.
        return this.unnest(plan.input);
      case 'Limit':
      case 'TopN':
        return unnestLimit(this, plan);
      case 'LimitBy':
        return unnestLimitBy(this, plan);
      case 'Window':
        return unnestWindow(this, plan);
      case 'Recursive':
        throw unsupported('A recursive query that uses the rows around it', this.span);
      case 'WorkTable':
      case 'Scan':
      case 'DependentJoin':
        throw internal(`a ${plan.kind} cannot be unnested`);
    }
  }

  isCorrelated(plan: LogicalPlan): boolean {
    for (const id of freeColumns(plan)) if (this.outerIds.has(id)) return true;
    return false;
  }

  /** The outer columns that expressions use. */
  outerColumnsOf(...expressions: readonly (Expression | undefined)[]): ColumnId[] {
    const used = new Set<ColumnId>();
    for (const expression of expressions) if (expression) collectColumns(expression, used);
    return [...used].filter((id) => this.outerIds.has(id));
  }

  /** With domain columns for at least the given outer columns. */
  withDomain(unnested: Unnested, ids: readonly ColumnId[]): Unnested {
    if (unnested.defaults) return this.withDomain(this.filled(unnested), ids);
    const missing = [...new Set(ids)].filter((id) => !unnested.domain.has(id));
    if (missing.length === 0) return unnested;
    const { plan: domainPlan, columns } = this.#domain(missing);
    const plan = joinWhere('inner', unnested.plan, domainPlan, []);
    const domain = new Map([...unnested.domain, ...columns]);
    const added = { ...NOTHING_OUTER, plan, domain: columns };
    const computed = new Map(
      [...unnested.computed].map(([id, expression]) => [id, settle(added, expression)] as const),
    );
    return this.#sorted({ ...unnested, plan, domain, computed }, unnested.pending);
  }

  /** With the row that an aggregation without keys gives where it has no rows, for every outer row. */
  filled(unnested: Unnested): Unnested {
    const { defaults, plan, pending, domain: ownDomain } = unnested;
    if (!defaults) return unnested;
    const { plan: domainPlan, columns: domain } = this.#domain([
      ...new Set([...this.outerColumnsOf(...pending), ...ownDomain.keys()]),
    ]);
    const added = { ...NOTHING_OUTER, plan, domain };
    const conditions = [
      ...pending.map((condition) => settle(added, condition)),
      ...[...ownDomain].map(([id, column]) => sameValue(domain.get(id)!, column, domain.get(id)!.nullable)),
    ];
    const joined = joinWhere('left', domainPlan, plan, conditions);
    const filledIn = fillIn(unnested, plan.columns);
    const settled = new Map([...filledIn].map(([id, expression]) => [id, settle(added, expression)] as const));
    return { plan: joined, pending: [], domain, computed: settled, defaults: undefined };
  }

  /** With `columns` given by the plan, and nothing else computed. */
  materialized(unnested: Unnested, columns: readonly Column[]): Unnested {
    const filled = this.filled(unnested);
    const needed = columns.flatMap(({ id }) => filled.computed.get(id) ?? []);
    const known = this.withDomain(filled, this.outerColumnsOf(...needed));
    if (!columns.some(({ id }) => known.computed.has(id))) return { ...known, computed: new Map() };
    const kept = this.keptColumns(known, new Set(columns.map(({ id }) => id)), known.pending);
    const plan: LogicalPlan = {
      kind: 'Project',
      columns: [...columns, ...kept],
      input: known.plan,
      expressions: [...columns.map((column) => settle(known, reference(column))), ...kept.map(reference)],
    };
    return { ...known, plan, computed: new Map() };
  }

  /** The plan under more conditions; those that speak of outer rows become pending. */
  restricted(unnested: Unnested, conditions: readonly Expression[]): Unnested {
    return this.#sorted(unnested, [...unnested.pending, ...conditions.map((condition) => settle(unnested, condition))]);
  }

  #sorted(unnested: Unnested, conditions: readonly Expression[]): Unnested {
    const settled = conditions.map((condition) => settle({ ...unnested, computed: new Map() }, condition));
    const pending = settled.filter((condition) => this.outerColumnsOf(condition).length > 0);
    const own = settled.filter((condition) => !pending.includes(condition));
    return { ...unnested, plan: filtered(unnested.plan, own), pending };
  }

  /** The different values of outer columns, under ids of their own. */
  #domain(ids: readonly ColumnId[]): { plan: LogicalPlan; columns: Map<ColumnId, Column> } {
    for (const node of walkPlan(this.outer)) {
      mapNodeExpressions(node, (expression) => {
        if (this.context.isVolatile(expression)) {
          throw unsupported('This correlated subquery beside a volatile function', this.span);
        }
        return expression;
      });
    }
    const columns = new Map<ColumnId, Column>();
    const sources = ids.map((id) => this.outer.columns.find((column) => column.id === id)!);
    for (const source of sources) columns.set(source.id, { ...source, id: this.context.newColumnId() });
    const own = [...columns.values()];
    const values: LogicalPlan = {
      kind: 'Project',
      columns: own,
      input: this.outer,
      expressions: sources.map(reference),
    };
    return { plan: { kind: 'Distinct', columns: own, input: values }, columns };
  }

  #filter(plan: FilterNode): Unnested {
    const { predicate } = plan;
    const input = this.filled(this.unnest(plan.input));
    return this.restricted(input, predicate.kind === 'and' ? predicate.args : [predicate]);
  }

  #project(plan: ProjectNode): Unnested {
    const input = this.unnest(plan.input);
    const expressions = plan.expressions.map((expression) => settle(input, expression));
    const lifted = plan.columns.map(
      (_, i) => input.defaults !== undefined || this.outerColumnsOf(expressions[i]!).length > 0,
    );
    // What waits keeps its outer columns: in a row that has yet to be filled in, those of the domain are null.
    const waiting = plan.expressions.map((expression) => substituteColumns(expression, input.computed));
    const computed = new Map(plan.columns.flatMap(({ id }, i) => (lifted[i] ? [[id, waiting[i]!] as const] : [])));
    // Over an aggregation whose missing row has yet to be filled in, everything waits.
    if (input.defaults) return { ...input, computed };
    const columns = plan.columns.filter((_, i) => !lifted[i]);
    const kept = this.keptColumns(input, new Set(columns.map(({ id }) => id)), [
      ...input.pending,
      ...computed.values(),
    ]);
    const projected: LogicalPlan = {
      kind: 'Project',
      columns: [...columns, ...kept],
      input: input.plan,
      expressions: [...expressions.filter((_, i) => !lifted[i]), ...kept.map(reference)],
    };
    return { ...input, plan: projected, computed };
  }

  /** Columns of the plan that must go on beside `given`: those of the domain and of expressions above. */
  keptColumns(
    { plan, domain }: Unnested,
    given: ReadonlySet<ColumnId>,
    expressions: readonly Expression[],
  ): readonly Column[] {
    const needed = new Set([...domain.values()].map(({ id }) => id));
    for (const expression of expressions) collectColumns(expression, needed);
    return plan.columns.filter(({ id }) => needed.has(id) && !given.has(id));
  }

  /** With no pending condition left but equalities, and their inner sides. */
  withEqualitiesOnly(unnested: Unnested): {
    readonly state: Unnested;
    readonly equalities: readonly { readonly condition: Expression; readonly inner: Expression }[];
  } {
    let state = unnested;
    for (;;) {
      const other = state.pending.filter((condition) => !asEquality(condition, this.outerIds));
      if (other.length === 0) break;
      state = this.withDomain(state, this.outerColumnsOf(...other));
    }
    const equalities = state.pending.map((condition) => ({
      condition,
      inner: asEquality(condition, this.outerIds)!.inner,
    }));
    return { state, equalities };
  }

  /** A column for each inner side: one of those given, or a new one. */
  keysOf(
    equalities: readonly { readonly condition: Expression; readonly inner: Expression }[],
    given: readonly Column[],
  ) {
    const columns: Column[] = [];
    const expressions: Expression[] = [];
    const byKey = new Map(given.map((column) => [expressionKey(reference(column)), column] as const));
    const pending = equalities.map(({ condition, inner }) => {
      const key = expressionKey(inner);
      let column = byKey.get(key);
      if (!column) {
        // A new id: the same rows may stand on both sides of a join, once as what a domain was made of.
        const name = inner.kind === 'column' ? inner.name : 'key';
        column = { id: this.context.newColumnId(), name, type: inner.type, nullable: true };
        byKey.set(key, column);
        columns.push(column);
        expressions.push(inner);
      }
      return withInner(condition, inner, reference(column));
    });
    return { columns, expressions, pending };
  }

  #aggregate(plan: AggregateNode): Unnested {
    if (plan.alwaysGroups) throw unsupported('An empty grouping set in a correlated subquery', this.span);
    const input = this.filled(this.unnest(plan.input));
    const own = [...plan.groupBy, ...plan.aggregates.flatMap(expressionsOfAggregate)].map((expression) =>
      settle(input, expression),
    );
    const { state, equalities } = this.withEqualitiesOnly(this.withDomain(input, this.outerColumnsOf(...own)));
    const groupBy = plan.groupBy.map((expression) => settle(state, expression));
    const aggregates = plan.aggregates.map((call) => mapAggregate(call, (expression) => settle(state, expression)));
    const keyColumns = plan.columns.slice(0, groupBy.length);
    const resultColumns = plan.columns.slice(groupBy.length);
    const passed = keyColumns.filter(({ id }, i) => {
      const key = groupBy[i]!;
      return key.kind === 'column' && key.id === id;
    });
    const domain = [...state.domain.values()];
    const keys = this.keysOf(equalities, [...passed, ...domain]);
    const added = keys.columns.length + domain.length > 0;
    const aggregation: LogicalPlan = {
      ...plan,
      columns: [...keyColumns, ...keys.columns, ...domain, ...resultColumns],
      input: state.plan,
      groupBy: [...groupBy, ...keys.expressions, ...domain.map(reference)],
      aggregates,
    };
    const defaults =
      groupBy.length === 0 && added
        ? new Map(resultColumns.map((column) => [column.id, emptyValue(column)] as const))
        : undefined;
    return { plan: aggregation, pending: keys.pending, domain: state.domain, computed: new Map(), defaults };
  }

  #distinct(plan: DistinctNode): Unnested {
    const input = this.materialized(this.unnest(plan.input), plan.columns);
    const { state, equalities } = this.withEqualitiesOnly(input);
    const domain = [...state.domain.values()];
    const keys = this.keysOf(equalities, [...plan.columns, ...domain]);
    const columns = [...plan.columns, ...keys.columns, ...domain];
    const projected: LogicalPlan = {
      kind: 'Project',
      columns,
      input: state.plan,
      expressions: [...plan.columns.map(reference), ...keys.expressions, ...domain.map(reference)],
    };
    return { ...state, plan: { kind: 'Distinct', columns, input: projected }, pending: keys.pending };
  }

  #union(plan: UnionNode): Unnested {
    const inputs = plan.inputs.map((input) => this.materialized(this.unnest(input), input.columns));
    const ids = [
      ...new Set(inputs.flatMap(({ pending, domain }) => [...this.outerColumnsOf(...pending), ...domain.keys()])),
    ];
    const projected = inputs.map((input, i): LogicalPlan => {
      const { plan: bound, domain } = this.withDomain(input, ids);
      const columns = [...plan.inputs[i]!.columns, ...ids.map((id) => domain.get(id)!)];
      return { kind: 'Project', columns, input: bound, expressions: columns.map(reference) };
    });
    const domain = new Map(
      ids.map((id) => {
        const source = this.outer.columns.find((column) => column.id === id)!;
        return [id, { ...source, id: this.context.newColumnId() }] as const;
      }),
    );
    return {
      ...NOTHING_OUTER,
      plan: { kind: 'Union', columns: [...plan.columns, ...domain.values()], inputs: projected },
      domain,
    };
  }

  /** One row is nothing but computed columns; several are a union of single ones. */
  #values(plan: ValuesNode): Unnested {
    const single = (row: readonly Expression[]): ProjectNode => ({
      kind: 'Project',
      columns: plan.columns.map((column) => ({ ...column, id: this.context.newColumnId() })),
      input: { kind: 'Values', columns: [], rows: [[]] },
      expressions: row,
    });
    const [only, ...more] = plan.rows;
    if (only && more.length === 0) return this.#project({ ...single(only), columns: plan.columns });
    return this.#union({ kind: 'Union', columns: plan.columns, inputs: plan.rows.map(single) });
  }
}

/** What the columns of an unfilled aggregation are, once joined from the left so that those of missing rows are null. */
export function fillIn(
  { defaults, computed }: Unnested,
  columns: readonly Column[],
): ReadonlyMap<ColumnId, Expression> {
  if (!defaults) return computed;
  const filled = new Map<ColumnId, Expression>();
  for (const column of columns) {
    const value = defaults.get(column.id);
    if (!value || (value.kind === 'literal' && value.value === null)) continue;
    filled.set(column.id, { kind: 'coalesce', type: column.type, args: [reference(column), value] });
  }
  const base = { ...NOTHING_OUTER, plan: { kind: 'Values', columns: [], rows: [] } as const, computed: filled };
  for (const [id, expression] of computed) filled.set(id, settle(base, expression));
  return filled;
}

/** Over no rows an aggregate is null, or 0 when it is one that is never null. */
function emptyValue({ type, nullable }: Column): Expression {
  return { kind: 'literal', type, value: nullable ? null : type.id === 'int64' || type.id === 'decimal' ? 0n : 0 };
}
