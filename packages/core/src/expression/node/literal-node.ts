import type { DataType, LiteralValue } from '../../types/index.ts';
import { literalVector, type Vector } from '../../vector/index.ts';
import type { EvaluationFrame } from '../evaluation-frame.ts';
import type { ExpressionRuntime } from '../expression-runtime.ts';
import type { ExpressionNode } from './expression-node.ts';

/** A constant, written once into the runtime's memory. */
export class LiteralNode implements ExpressionNode {
  readonly type: DataType;
  readonly value: LiteralValue;
  readonly columns: readonly number[] = [];
  readonly isDeterministic = true;
  readonly isTotal = true;
  isShared = false;
  readonly #vector: Vector;

  constructor(type: DataType, value: LiteralValue, runtime: ExpressionRuntime) {
    this.type = type;
    this.value = value;
    this.#vector = literalVector(type, value, 1, runtime.arena);
  }

  /** The constant as a vector of one row; valid as long as the runtime. */
  get vector(): Vector {
    return this.#vector;
  }

  evaluate(frame: EvaluationFrame): Vector {
    return this.#vector.slice(0, frame.numRows);
  }
}
