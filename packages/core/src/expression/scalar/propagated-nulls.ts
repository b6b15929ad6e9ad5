import type { Vector } from '../../vector/index.ts';
import type { EvaluationContext } from '../function.ts';
import { functionKernels } from './function-kernels.ts';

/** The context with the validity that the arguments have together; for functions that may also answer null by themselves. */
export function withPropagatedNulls(
  context: EvaluationContext,
  args: readonly Vector[],
  numRows: number,
): EvaluationContext {
  const { arena } = context;
  let validity = 0;
  for (const arg of args) {
    if (arg.validity === 0) continue;
    if (validity === 0) {
      validity = arena.allocate(numRows);
      arena.memory.u8.fill(1, validity, validity + numRows);
    }
    functionKernels(context).combine_nulls(validity, arg.validity, arg.encoding === 'constant' ? 0 : 1, numRows);
  }
  return { ...context, validity };
}
