import { BOOLEAN } from '../../types/index.ts';
import { isConstantNull, literalVector, Vector } from '../../vector/index.ts';
import type { EvaluationFrame } from '../evaluation-frame.ts';
import { vectorKernels } from '../expression-kernels.ts';
import { type ExpressionNode, ExpressionNodeBase } from './expression-node.ts';

/** IS NULL and IS NOT NULL: reads validity only. */
export class IsNullNode extends ExpressionNodeBase {
  readonly arg: ExpressionNode;
  readonly negated: boolean;

  constructor(arg: ExpressionNode, negated: boolean) {
    super(BOOLEAN, [arg]);
    this.arg = arg;
    this.negated = negated;
  }

  evaluate(frame: EvaluationFrame): Vector {
    const { arena, numRows } = frame;
    const arg = frame.evaluate(this.arg);
    if (arg.validity === 0 || arg.encoding === 'constant') {
      return literalVector(BOOLEAN, isConstantNull(arena.memory, arg) !== this.negated, numRows, arena);
    }
    if (this.negated) return Vector.flat(BOOLEAN, numRows, arg.validity);
    const data = arena.allocate(numRows);
    vectorKernels(arena).invert_bytes(data, arg.validity, numRows);
    return Vector.flat(BOOLEAN, numRows, data);
  }
}
