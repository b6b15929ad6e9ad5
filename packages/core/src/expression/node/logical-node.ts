import { BOOLEAN } from '../../types/index.ts';
import { type Arena, gatherVector, selectNotFalse, selectNotTrue, Vector } from '../../vector/index.ts';
import type { EvaluationFrame } from '../evaluation-frame.ts';
import { expressionKernels } from '../expression-kernels.ts';
import { ResultBuilder } from '../result-builder.ts';
import { type ExpressionNode, ExpressionNodeBase } from './expression-node.ts';

/**
 * Three-valued AND or OR. An argument that may fail is evaluated only on the rows that the ones before it left open; others
 * are evaluated on all rows, which costs less than picking rows out.
 */
export class LogicalNode extends ExpressionNodeBase {
  readonly kind: 'and' | 'or';
  readonly args: readonly ExpressionNode[];

  constructor(kind: 'and' | 'or', args: readonly ExpressionNode[]) {
    super(BOOLEAN, args);
    this.kind = kind;
    this.args = args;
  }

  evaluate(frame: EvaluationFrame): Vector {
    const { arena } = frame;
    let result = frame.flat(frame.evaluate(this.args[0]!));
    for (const arg of this.args.slice(1)) {
      if (arg.isTotal) {
        result = combine(this.kind, result, frame.flat(frame.evaluate(arg)), arena);
        continue;
      }
      const open = this.kind === 'and' ? selectNotFalse(result, arena) : selectNotTrue(result, arena);
      if (open.numRows === 0) return result;
      const narrowed = frame.narrow(open);
      const values = narrowed.flat(narrowed.evaluate(arg));
      if (narrowed === frame) {
        result = combine(this.kind, result, values, arena);
        continue;
      }
      const before = gatherVector(result, open.address, open.numRows, arena);
      const builder = new ResultBuilder(BOOLEAN, frame.numRows, arena);
      builder.put(result, 0);
      builder.put(combine(this.kind, before, values, arena), open.address);
      result = builder.finish();
    }
    return result;
  }
}

function combine(kind: 'and' | 'or', a: Vector, b: Vector, arena: Arena): Vector {
  const numRows = a.length;
  const data = arena.allocate(numRows);
  const validity = a.validity === 0 && b.validity === 0 ? 0 : arena.allocate(numRows);
  const kernels = expressionKernels(arena);
  const kernel = kind === 'and' ? kernels.and_bool : kernels.or_bool;
  kernel(data, validity, a.data, a.validity, b.data, b.validity, numRows);
  return Vector.flat(BOOLEAN, numRows, data, validity);
}
