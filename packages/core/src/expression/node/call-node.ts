import { KIND_WIDTH } from '../../types/index.ts';
import { copyValues, isConstantNull, literalVector, Vector } from '../../vector/index.ts';
import type { EvaluationFrame } from '../evaluation-frame.ts';
import type { CallExpression } from '../expression.ts';
import { kernelsForFunctions } from '../expression-kernels.ts';
import type { ExpressionRuntime } from '../expression-runtime.ts';
import type { EvaluationContext, ScalarOverload, Volatility } from '../function.ts';
import { combineValidity, vectorWithValidity } from '../validity.ts';
import { type ExpressionNode, ExpressionNodeBase } from './expression-node.ts';

/** Functions that succeed for every argument. */
const TOTAL: ReadonlySet<string> = new Set([
  '=',
  '<>',
  '<',
  '<=',
  '>',
  '>=',
  'is distinct from',
  'is not distinct from',
  'length',
  'char_length',
  'starts_with',
]);

/** A scalar function or operator on dense rows. */
export class CallNode extends ExpressionNodeBase {
  readonly args: readonly ExpressionNode[];
  readonly overload: ScalarOverload;
  readonly #span: CallExpression['span'];
  readonly #runtime: ExpressionRuntime;
  readonly #oncePerFrame: boolean;

  constructor(
    expression: CallExpression,
    overload: ScalarOverload,
    volatility: Volatility,
    args: readonly ExpressionNode[],
    runtime: ExpressionRuntime,
  ) {
    const isDeterministic = volatility !== 'volatile';
    super(expression.type, args, { isDeterministic, isTotal: isDeterministic && TOTAL.has(expression.name) });
    this.args = args;
    this.overload = overload;
    this.#span = expression.span;
    this.#runtime = runtime;
    this.#oncePerFrame = isDeterministic;
  }

  evaluate(frame: EvaluationFrame): Vector {
    const { arena, numRows } = frame;
    const { memory } = arena;
    // Constants alone must not fail where there is no row.
    if (numRows === 0) return Vector.flat(this.type, 0, arena.allocate(0));
    const propagate = this.overload.nulls !== 'custom';
    const args: Vector[] = [];
    let allConstant = this.#oncePerFrame;
    for (const node of this.args) {
      const arg = frame.evaluate(node);
      if (propagate && isConstantNull(memory, arg)) return literalVector(this.type, null, numRows, arena);
      if (arg.encoding !== 'constant') allConstant = false;
      args.push(arg.encoding === 'dictionary' ? frame.flat(arg) : arg);
    }
    if (!allConstant) return this.#call(frame, args, numRows);
    // One value for all rows: computed on one row, whose first argument counts as a flat vector, so that no function meets
    // a call without one.
    const one = this.#call(
      frame,
      args.map((arg, i) => (i === 0 ? Vector.flat(arg.type, 1, arg.data, arg.validity) : arg.slice(0, 1))),
      1,
    );
    return Vector.constant(this.type, numRows, one.data, one.validity);
  }

  #call(frame: EvaluationFrame, args: readonly Vector[], numRows: number): Vector {
    const { arena } = frame;
    const propagate = this.overload.nulls !== 'custom';
    const validity = propagate ? combineValidity(args, numRows, arena) : 0;
    const runtime = this.#runtime;
    const context: EvaluationContext = {
      arena,
      kernels: kernelsForFunctions(arena.memory),
      validity,
      startedMicros: runtime.startedMicros,
      timeZone: runtime.timeZone,
      nextRandom: runtime.nextRandom,
      span: this.#span,
    };
    const result = this.overload.evaluate(context, args, numRows, this.type);
    if (!propagate || validity === 0) return result;
    const flat = frame.flat(result);
    const owned = flat.kind === 'ref' && args.some((arg) => arg.data === flat.data) ? copyOf(flat, frame) : flat;
    return vectorWithValidity(owned, validity, arena);
  }
}

function copyOf(vector: Vector, frame: EvaluationFrame): Vector {
  const { arena } = frame;
  const data = arena.allocate(vector.length * KIND_WIDTH[vector.kind]);
  copyValues(arena.memory, vector, 0, vector.length, data, 0);
  return Vector.flat(vector.type, vector.length, data, vector.validity);
}
