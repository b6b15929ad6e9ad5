import { evaluateConstant } from '../expression/evaluate-constant.ts';
import type { Expression, FunctionRegistry } from '../expression/index.ts';
import { someExpression } from '../expression/traverse.ts';
import type { OptimizerContext } from '../optimizer/index.ts';

/** What `now()` and its like are, and where the session lives. */
export interface SessionTime {
  readonly startedMicros: bigint;
  readonly timeZone: string;
}

/** The context of one query's optimization. */
export function optimizerContext(
  functions: FunctionRegistry,
  session: SessionTime,
  newColumnId: () => number,
): OptimizerContext {
  const volatilityOf = (expression: Expression) =>
    expression.kind === 'call' ? (functions.scalar(expression.name)?.volatility ?? 'volatile') : 'immutable';
  return {
    newColumnId,
    // What is stable has one value in a query, and every plan belongs to one query.
    isImmutable: (expression) => !someExpression(expression, (part) => volatilityOf(part) === 'volatile'),
    isVolatile: (expression) => someExpression(expression, (part) => volatilityOf(part) === 'volatile'),
    evaluate: (expression) => evaluateConstant(expression, { functions, ...session }),
  };
}
