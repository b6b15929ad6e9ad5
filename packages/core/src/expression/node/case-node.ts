import type { DataType } from '../../types/index.ts';
import {
  type Address,
  composeSelections,
  literalVector,
  type Selection,
  selectNotTrue,
  selectTrue,
  type Vector,
} from '../../vector/index.ts';
import type { EvaluationFrame } from '../evaluation-frame.ts';
import { ResultBuilder } from '../result-builder.ts';
import { type ExpressionNode, ExpressionNodeBase } from './expression-node.ts';

export interface CaseNodeBranch {
  readonly when: ExpressionNode;
  readonly result: ExpressionNode;
}

/** Searched CASE: each condition and each result is evaluated on the rows that reach it and on no others. */
export class CaseNode extends ExpressionNodeBase {
  readonly branches: readonly CaseNodeBranch[];
  readonly otherwise: ExpressionNode | undefined;

  constructor(type: DataType, branches: readonly CaseNodeBranch[], otherwise: ExpressionNode | undefined) {
    super(type, [...branches.flatMap(({ when, result }) => [when, result]), ...(otherwise ? [otherwise] : [])]);
    this.branches = branches;
    this.otherwise = otherwise;
  }

  evaluate(frame: EvaluationFrame): Vector {
    const { arena } = frame;
    const builder = new ResultBuilder(this.type, frame.numRows, arena);
    // An ELSE that cannot fail is put everywhere first: then nobody has to know which rows are left.
    const elseFirst = this.branches.length === 1 && (this.otherwise?.isTotal ?? true);
    if (elseFirst) builder.put(this.#evaluateElse(frame), 0);
    let open = frame;
    let places: Address = 0;
    for (const { when, result } of this.branches) {
      const condition = open.flat(open.evaluate(when));
      const taken = selectTrue(condition, arena);
      if (taken.numRows > 0) {
        const narrowed = open.narrow(taken);
        builder.put(narrowed.evaluate(result), placesOf(places, taken, open.numRows));
      }
      if (taken.numRows === open.numRows || elseFirst) return builder.finish();
      if (taken.numRows === 0) continue;
      const rest = selectNotTrue(condition, arena);
      places = composeSelections(places, rest.address, rest.numRows, arena);
      open = open.narrow(rest);
    }
    builder.put(this.#evaluateElse(open), places);
    return builder.finish();

    function placesOf(outer: Address, inner: Selection, numRows: number): Address {
      return inner.numRows === numRows ? outer : composeSelections(outer, inner.address, inner.numRows, arena);
    }
  }

  #evaluateElse(frame: EvaluationFrame): Vector {
    if (this.otherwise) return frame.evaluate(this.otherwise);
    return literalVector(this.type, null, frame.numRows, frame.arena);
  }
}
