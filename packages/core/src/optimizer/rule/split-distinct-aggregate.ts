import type { Column, Expression } from '../../expression/index.ts';
import { expressionKey, mapAggregate } from '../../expression/traverse.ts';
import { type AggregateNode, rewritePlan } from '../../logical/index.ts';
import type { OptimizerContext, Rule } from '../rule.ts';

/**
 * Aggregates over the distinct values of one argument list become two aggregations, both of which run in parallel and spill like
 * any other.
 *
 * ```
 * Aggregate by=[g] count(DISTINCT x)    →    Aggregate by=[g] count(x)
 * └─ Scan t [g, x]                           └─ Aggregate by=[g, x]
 *                                               └─ Scan t [g, x]
 * ```
 *
 * Aggregates over different arguments, or beside ones that are not DISTINCT, keep their sets inside the operator.
 */
export const splitDistinctAggregate: Rule = {
  name: 'split-distinct-aggregate',
  apply: (plan, context) =>
    rewritePlan(plan, (node) => (node.kind === 'Aggregate' && canSplit(node) ? split(node, context) : node)),
};

function canSplit({ aggregates }: AggregateNode): boolean {
  const first = aggregates[0];
  if (!first || first.args.length === 0) return false;
  const key = first.args.map(expressionKey).join();
  return aggregates.every(
    (call) => call.distinct && call.filter === undefined && call.args.map(expressionKey).join() === key,
  );
}

function split(node: AggregateNode, context: OptimizerContext): AggregateNode {
  const args = node.aggregates[0]!.args;
  const inner: Column[] = [...node.groupBy, ...args].map((expression, i) => ({
    id: context.newColumnId(),
    name: expression.kind === 'column' ? expression.name : (node.columns[i]?.name ?? 'distinct'),
    type: expression.type,
    nullable: true,
  }));
  const refer = (column: Column): Expression => ({
    kind: 'column',
    id: column.id,
    name: column.name,
    type: column.type,
  });
  const references = inner.map(refer);
  // The keys of an order are arguments too.
  const argumentOf = new Map(args.map((arg, i) => [expressionKey(arg), references[node.groupBy.length + i]!] as const));
  return {
    ...node,
    groupBy: references.slice(0, node.groupBy.length),
    aggregates: node.aggregates.map((call) => ({
      ...mapAggregate(call, (expression) => argumentOf.get(expressionKey(expression))!),
      distinct: false,
    })),
    input: {
      kind: 'Aggregate',
      columns: inner,
      input: node.input,
      groupBy: [...node.groupBy, ...args],
      aggregates: [],
    },
  };
}
