import { type CompiledExpression, compileExpression } from '../expression/compile-expression.ts';
import type { ValuesExec } from '../physical/index.ts';
import { Batch } from '../vector/index.ts';
import { ColumnStore } from './column-store.ts';
import type { OperatorContext } from './operator-context.ts';
import { PlanOperator, type Pulled } from './plan-operator.ts';

/** One row and no columns: what the expressions of a VALUES clause are evaluated on. */
const ONE_ROW = new Batch([], 1);

/** The rows of a VALUES clause. */
export class ValuesOperator extends PlanOperator<ValuesExec> {
  readonly #rows: readonly (readonly CompiledExpression[])[];
  readonly #store: ColumnStore;
  #nextRow = 0;

  constructor(node: ValuesExec, context: OperatorContext) {
    super(node, context);
    this.#rows = node.rows.map((row) =>
      row.map((expression) => compileExpression(expression, [], context.expressions)),
    );
    const types = node.columns.map((column) => column.type);
    this.#store = new ColumnStore(context.memory, this.account, types);
  }

  protected override pull(): Pulled {
    this.#store.clear();
    const end = Math.min(this.#rows.length, this.#nextRow + this.context.spec.settings.batchRows);
    while (this.#nextRow < end) {
      const row = this.#rows[this.#nextRow++]!;
      const values = row.map((expression) => expression.evaluate(ONE_ROW, this.arena));
      this.#store.append(values, 0, 1, this.arena);
    }
    const { numRows } = this.#store;
    return numRows === 0 ? undefined : new Batch(this.#store.columns(), numRows);
  }

  protected override release(): void {
    this.#store.close();
  }
}
