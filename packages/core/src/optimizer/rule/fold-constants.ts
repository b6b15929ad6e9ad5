import type { Expression } from '../../expression/index.ts';
import { childrenOf, rewriteExpression } from '../../expression/traverse.ts';
import { mapNodeExpressions, rewritePlan } from '../../logical/index.ts';
import type { OptimizerContext, Rule } from '../rule.ts';

/**
 * Evaluates what depends on no column.
 *
 * ```
 * Filter d < DATE '1998-12-01' - INTERVAL '90 days'    →    Filter d < DATE '1998-09-02'
 * └─ Scan t [d]                                             └─ Scan t [d]
 * ```
 *
 * An expression that fails stays as it is: whether any row reaches it is only known when the query runs.
 */
export const foldConstants: Rule = {
  name: 'fold-constants',
  apply: (plan, context) =>
    rewritePlan(plan, (node) =>
      mapNodeExpressions(node, (expression) => rewriteExpression(expression, (part) => fold(part, context))),
    ),
};

function fold(expression: Expression, context: OptimizerContext): Expression {
  const { kind, type, span } = expression;
  if (kind === 'literal' || kind === 'column') return expression;
  // `x = 1 OR true` and the like need only some of their arguments; that is simplify-expressions' matter.
  if (!childrenOf(expression).every((child) => child.kind === 'literal')) return expression;
  if (!context.isImmutable(expression)) return expression;
  try {
    return { kind: 'literal', type, value: context.evaluate(expression), span };
  } catch {
    return expression;
  }
}
