import { unsupported } from '../../error/index.ts';
import type { LiteralValue } from '../../types/index.ts';
import { type Vector, vectorValue } from '../../vector/index.ts';
import type { EvaluationContext } from '../function.ts';

/**
 * The value of an argument that must be the same for every row, `what` in words. A batch of one row always is one; otherwise
 * throws `FEATURE_NOT_IMPLEMENTED` for an argument that is computed by row.
 */
export function constantArgument(
  context: EvaluationContext,
  argument: Vector,
  numRows: number,
  what: string,
): LiteralValue {
  if (argument.encoding !== 'constant' && numRows !== 1) throw unsupported(`${what} that differs by row`, context.span);
  return vectorValue(argument, 0, context.arena.memory);
}

/** The same for a text. */
export function constantText(context: EvaluationContext, argument: Vector, numRows: number, what: string): string {
  return String(constantArgument(context, argument, numRows, what) ?? '');
}
