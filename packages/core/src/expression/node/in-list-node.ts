import { unsupported } from '../../error/index.ts';
import { BOOLEAN, formatType, type LiteralValue } from '../../types/index.ts';
import { isConstantNull, literalVector, Vector, vectorOfLiterals } from '../../vector/index.ts';
import type { EvaluationFrame } from '../evaluation-frame.ts';
import type { InListExpression } from '../expression.ts';
import { expressionKernels, vectorKernels } from '../expression-kernels.ts';
import type { ExpressionRuntime } from '../expression-runtime.ts';
import { compareLiterals } from '../literal-order.ts';
import { combineValidity } from '../validity.ts';
import { type ExpressionNode, ExpressionNodeBase } from './expression-node.ts';

const KERNEL = {
  i32: 'in_sorted_i32',
  i64: 'in_sorted_i64',
  f64: 'in_sorted_f64',
  ref: 'in_sorted_ref',
  i128: 'in_sorted_i128',
  interval: 'in_sorted_interval',
} as const;

/** IN over constants: binary search in the sorted list. A null in the list makes every miss null. */
export class InListNode extends ExpressionNodeBase {
  readonly arg: ExpressionNode;
  readonly #negated: boolean;
  readonly #listHasNull: boolean;
  readonly #values: readonly LiteralValue[];
  readonly #list: Vector;

  constructor(expression: InListExpression, arg: ExpressionNode, runtime: ExpressionRuntime) {
    super(BOOLEAN, [arg]);
    const { type } = arg;
    if (type.id === 'list' || type.id === 'struct') throw unsupported(`IN over ${formatType(type)}`, expression.span);
    this.arg = arg;
    this.#negated = expression.negated;
    this.#listHasNull = expression.values.includes(null);
    this.#values = expression.values.filter((value) => value !== null).sort((a, b) => compareLiterals(type, a, b));
    this.#list = vectorOfLiterals(type, this.#values, runtime.arena);
  }

  evaluate(frame: EvaluationFrame): Vector {
    const { arena, numRows } = frame;
    const evaluated = frame.evaluate(this.arg);
    if (isConstantNull(arena.memory, evaluated)) return literalVector(BOOLEAN, null, numRows, arena);
    const arg = frame.flat(evaluated);
    if (this.#values.length === 0) {
      return this.#listHasNull
        ? literalVector(BOOLEAN, null, numRows, arena)
        : literalVector(BOOLEAN, this.#negated, numRows, arena);
    }
    const data = arena.allocate(numRows);
    this.#lookUp(arg, data, frame);
    let validity = arg.validity;
    if (this.#listHasNull) {
      // A hit stays a hit; every miss becomes null.
      const hits = arena.allocate(numRows);
      vectorKernels(arena).copy_bytes(hits, data, numRows);
      validity = combineValidity([arg, Vector.flat(BOOLEAN, numRows, hits, hits)], numRows, arena);
    }
    if (this.#negated) vectorKernels(arena).invert_bytes(data, data, numRows);
    return Vector.flat(BOOLEAN, numRows, data, validity);
  }

  #lookUp(arg: Vector, data: number, { arena, numRows }: EvaluationFrame): void {
    const kernels = expressionKernels(arena);
    if (arg.kind !== 'bool') {
      kernels[KERNEL[arg.kind]](data, arg.data, numRows, this.#list.data, this.#values.length);
      return;
    }
    const hasBoth = this.#values.includes(true) && this.#values.includes(false);
    if (hasBoth) vectorKernels(arena).fill_bytes(data, 1, numRows);
    else kernels.compare_bool_vc(0, data, arg.data, this.#list.data, numRows);
  }
}
