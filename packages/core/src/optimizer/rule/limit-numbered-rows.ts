import type { Expression } from '../../expression/index.ts';
import { splitConjuncts } from '../../expression/traverse.ts';
import { type LogicalPlan, rewritePlan, type WindowNode } from '../../logical/index.ts';
import type { OptimizerContext, Rule } from '../rule.ts';

/** More rows than this of a partition are sorted as a whole. */
const LARGEST_LIMIT = 100_000;

/**
 * Of rows that are numbered only to keep the first ones, only the first ones are numbered: each task leaves out the others before rows
 * are exchanged.
 *
 * ```
 * Filter row_number <= 3                            →    Filter row_number <= 3
 * └─ Window by=[a] order=[b] row_number()                └─ Window by=[a] order=[b] row_number()
 *    └─ Scan t [a, b]                                       └─ LimitBy 3 by=[a] order=[b]
 *                                                              └─ Scan t [a, b]
 * ```
 */
export const limitNumberedRows: Rule = {
  name: 'limit-numbered-rows',
  apply: (plan, context) =>
    rewritePlan(plan, (node) => {
      if (node.kind !== 'Filter' || node.input.kind !== 'Window') return node;
      const window = node.input;
      if (!onlyNumbers(window, context)) return node;
      const limits = splitConjuncts(node.predicate).flatMap((part) => greatestNumber(part, window) ?? []);
      const limit = Math.min(...limits);
      if (limits.length === 0 || limit > LARGEST_LIMIT) return node;
      const input: LogicalPlan = { ...window, input: firstRows(window, Math.max(0, limit)) };
      return { ...node, input };
    }),
};

/** Whether a row's values depend on the rows before it alone. */
function onlyNumbers({ calls, orderBy, partitionBy }: WindowNode, context: OptimizerContext): boolean {
  const keys = [...partitionBy, ...orderBy.map(({ expression }) => expression)];
  return (
    calls.every(({ call, numOrderKeys }) => call.overload === 'row_number()' && numOrderKeys === orderBy.length) &&
    !keys.some((key) => context.isVolatile(key))
  );
}

/** The greatest row number that satisfies a conjunct `row_number <= n`; undefined for any other conjunct. */
function greatestNumber(part: Expression, { columns, input }: WindowNode): number | undefined {
  if (part.kind !== 'call' || part.args.length !== 2) return undefined;
  const [left, right] = part.args as readonly [Expression, Expression];
  const isFlipped = left.kind === 'literal';
  const [column, literal] = isFlipped ? [right, left] : [left, right];
  if (column.kind !== 'column' || literal.kind !== 'literal') return undefined;
  if (!columns.slice(input.columns.length).some(({ id }) => id === column.id)) return undefined;
  const { value, type } = literal;
  if (type.id === 'decimal' || (typeof value !== 'bigint' && typeof value !== 'number')) return undefined;
  const number = Number(value);
  if (part.name === '=' || part.name === (isFlipped ? '>=' : '<=')) return Math.floor(number);
  return part.name === (isFlipped ? '>' : '<') ? Math.ceil(number) - 1 : undefined;
}

function firstRows({ input, partitionBy, orderBy }: WindowNode, limit: number): LogicalPlan {
  const { columns } = input;
  if (partitionBy.length > 0) {
    return { kind: 'LimitBy', columns, input, by: partitionBy, keys: orderBy, limit, offset: 0 };
  }
  return orderBy.length > 0
    ? { kind: 'TopN', columns, input, keys: orderBy, limit, offset: 0 }
    : { kind: 'Limit', columns, input, limit, offset: 0 };
}
