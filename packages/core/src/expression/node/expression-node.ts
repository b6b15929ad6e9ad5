import type { DataType } from '../../types/index.ts';
import type { Vector } from '../../vector/index.ts';
import type { EvaluationFrame } from '../evaluation-frame.ts';

/** A compiled expression or part of one. */
export interface ExpressionNode {
  readonly type: DataType;
  /** Places in the batch of the columns it reads, each once. */
  readonly columns: readonly number[];
  /** False when two evaluations of the same row may differ. */
  readonly isDeterministic: boolean;
  /** True when no row can make it fail, so that it may be evaluated on rows whose result is not needed. */
  readonly isTotal: boolean;
  /** True when several expressions hold it: a frame then keeps its result. */
  isShared: boolean;
  /** The values for the rows of the frame: dense, flat or constant, or a dictionary vector. */
  evaluate(frame: EvaluationFrame): Vector;
}

/** What a node has from its arguments. */
export abstract class ExpressionNodeBase implements ExpressionNode {
  readonly type: DataType;
  readonly columns: readonly number[];
  readonly isDeterministic: boolean;
  readonly isTotal: boolean;
  isShared = false;

  constructor(
    type: DataType,
    args: readonly ExpressionNode[],
    traits: { readonly isDeterministic?: boolean; readonly isTotal?: boolean } = {},
  ) {
    this.type = type;
    this.columns = [...new Set(args.flatMap((arg) => arg.columns))];
    this.isDeterministic = (traits.isDeterministic ?? true) && args.every((arg) => arg.isDeterministic);
    this.isTotal = (traits.isTotal ?? true) && args.every((arg) => arg.isTotal);
  }

  abstract evaluate(frame: EvaluationFrame): Vector;
}
