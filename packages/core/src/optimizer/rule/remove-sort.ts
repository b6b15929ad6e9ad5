import { type AggregateNode, type LogicalPlan, rewritePlan } from '../../logical/index.ts';
import type { Rule } from '../rule.ts';

/** Aggregates whose result does not show in which order the rows came. */
const ORDERLESS = new Set([
  'count',
  'sum',
  'avg',
  'min',
  'max',
  'bool_and',
  'bool_or',
  'bit_and',
  'bit_or',
  'bit_xor',
  'var_samp',
  'var_pop',
  'stddev_samp',
  'stddev_pop',
]);

/**
 * Leaves out a sort whose order nobody sees, as ORDER BY in views and subqueries makes them.
 *
 * ```
 * Aggregate by=[a] count(b)    →    Aggregate by=[a] count(b)
 * └─ Sort b                         └─ Scan t [a, b]
 *    └─ Scan t [a, b]
 * ```
 */
export const removeSort: Rule = {
  name: 'remove-sort',
  apply: (plan) =>
    rewritePlan(plan, (node) => {
      switch (node.kind) {
        case 'Aggregate':
          return isOrderless(node) ? withInput(node, withoutOrder(node.input)) : node;
        case 'Distinct':
        case 'Sort':
        case 'TopN':
          return withInput(node, withoutOrder(node.input));
        case 'Join': {
          const [left, right] = [withoutOrder(node.left), withoutOrder(node.right)];
          return left === node.left && right === node.right ? node : { ...node, left, right };
        }
        default:
          return node;
      }
    }),
};

function isOrderless({ aggregates }: AggregateNode): boolean {
  return aggregates.every(({ name }) => ORDERLESS.has(name));
}

function withInput<Node extends Extract<LogicalPlan, { readonly input: LogicalPlan }>>(
  node: Node,
  input: LogicalPlan,
): Node {
  return input === node.input ? node : { ...node, input };
}

/** The same rows, in any order. */
function withoutOrder(plan: LogicalPlan): LogicalPlan {
  if (plan.kind === 'Sort') return withoutOrder(plan.input);
  return plan.kind === 'Project' || plan.kind === 'Filter' ? withInput(plan, withoutOrder(plan.input)) : plan;
}
