import { COMPARISON } from '../../expression/comparison-code.ts';
import type { Column, ColumnId, Expression } from '../../expression/index.ts';
import {
  collectColumns,
  combineConjuncts,
  expressionKey,
  someExpression,
  splitConjuncts,
  substituteColumns,
  usesOnly,
} from '../../expression/traverse.ts';
import { type EquiCondition, inputsOf, type JoinNode, type LogicalPlan, withInputs } from '../../logical/index.ts';
import { asEquiCondition } from '../join-condition.ts';
import { rejectsNulls } from '../rejects-nulls.ts';
import type { OptimizerContext, Rule } from '../rule.ts';

/**
 * Moves each conjunct as far down as it can go: into scans, through projections, to the side of a join that it speaks of; an
 * equality between the sides becomes a condition to join on.
 *
 * ```
 * Filter a = x AND b > 1 AND y < 2                     →    Join inner on a = x
 * └─ Join cross                                             ├─ Scan l [a, b] filter=[b > 1]
 *    ├─ Scan l [a, b]                                       └─ Scan r [x, y] filter=[y < 2]
 *    └─ Scan r [x, y]
 * ```
 */
export const pushDownFilter: Rule = {
  name: 'push-down-filter',
  apply: (plan, context) => push(plan, [], context),
};

function push(plan: LogicalPlan, conjuncts: readonly Expression[], context: OptimizerContext): LogicalPlan {
  switch (plan.kind) {
    case 'Filter': {
      if (!plan.isBarrier) return push(plan.input, [...conjuncts, ...splitConjuncts(plan.predicate)], context);
      const own = push(plan.input, splitConjuncts(plan.predicate), context);
      return own.kind === 'Scan' ? push({ ...own, isBarrier: true }, conjuncts, context) : filter(own, conjuncts);
    }
    case 'Scan':
      if (conjuncts.length === 0) return plan;
      if (plan.isBarrier && !conjuncts.every(cannotFail)) {
        const [harmless, above] = partition(conjuncts, cannotFail);
        return filter(push(plan, harmless, context), above);
      }
      if (plan.limit !== undefined || conjuncts.some((part) => context.isVolatile(part)))
        return filter(plan, conjuncts);
      return { ...plan, filters: [...plan.filters, ...conjuncts] };
    case 'Values':
      return filter(plan, conjuncts);
    case 'Project': {
      const computed = replacements(plan.columns, plan.expressions);
      const [below, above] = partition(conjuncts, (part) => {
        for (const id of collectColumns(part)) {
          const expression = computed.get(id);
          if (expression && context.isVolatile(expression)) return false;
        }
        return true;
      });
      const moved = below.map((part) => substituteColumns(part, computed));
      return filter(withInput(plan, push(plan.input, moved, context)), above);
    }
    case 'ProjectSet': {
      const given = new Set(plan.input.columns.map(({ id }) => id));
      const [below, above] = partition(conjuncts, (part) => usesOnly(part, given) && !context.isVolatile(part));
      return filter(withInput(plan, push(plan.input, below, context)), above);
    }
    case 'Expand': {
      // What is the same in every list is known below.
      const same = new Map<ColumnId, Expression>();
      plan.columns.forEach(({ id }, i) => {
        const [first, ...others] = plan.projections.map((list) => list[i]!);
        if (others.every((other) => expressionKey(other) === expressionKey(first!))) same.set(id, first!);
      });
      const [below, above] = partition(conjuncts, (part) => isKnownBelow(part, same, context));
      const moved = below.map((part) => substituteColumns(part, same));
      return filter(withInput(plan, push(plan.input, moved, context)), above);
    }
    case 'Aggregate': {
      const keys = plan.columns.slice(0, plan.groupBy.length);
      const available = new Set(keys.map(({ id }) => id));
      const [below, above] = partition(
        conjuncts,
        (part) => keys.length > 0 && !plan.alwaysGroups && usesOnly(part, available) && !context.isVolatile(part),
      );
      const moved = below.map((part) => substituteColumns(part, replacements(keys, plan.groupBy)));
      return filter(withInput(plan, push(plan.input, moved, context)), above);
    }
    case 'Window': {
      // What depends on the partition alone takes away whole partitions.
      const keys = new Set(plan.partitionBy.flatMap((key) => (key.kind === 'column' ? [key.id] : [])));
      const [below, above] = partition(conjuncts, (part) => usesOnly(part, keys) && !context.isVolatile(part));
      return filter(withInput(plan, push(plan.input, below, context)), above);
    }
    case 'Distinct':
    case 'Sort':
      return withInput(plan, push(plan.input, conjuncts, context));
    case 'LimitBy': {
      const by = new Set(plan.by.flatMap((key) => (key.kind === 'column' ? [key.id] : [])));
      const [below, above] = partition(
        conjuncts,
        (part) => by.size > 0 && usesOnly(part, by) && !context.isVolatile(part),
      );
      return filter(withInput(plan, push(plan.input, below, context)), above);
    }
    case 'TopN':
    case 'Limit':
      return filter(withInput(plan, push(plan.input, [], context)), conjuncts);
    case 'Union': {
      const inputs = plan.inputs.map((input) => {
        const own = new Map<ColumnId, Expression>(
          plan.columns.map(({ id }, i) => [id, columnOf(input.columns[i]!)] as const),
        );
        return push(
          input,
          conjuncts.map((part) => substituteColumns(part, own)),
          context,
        );
      });
      return inputs.every((input, i) => input === plan.inputs[i]) ? plan : { ...plan, inputs };
    }
    case 'DependentJoin':
    case 'WorkTable':
      return filter(plan, conjuncts);
    case 'Recursive':
      return filter(
        withInputs(
          plan,
          inputsOf(plan).map((input) => push(input, [], context)),
        ),
        conjuncts,
      );
    case 'Join':
      return pushThroughJoin(plan, conjuncts, context);
  }
}

/** Whether a conjunct over the columns above can be tested on the expressions that compute them. */
function isKnownBelow(
  part: Expression,
  computed: ReadonlyMap<ColumnId, Expression>,
  context: OptimizerContext,
): boolean {
  if (context.isVolatile(part)) return false;
  for (const id of collectColumns(part)) {
    const expression = computed.get(id);
    if (!expression || context.isVolatile(expression)) return false;
  }
  return true;
}

function pushThroughJoin(join: JoinNode, conjuncts: readonly Expression[], context: OptimizerContext): LogicalPlan {
  const left = new Set(join.left.columns.map(({ id }) => id));
  const right = new Set(join.right.columns.map(({ id }) => id));
  const node = toInner(join, conjuncts, left, right);
  const type = node.type === 'cross' ? 'inner' : node.type;
  // Rows of a side may be left out before the join where the join itself would leave them out.
  const filtersLeft = type === 'inner' || (type !== 'right' && type !== 'full');
  const filtersRight = type === 'inner' || type === 'right';

  const toLeft: Expression[] = [];
  const toRight: Expression[] = [];
  const above: Expression[] = [];
  const on: EquiCondition[] = [...node.on];
  const residual: Expression[] = [];
  for (const part of conjuncts) {
    const movable = !context.isVolatile(part);
    if (movable && filtersLeft && usesOnly(part, left)) toLeft.push(part);
    else if (movable && filtersRight && usesOnly(part, right)) toRight.push(part);
    else if (movable && type === 'inner') addCondition(part, left, right, on, residual);
    else above.push(part);
  }
  // The join's own condition: on the side that the join does not preserve it may filter first.
  for (const part of node.residual ? splitConjuncts(node.residual) : []) {
    const movable = !context.isVolatile(part);
    if (movable && (type === 'inner' || type === 'right' || type === 'semi') && usesOnly(part, left)) toLeft.push(part);
    else if (movable && type !== 'right' && type !== 'full' && usesOnly(part, right)) toRight.push(part);
    else addCondition(part, left, right, on, residual);
  }

  const newLeft = push(node.left, toLeft, context);
  const newRight = push(node.right, toRight, context);
  const newResidual = combineConjuncts(residual);
  const newType = type === 'inner' && on.length === 0 && !newResidual ? 'cross' : type;
  const unchanged =
    newLeft === join.left &&
    newRight === join.right &&
    newType === join.type &&
    on.length === join.on.length &&
    toLeft.length + toRight.length === 0 &&
    above.length === conjuncts.length;
  const result: LogicalPlan = unchanged
    ? join
    : { ...node, type: newType, left: newLeft, right: newRight, on, residual: newResidual };
  return filter(result, above);
}

/** An outer join whose filled-up rows the conjuncts throw away again is an inner one (or keeps one side only). */
function toInner(
  join: JoinNode,
  conjuncts: readonly Expression[],
  left: ReadonlySet<ColumnId>,
  right: ReadonlySet<ColumnId>,
): JoinNode {
  let { type } = join;
  const rejects = (side: ReadonlySet<ColumnId>) => conjuncts.some((part) => rejectsNulls(part, side));
  if ((type === 'left' || type === 'full') && rejects(right)) type = type === 'left' ? 'inner' : 'right';
  if ((type === 'right' || type === 'full') && rejects(left)) type = type === 'right' ? 'inner' : 'left';
  return type === join.type ? join : { ...join, type };
}

/** Sorts a conjunct that speaks of both sides into equalities and the rest. */
function addCondition(
  part: Expression,
  left: ReadonlySet<ColumnId>,
  right: ReadonlySet<ColumnId>,
  on: EquiCondition[],
  residual: Expression[],
): void {
  const condition = asEquiCondition(part, left, right);
  if (condition) on.push(condition);
  else residual.push(part);
}

const COMPARISONS: ReadonlySet<string> = new Set(Object.keys(COMPARISON));

/** Whether an expression gives a value for every row there may be: nothing in it can raise an error that tells of the row. */
function cannotFail(expression: Expression): boolean {
  return !someExpression(
    expression,
    (part) => part.kind === 'cast' || (part.kind === 'call' && !COMPARISONS.has(part.name)),
  );
}

function filter(input: LogicalPlan, conjuncts: readonly Expression[]): LogicalPlan {
  const predicate = combineConjuncts(conjuncts);
  return predicate ? { kind: 'Filter', columns: input.columns, input, predicate } : input;
}

function withInput<Node extends LogicalPlan & { readonly input: LogicalPlan }>(node: Node, input: LogicalPlan): Node {
  return node.input === input ? node : { ...node, input };
}

function replacements(columns: readonly Column[], expressions: readonly Expression[]): Map<ColumnId, Expression> {
  return new Map(expressions.map((expression, i) => [columns[i]!.id, expression] as const));
}

function columnOf(column: Column): Expression {
  return { kind: 'column', id: column.id, name: column.name, type: column.type };
}

function partition<T>(values: readonly T[], test: (value: T) => boolean): [T[], T[]] {
  const yes: T[] = [];
  const no: T[] = [];
  for (const value of values) (test(value) ? yes : no).push(value);
  return [yes, no];
}
