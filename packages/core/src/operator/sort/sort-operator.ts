import { outputColumns, type SortExec } from '../../physical/index.ts';
import { type Address, Batch, gatherVector } from '../../vector/index.ts';
import { ColumnStore } from '../column-store.ts';
import { BLOCKED, type Operator } from '../operator.ts';
import type { OperatorContext } from '../operator-context.ts';
import { PlanOperator, type Pulled } from '../plan-operator.ts';
import { SortKeys } from './sort-keys.ts';
import { sortRows } from './sort-rows.ts';

/** Keeps the whole input in memory, sorts row numbers, and gathers rows a batch at a time. Stable. */
export class SortOperator extends PlanOperator<SortExec> {
  readonly #input: Operator;
  readonly #keys: SortKeys;
  readonly #store: ColumnStore;
  readonly #numColumns: number;
  /** Row numbers in order, once the input is done. */
  #rows: Address = 0;
  #isSorted = false;
  #nextRow = 0;

  constructor(node: SortExec, context: OperatorContext, input: Operator) {
    super(node, context, [input]);
    this.#input = input;
    const columns = outputColumns(node.input);
    this.#numColumns = columns.length;
    this.#keys = new SortKeys(node.keys, columns, context.expressions);
    this.#store = new ColumnStore(context.memory, this.account, this.#keys.storedTypes);
  }

  protected override pull(): Pulled {
    if (!this.#isSorted) {
      if (!this.#take()) return BLOCKED;
      this.#input.close();
      const { memory } = this.context;
      if (this.#store.numRows > 0) this.#rows = sortRows(this.#store, this.#keys, memory, this.account);
      this.#isSorted = true;
    }
    const from = this.#nextRow;
    const numRows = Math.min(this.context.spec.settings.batchRows, this.#store.numRows - from);
    if (numRows === 0) return undefined;
    this.#nextRow += numRows;
    const columns = this.#store.columns().slice(0, this.#numColumns);
    return new Batch(
      columns.map((column) => gatherVector(column, this.#rows + from * 4, numRows, this.arena)),
      numRows,
    );
  }

  protected override release(): void {
    this.context.memory.free(this.#rows);
    this.#rows = 0;
    this.#store.close();
  }

  /** Takes the input in; false when it is blocked. */
  #take(): boolean {
    for (;;) {
      const batch = this.#input.next();
      if (batch === BLOCKED) return false;
      if (batch === undefined) return true;
      this.#store.append(this.#keys.columnsToStore(batch, this.arena), 0, batch.numRows, this.arena);
      this.arena.reset();
    }
  }
}
