import { internal } from '../../error/index.ts';
import { type KeepExec, outputColumns } from '../../physical/index.ts';
import { Batch, denseColumn } from '../../vector/index.ts';
import { BLOCKED } from '../operator.ts';
import type { OperatorContext } from '../operator-context.ts';
import { PlanOperator, type Pulled } from '../plan-operator.ts';

/** Gives the rows that earlier rounds kept, then those that none has asked for yet. */
export class KeepOperator extends PlanOperator<KeepExec> {
  #nextRow = 0;

  constructor(node: KeepExec, context: OperatorContext) {
    super(node, context);
    if (!context.recursion) throw internal('rows are kept outside of a recursive query');
  }

  protected override pull(): Pulled {
    const kept = this.context.recursion!.kept(this.node);
    const { store, source } = kept;
    if (this.#nextRow === store.numRows && !kept.isWhole) {
      const batch = source.next();
      if (batch === BLOCKED) return batch;
      if (batch === undefined) {
        kept.isWhole = true;
        source.close();
        return undefined;
      }
      const columns = outputColumns(this.node).map((_, i) => denseColumn(batch, i, this.arena));
      store.append(columns, 0, batch.numRows, this.arena);
    }
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
