import type { AggregateCall, ColumnId, Expression } from '../../expression/index.ts';
import { type AggregateNode, type LogicalPlan, rewritePlan, type ScanNode } from '../../logical/index.ts';
import { type LiteralValue, sameType } from '../../types/index.ts';
import type { Rule } from '../rule.ts';

/**
 * Counts, least and greatest values of a whole table are in the footers of its files: nothing is read where all that is asked for is there and
 * exact.
 *
 * ```
 * Aggregate by=[] count(*), max(a)    →    Values 1 row [count, max]
 * └─ Scan t [a]
 * ```
 *
 * Statistics of floating-point columns pass over "not a number" and the sign of zero, so these are read.
 */
export const answerFromStatistics: Rule = {
  name: 'answer-from-statistics',
  apply: (plan) =>
    rewritePlan(plan, (node) => (node.kind === 'Aggregate' && node.groupBy.length === 0 ? answer(node) : node)),
};

function answer(node: AggregateNode): LogicalPlan {
  const source = wholeTable(node.input);
  if (!source || node.alwaysGroups || node.aggregates.length === 0) return node;
  const values = node.aggregates.map((call) => knownValue(call, source));
  if (values.includes(undefined)) return node;
  const row = values.map(
    (value, i): Expression => ({ kind: 'literal', type: node.aggregates[i]!.type, value: value as LiteralValue }),
  );
  return { kind: 'Values', columns: node.columns, rows: [row] };
}

/** A table of which every row is given, and the table's names of the columns. */
interface WholeTable {
  readonly scan: ScanNode;
  readonly numRows: number;
  readonly names: ReadonlyMap<ColumnId, string>;
}

function wholeTable(plan: LogicalPlan): WholeTable | undefined {
  if (plan.kind === 'Project') {
    const below = wholeTable(plan.input);
    if (!below) return undefined;
    const names = new Map<ColumnId, string>();
    plan.columns.forEach(({ id }, i) => {
      const expression = plan.expressions[i]!;
      const name = expression.kind === 'column' ? below.names.get(expression.id) : undefined;
      if (name !== undefined) names.set(id, name);
    });
    return { ...below, names };
  }
  if (plan.kind !== 'Scan' || plan.filters.length > 0 || plan.limit !== undefined) return undefined;
  const { table } = plan;
  if (!table.isNumRowsExact || table.numRows === undefined) return undefined;
  return {
    scan: plan,
    numRows: table.numRows,
    names: new Map(plan.columns.map(({ id }, i) => [id, plan.source[i]!] as const)),
  };
}

/** Undefined where the statistics do not say it for sure. */
function knownValue(call: AggregateCall, { scan, numRows, names }: WholeTable): LiteralValue | undefined {
  const { name, args, distinct, filter, orderBy } = call;
  if (distinct || filter || orderBy) return undefined;
  if (name === 'count' && args.length === 0) return BigInt(numRows);
  const [arg] = args;
  const column = arg?.kind === 'column' && args.length === 1 ? names.get(arg.id) : undefined;
  if (!arg || column === undefined) return undefined;
  const { numNulls, min, max, isMinExact, isMaxExact } = scan.table.statistics(column);
  if (numNulls === undefined) return undefined;
  if (name === 'count') return BigInt(numRows - numNulls);
  if ((name !== 'min' && name !== 'max') || !sameType(call.type, arg.type)) return undefined;
  if (arg.type.id === 'float32' || arg.type.id === 'float64') return undefined;
  if (numNulls === numRows) return null;
  if (name === 'min') return isMinExact ? min : undefined;
  return isMaxExact ? max : undefined;
}
