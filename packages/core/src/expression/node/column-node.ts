import type { DataType } from '../../types/index.ts';
import type { Vector } from '../../vector/index.ts';
import type { EvaluationFrame } from '../evaluation-frame.ts';
import type { ExpressionNode } from './expression-node.ts';

/** The values of a column of the batch. */
export class ColumnNode implements ExpressionNode {
  readonly type: DataType;
  readonly index: number;
  readonly columns: readonly number[];
  readonly isDeterministic = true;
  readonly isTotal = true;
  isShared = false;

  constructor(type: DataType, index: number) {
    this.type = type;
    this.index = index;
    this.columns = [index];
  }

  evaluate(frame: EvaluationFrame): Vector {
    return frame.column(this.index);
  }
}
