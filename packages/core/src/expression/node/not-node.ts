import { BOOLEAN } from '../../types/index.ts';
import { Vector } from '../../vector/index.ts';
import type { EvaluationFrame } from '../evaluation-frame.ts';
import { vectorKernels } from '../expression-kernels.ts';
import { type ExpressionNode, ExpressionNodeBase } from './expression-node.ts';

/** NOT: null stays null. */
export class NotNode extends ExpressionNodeBase {
  readonly arg: ExpressionNode;

  constructor(arg: ExpressionNode) {
    super(BOOLEAN, [arg]);
    this.arg = arg;
  }

  evaluate(frame: EvaluationFrame): Vector {
    const arg = frame.flat(frame.evaluate(this.arg));
    const data = frame.arena.allocate(frame.numRows);
    vectorKernels(frame.arena).invert_bytes(data, arg.data, frame.numRows);
    return Vector.flat(BOOLEAN, frame.numRows, data, arg.validity);
  }
}
