import { type CompiledPredicate, compilePredicate } from '../expression/compile-predicate.ts';
import { type FilterExec, outputColumns } from '../physical/index.ts';
import { columnIds } from './column-ids.ts';
import { BLOCKED, type Operator } from './operator.ts';
import type { OperatorContext } from './operator-context.ts';
import { PlanOperator, type Pulled } from './plan-operator.ts';
import type { RuntimeFilter } from './runtime-filter.ts';

/** The rows for which the predicate is true: narrows the selection, copies nothing. */
export class FilterOperator extends PlanOperator<FilterExec> {
  readonly #input: Operator;
  readonly #predicate: CompiledPredicate;

  constructor(node: FilterExec, context: OperatorContext, input: Operator) {
    super(node, context, [input]);
    this.#input = input;
    this.#predicate = compilePredicate(node.predicate, columnIds(outputColumns(node.input)), context.expressions);
  }

  acceptFilter(filter: RuntimeFilter): boolean {
    return this.#input.acceptFilter?.(filter) ?? false;
  }

  protected override pull(): Pulled {
    for (;;) {
      const batch = this.#input.next();
      if (batch === undefined || batch === BLOCKED) return batch;
      const selected = this.#predicate.select(batch, this.arena);
      if (selected.numRows > 0) return selected;
      this.arena.reset();
    }
  }
}
