import { evaluateConstant } from '../../expression/evaluate-constant.ts';
import type { Expression, LiteralExpression } from '../../expression/index.ts';
import { someExpression } from '../../expression/traverse.ts';
import { literal } from '../coerce-expression.ts';
import type { BindEnvironment } from './bind-environment.ts';

/**
 * The expression as a literal, computed now, for places that need the value while the query is planned; undefined when it has
 * columns or is volatile. Throws what evaluating it throws.
 */
export function constantValue(expression: Expression, environment: BindEnvironment): LiteralExpression | undefined {
  if (expression.kind === 'literal') return expression;
  const varies = someExpression(
    expression,
    (node) =>
      node.kind === 'column' ||
      (node.kind === 'call' && environment.functions.scalar(node.name)?.volatility === 'volatile'),
  );
  return varies ? undefined : literal(expression.type, evaluateConstant(expression, environment), expression.span);
}
