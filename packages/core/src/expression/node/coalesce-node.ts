import type { DataType } from '../../types/index.ts';
import { type Address, composeSelections, isConstantNull, selectNull, type Vector } from '../../vector/index.ts';
import type { EvaluationFrame } from '../evaluation-frame.ts';
import { ResultBuilder } from '../result-builder.ts';
import { type ExpressionNode, ExpressionNodeBase } from './expression-node.ts';

/** COALESCE: each argument is evaluated on the rows for which all before it were null. */
export class CoalesceNode extends ExpressionNodeBase {
  readonly args: readonly ExpressionNode[];

  constructor(type: DataType, args: readonly ExpressionNode[]) {
    super(type, args);
    this.args = args;
  }

  evaluate(frame: EvaluationFrame): Vector {
    const { arena } = frame;
    const { memory } = arena;
    let builder: ResultBuilder | undefined;
    let open = frame;
    let places: Address = 0;
    for (const [i, arg] of this.args.entries()) {
      const values = open.evaluate(arg);
      const isLast = i === this.args.length - 1;
      if (!builder) {
        if (values.validity === 0 || isLast) return values;
        if (isConstantNull(memory, values)) continue;
        builder = new ResultBuilder(this.type, frame.numRows, arena);
      }
      builder.put(values, places);
      if (isLast || values.validity === 0) break;
      const nulls = selectNull(values, arena);
      if (nulls.numRows === 0) break;
      if (nulls.numRows < open.numRows) {
        places = composeSelections(places, nulls.address, nulls.numRows, arena);
        open = open.narrow(nulls);
      }
    }
    return builder!.finish();
  }
}
