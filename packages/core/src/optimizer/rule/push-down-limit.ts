import { type LogicalPlan, rewritePlan } from '../../logical/index.ts';
import type { Rule } from '../rule.ts';

/**
 * Tells what lies below a limit that it may stop early.
 *
 * ```
 * Limit 10 offset=5            →    Limit 10 offset=5
 * └─ Project a                      └─ Project a
 *    └─ Scan t [a]                     └─ Scan t [a] limit=15
 * ```
 */
export const pushDownLimit: Rule = {
  name: 'push-down-limit',
  apply: (plan) =>
    rewritePlan(plan, (node) => {
      if (node.kind !== 'Limit' || node.limit === undefined) return node;
      if (node.limit === 0) return { kind: 'Values', columns: node.columns, rows: [] };
      const input = bound(node.input, node.limit + node.offset);
      return input === node.input ? node : { ...node, input };
    }),
};

function bound(plan: LogicalPlan, rows: number): LogicalPlan {
  switch (plan.kind) {
    case 'Project': {
      const input = bound(plan.input, rows);
      return input === plan.input ? plan : { ...plan, input };
    }
    case 'Union': {
      const inputs = plan.inputs.map((input) => {
        const bounded = bound(input, rows);
        return bounded !== input || bounded.kind === 'Scan' || bounded.kind === 'Limit'
          ? bounded
          : ({ kind: 'Limit', columns: input.columns, input, limit: rows, offset: 0 } as const);
      });
      return inputs.every((input, i) => input === plan.inputs[i]) ? plan : { ...plan, inputs };
    }
    case 'Scan':
      return plan.limit !== undefined && plan.limit <= rows ? plan : { ...plan, limit: rows };
    default:
      return plan;
  }
}
