import { formatAggregate, formatExpression, formatSortKey, formatWindowCall } from '../expression/format-expression.ts';
import type { Column, Expression } from '../expression/index.ts';
import type { EquiCondition } from './join-node.ts';
import type { LimitByNode } from './limit-by-node.ts';
import { inputsOf, type LogicalPlan } from './logical-plan.ts';
import type { ProjectSetNode } from './project-set-node.ts';
import type { WindowNode } from './window-node.ts';

/**
 * The plan as a tree of text, one node a line, the root first:
 *
 * ```
 * Project total
 * └─ Aggregate by=[] sum(l_quantity)
 *    └─ Scan lineitem [l_quantity] filter=[l_discount > 0.05]
 * ```
 */
export function formatLogicalPlan(plan: LogicalPlan): string {
  return drawTree(plan, describeLogicalNode, inputsOf);
}

/** Draws a tree with box characters. `describe` gives the lines of a node; those after the first are indented under it. */
export function drawTree<Node>(
  root: Node,
  describe: (node: Node) => string,
  children: (node: Node) => readonly Node[],
): string {
  const lines: string[] = [];
  const draw = (node: Node, first: string, rest: string) => {
    const inputs = children(node);
    const [head, ...more] = describe(node).split('\n');
    lines.push(first + head);
    for (const line of more) lines.push(`${rest}${inputs.length > 0 ? '│ ' : '  '}  ${line}`);
    inputs.forEach((input, i) => {
      const last = i === inputs.length - 1;
      draw(input, `${rest}${last ? '└─ ' : '├─ '}`, `${rest}${last ? '   ' : '│  '}`);
    });
  };
  draw(root, '', '');
  return lines.join('\n');
}

/** One node on one line. */
export function describeLogicalNode(plan: LogicalPlan): string {
  switch (plan.kind) {
    case 'Scan': {
      const filter = plan.filters.length > 0 ? ` filter=[${plan.filters.map(formatExpression).join(', ')}]` : '';
      const limit = plan.limit === undefined ? '' : ` limit=${plan.limit}`;
      return `Scan ${plan.table.name} [${columnNames(plan.columns)}]${filter}${limit}`;
    }
    case 'Values':
      return `Values ${plan.rows.length} ${plan.rows.length === 1 ? 'row' : 'rows'} [${columnNames(plan.columns)}]`;
    case 'Filter':
      return `Filter ${formatExpression(plan.predicate)}`;
    case 'Project':
      return `Project ${describeAssignments(plan.columns, plan.expressions)}`;
    case 'ProjectSet':
      return `ProjectSet ${describeSetCalls(plan)}`;
    case 'Recursive':
      return `Recursive ${plan.workTable}${plan.isDistinct ? ' distinct' : ''}`;
    case 'WorkTable':
      return `WorkTable ${plan.workTable} [${columnNames(plan.columns)}]`;
    case 'Expand':
      return `Expand ${describeProjections(plan.columns, plan.projections)}`;
    case 'Aggregate': {
      const keys = describeAssignments(plan.columns, plan.groupBy);
      const always = describeAlwaysGroups(plan.alwaysGroups);
      return `Aggregate by=[${keys}] ${plan.aggregates.map(formatAggregate).join(', ')}`.trimEnd() + always;
    }
    case 'Distinct':
      return 'Distinct';
    case 'Join': {
      const on = plan.on.map(describeEquality);
      const residual = plan.residual ? ` residual=${formatExpression(plan.residual)}` : '';
      const aware = plan.nullAware ? ' null-aware' : '';
      return `Join ${plan.type}${aware}${on.length > 0 ? ` on ${on.join(' AND ')}` : ''}${residual}`;
    }
    case 'DependentJoin':
      return `DependentJoin ${plan.type}${plan.condition ? ` on ${formatExpression(plan.condition)}` : ''}`;
    case 'Sort':
      return `Sort ${plan.keys.map(formatSortKey).join(', ')}`;
    case 'TopN':
      return `TopN ${plan.limit}${plan.offset > 0 ? ` offset=${plan.offset}` : ''} by ${plan.keys.map(formatSortKey).join(', ')}`;
    case 'Limit':
      return `Limit ${plan.limit ?? 'all'}${plan.offset > 0 ? ` offset=${plan.offset}` : ''}`;
    case 'LimitBy': {
      const keys = plan.keys.length > 0 ? ` order=[${plan.keys.map(formatSortKey).join(', ')}]` : '';
      return `LimitBy ${describeLimitBy(plan)}${keys}`;
    }
    case 'Union':
      return 'Union';
    case 'Window':
      return `Window ${describeWindow(plan)}`;
  }
}

function describeEquality({ left, right, nullSafe }: EquiCondition): string {
  return `${formatExpression(left)} ${nullSafe ? 'IS NOT DISTINCT FROM' : '='} ${formatExpression(right)}`;
}

/** `by=[a] order=[b] rank(), sum(c)`: the keys and calls of a window. */
export function describeWindow(window: Pick<WindowNode, 'partitionBy' | 'orderBy' | 'calls'>): string {
  const keys = window.partitionBy.map(formatExpression).join(', ');
  const order = window.orderBy.map(formatSortKey).join(', ');
  return `by=[${keys}] order=[${order}] ${window.calls.map((call) => formatWindowCall(call, window.orderBy.length)).join(', ')}`;
}

/** `a, b + 1 AS c`: a name is only given where it says more than the expression. */
export function describeAssignments(columns: readonly Column[], expressions: readonly Expression[]): string {
  return expressions
    .map((expression, i) => {
      const text = formatExpression(expression);
      const { name } = columns[i]!;
      return text === name ? name : `${text} AS ${name}`;
    })
    .join(', ');
}

/** `[a, b], [a, NULL]`: the lists of an expansion, without what is the same in all of them. */
export function describeProjections(columns: readonly Column[], lists: readonly (readonly Expression[])[]): string {
  const texts = lists.map((list) => list.map(formatExpression));
  const differs = columns.map((_, i) => texts.some((list) => list[i] !== texts[0]![i]));
  const names = columnNames(columns.filter((_, i) => differs[i]));
  return `[${names}] = ${texts.map((list) => `[${list.filter((_, i) => differs[i]).join(', ')}]`).join(', ')}`;
}

/** `2 offset=1 by=[a]`. */
export function describeLimitBy(plan: Pick<LimitByNode, 'by' | 'limit' | 'offset'>): string {
  const offset = plan.offset > 0 ? ` offset=${plan.offset}` : '';
  return `${plan.limit ?? 'all'}${offset} by=[${plan.by.map(formatExpression).join(', ')}]`;
}

/** `unnest(a) with ordinality outer`. */
export function describeSetCalls({
  calls,
  ordinality,
  isOuter,
}: Pick<ProjectSetNode, 'calls' | 'ordinality' | 'isOuter'>): string {
  const texts = calls.map(({ name, args }) => `${name}(${args.map(formatExpression).join(', ')})`);
  return `${texts.join(', ')}${ordinality ? ' with ordinality' : ''}${isOuter ? ' outer' : ''}`;
}

/** The groups that are there even over no rows. */
export function describeAlwaysGroups(groups: readonly (readonly Expression[])[] | undefined): string {
  return groups ? ` always=${groups.map((keys) => `[${keys.map(formatExpression).join(', ')}]`).join(', ')}` : '';
}

/** Names, separated by commas. */
export function columnNames(columns: readonly Column[]): string {
  return columns.map(({ name }) => name).join(', ');
}
