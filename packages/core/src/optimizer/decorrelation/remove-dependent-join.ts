import type { Column, Expression } from '../../expression/index.ts';
import { collectColumns, substituteColumns } from '../../expression/traverse.ts';
import { type DependentJoinNode, freeColumns, type LogicalPlan } from '../../logical/index.ts';
import { BOOLEAN } from '../../types/index.ts';
import { asEquiCondition } from '../join-condition.ts';
import type { OptimizerContext } from '../rule.ts';
import { correlationOf, joinWhere } from './correlated-join.ts';
import { inlineRowwise } from './unnest-project-set.ts';
import { reference, type Unnested } from './unnested.ts';
import { fillIn, Unnester } from './unnester.ts';

/** What becomes of the boolean of a dependent join: rows must have it true, must have it false, or it is used as a value. */
export type MarkUse = 'true' | 'false' | 'value';

export interface Removed {
  /** Has the columns of the dependent join. */
  readonly plan: LogicalPlan;
  /** Only rows whose boolean is as it must be are left. */
  readonly isEnforced: boolean;
}

/** Ordinary joins in the place of a dependent join, in whose inputs there are none left. */
export function removeDependentJoin(join: DependentJoinNode, use: MarkUse, context: OptimizerContext): Removed {
  const unnester = new Unnester(join.input, context, join.span);
  switch (join.type) {
    case 'exists':
      return removeExists(join, unnester.unnest(existing(join.subquery)), use);
    case 'any':
      return removeAny(join, unnester.unnest(join.subquery), use, context);
    case 'scalar': {
      const subquery = unnester.unnest(join.subquery);
      return valueOnly(beside(join, 'left', subquery, context));
    }
    case 'inner':
    case 'left': {
      const rowwise = inlineRowwise(join);
      if (rowwise) return valueOnly(rowwise);
      const subquery = unnester.unnest(join.subquery);
      const known = subquery.defaults && join.condition ? unnester.filled(subquery) : subquery;
      return valueOnly(beside(join, known.defaults ? 'left' : join.type, known, context));
    }
  }
}

function valueOnly(plan: LogicalPlan): Removed {
  return { plan, isEnforced: false };
}

/** Less of a subquery that gives rows exactly when the whole does. */
function existing(plan: LogicalPlan): LogicalPlan {
  switch (plan.kind) {
    case 'Project':
    case 'Sort':
    case 'Distinct':
    case 'Window':
      return existing(plan.input);
    case 'Limit':
    case 'TopN':
      return plan.offset === 0 && plan.limit !== 0 ? existing(plan.input) : plan;
    case 'Aggregate':
      return plan.groupBy.length > 0 ? existing(plan.input) : plan;
    default:
      return plan;
  }
}

function removeExists(join: DependentJoinNode, subquery: Unnested, use: MarkUse): Removed {
  // An aggregation without keys gives its row in any case.
  if (subquery.defaults) return valueOnly(withValue(join, join.input, literal(true)));
  const conditions = correlationOf(subquery, join.input.columns);
  return marked(join, subquery.plan, conditions, use);
}

function removeAny(join: DependentJoinNode, subquery: Unnested, use: MarkUse, context: OptimizerContext): Removed {
  const { input } = join;
  const correlation = correlationOf(subquery, input.columns);
  if (subquery.defaults) {
    // One row for each: the comparison with it is the answer.
    const joined = joinWhere('left', input, subquery.plan, correlation);
    const filledIn = fillIn(subquery, subquery.plan.columns);
    return valueOnly(withValue(join, joined, substituteColumns(join.condition!, filledIn)));
  }
  const { plan } = subquery;
  const condition = substituteColumns(join.condition!, subquery.computed);
  const mark = join.columns.at(-1)!;
  if (use === 'true' || !mark.nullable) return marked(join, plan, [...correlation, condition], use);
  const isAlone = correlation.length === 0 && freeColumns(plan).size === 0;
  if (isAlone && isEquality(condition, input, plan)) {
    return valueOnly({ ...joinWhere('mark', input, plan, [condition], mark), nullAware: true });
  }
  const isUnknown: Expression = { kind: 'is-null', type: BOOLEAN, arg: condition, negated: false };
  if (use === 'false') {
    const notTrue = joinWhere('anti', input, plan, [...correlation, condition]);
    const isFalse = joinWhere('anti', notTrue, plan, [...correlation, isUnknown]);
    return { plan: withValue(join, isFalse, literal(false)), isEnforced: true };
  }
  const [known, unknown] = ['matches', 'unknown'].map(
    (name): Column => ({ id: context.newColumnId(), name, type: BOOLEAN, nullable: false }),
  ) as [Column, Column];
  const withKnown = joinWhere('mark', input, plan, [...correlation, condition], known);
  const withBoth = joinWhere('mark', withKnown, plan, [...correlation, isUnknown], unknown);
  const value: Expression = {
    kind: 'case',
    type: BOOLEAN,
    branches: [
      // biome-ignore lint/suspicious/noThenProperty: the expression's own field
      { when: reference(known), then: literal(true) },
      // biome-ignore lint/suspicious/noThenProperty: the expression's own field
      { when: reference(unknown), then: literal(null) },
    ],
    otherwise: literal(false),
  };
  return valueOnly(withValue(join, withBoth, value));
}

function isEquality(condition: Expression, left: LogicalPlan, right: LogicalPlan): boolean {
  const ids = ({ columns }: LogicalPlan) => new Set(columns.map(({ id }) => id));
  const found = asEquiCondition(condition, ids(left), ids(right));
  return found !== undefined && !found.nullSafe;
}

/** A boolean that is never null, as a semi join, an anti join or a mark join. */
function marked(join: DependentJoinNode, right: LogicalPlan, conditions: readonly Expression[], use: MarkUse): Removed {
  const { input } = join;
  const used = new Set<number>();
  for (const condition of conditions) collectColumns(condition, used);
  const needsRows = right.columns.some(({ id }) => used.has(id));
  const some: LogicalPlan =
    needsRows || freeColumns(right).size > 0
      ? right
      : { kind: 'Limit', columns: right.columns, input: right, limit: 1, offset: 0 };
  if (use === 'value') return valueOnly(joinWhere('mark', input, some, conditions, join.columns.at(-1)));
  const kept = joinWhere(use === 'true' ? 'semi' : 'anti', input, some, conditions);
  return { plan: withValue(join, kept, literal(use === 'true')), isEnforced: true };
}

/** The columns of the subquery beside those of the input. */
function beside(
  join: DependentJoinNode,
  type: 'inner' | 'left',
  subquery: Unnested,
  context: OptimizerContext,
): LogicalPlan {
  const { input, condition } = join;
  const computed = fillIn(subquery, subquery.plan.columns);
  const conditions = [
    ...correlationOf(subquery, input.columns),
    ...(condition ? [substituteColumns(condition, computed)] : []),
  ];
  const isWhole = conditions.length === 0 && givesOneRow(subquery.plan);
  const joinType = isWhole ? 'inner' : type;
  const wanted = join.columns.slice(input.columns.length);
  const needsMatch = joinType === 'left' && !subquery.defaults && wanted.some(({ id }) => computed.has(id));
  const [right, match] = needsMatch ? withMatch(subquery.plan, context) : [subquery.plan, undefined];
  const plan = joinWhere(joinType, input, right, conditions);
  const expressions = join.columns.map((column, i): Expression => {
    const value = i < input.columns.length ? undefined : computed.get(column.id);
    if (!value) return reference(column);
    if (!match) return value;
    const branches = [
      // biome-ignore lint/suspicious/noThenProperty: the expression's own field
      { when: reference(match), then: value },
    ];
    return { kind: 'case', type: column.type, branches, otherwise: undefined };
  });
  return { kind: 'Project', columns: join.columns, input: plan, expressions };
}

/** With a column that is true in every row, and null in rows that an outer join fills up. */
function withMatch(input: LogicalPlan, context: OptimizerContext): [LogicalPlan, Column] {
  const match: Column = { id: context.newColumnId(), name: 'match', type: BOOLEAN, nullable: false };
  const plan: LogicalPlan = {
    kind: 'Project',
    columns: [...input.columns, match],
    input,
    expressions: [...input.columns.map(reference), literal(true)],
  };
  return [plan, match];
}

/** The columns of the join, its boolean being `value`. */
function withValue({ columns }: DependentJoinNode, input: LogicalPlan, value: Expression): LogicalPlan {
  const expressions = [...columns.slice(0, -1).map(reference), value];
  return { kind: 'Project', columns, input, expressions };
}

function literal(value: boolean | null): Expression {
  return { kind: 'literal', type: BOOLEAN, value };
}

/** Whether a plan gives exactly one row, whatever the data. */
function givesOneRow(plan: LogicalPlan): boolean {
  switch (plan.kind) {
    case 'Values':
      return plan.rows.length === 1;
    case 'Aggregate':
      return plan.groupBy.length === 0;
    case 'Project':
    case 'Sort':
    case 'Window':
      return givesOneRow(plan.input);
    case 'Join':
      return plan.type === 'cross' && givesOneRow(plan.left) && givesOneRow(plan.right);
    default:
      return false;
  }
}
