import { internal } from '../../error/index.ts';
import type { WorkTableExec } from '../../physical/index.ts';
import { Batch } from '../../vector/index.ts';
import type { OperatorContext } from '../operator-context.ts';
import { PlanOperator, type Pulled } from '../plan-operator.ts';

/** The rows that the last round of a recursive query gave. */
export class WorkTableOperator extends PlanOperator<WorkTableExec> {
  #nextRow = 0;

  constructor(node: WorkTableExec, context: OperatorContext) {
    super(node, context);
    if (!context.recursion) throw internal('a work table is read outside of a recursive query');
  }

  protected override pull(): Pulled {
    const store = this.context.recursion!.workTable(this.node.workTable);
    const from = this.#nextRow;
    const to = Math.min(store.numRows, from + this.context.spec.settings.batchRows);
    if (to === from) return undefined;
    this.#nextRow = to;
    return new Batch(
      store.columns().map((column) => column.slice(from, to)),
      to - from,
    );
  }
}
