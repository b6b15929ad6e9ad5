import { type DataType, isInteger } from '../../types/index.ts';
import { Vector } from '../../vector/index.ts';
import { canCast } from '../cast/cast-rules.ts';
import { castVector } from '../cast/cast-vector.ts';
import type { EvaluationFrame } from '../evaluation-frame.ts';
import type { CastExpression } from '../expression.ts';
import { kernelsForFunctions } from '../expression-kernels.ts';
import type { ExpressionRuntime } from '../expression-runtime.ts';
import { type ExpressionNode, ExpressionNodeBase } from './expression-node.ts';

/** CAST and TRY_CAST. */
export class CastNode extends ExpressionNodeBase {
  readonly arg: ExpressionNode;
  readonly #safe: boolean;
  readonly #span: CastExpression['span'];
  readonly #runtime: ExpressionRuntime;

  constructor(expression: CastExpression, arg: ExpressionNode, runtime: ExpressionRuntime) {
    super(expression.type, [arg], { isTotal: expression.safe || alwaysSucceeds(arg.type, expression.type) });
    this.arg = arg;
    this.#safe = expression.safe;
    this.#span = expression.span;
    this.#runtime = runtime;
  }

  evaluate(frame: EvaluationFrame): Vector {
    const { arena } = frame;
    // A constant that cannot be converted must not fail where there is no row.
    if (frame.numRows === 0) return Vector.flat(this.type, 0, arena.allocate(0));
    const arg = frame.evaluate(this.arg);
    const { startedMicros, timeZone, nextRandom } = this.#runtime;
    const kernels = kernelsForFunctions(arena.memory);
    const context = { arena, kernels, validity: 0, startedMicros, timeZone, nextRandom, span: this.#span };
    return castVector(context, arg.encoding === 'dictionary' ? frame.flat(arg) : arg, this.type, this.#safe);
  }
}

/** Widening integers and integers to float64. */
function alwaysSucceeds(from: DataType, to: DataType): boolean {
  return isInteger(from) && (isInteger(to) || to.id === 'float64') && canCast(from, to) === 'implicit';
}
