import { type CompiledExpression, compileExpression } from '../expression/compile-expression.ts';
import type { FilterExec } from '../physical/index.ts';
import { selectBatch } from '../vector/index.ts';
import { columnIds } from './column-ids.ts';
import { BLOCKED, type Operator } from './operator.ts';
import type { OperatorContext } from './operator-context.ts';
import { PlanOperator, type Pulled } from './plan-operator.ts';

/** The rows for which the predicate is true: narrows the selection, copies nothing. */
export class FilterOperator extends PlanOperator<FilterExec> {
  readonly #input: Operator;
  readonly #predicate: CompiledExpression;

  constructor(node: FilterExec, context: OperatorContext, input: Operator) {
    super(node, context, [input]);
    this.#input = input;
    this.#predicate = compileExpression(node.predicate, columnIds(node.input.columns), context.expressions);
  }

  protected override pull(): Pulled {
    for (;;) {
      const batch = this.#input.next();
      if (batch === undefined || batch === BLOCKED) return batch;
      const selected = selectBatch(batch, this.#predicate.evaluate(batch, this.arena), this.arena);
      if (selected.numRows > 0) return selected;
      this.arena.reset();
    }
  }
}
