import { outputColumns, type TopNExec } from '../../physical/index.ts';
import { type Address, Batch, gatherVector, type Vector } from '../../vector/index.ts';
import { ColumnStore } from '../column-store.ts';
import { BLOCKED, type Operator } from '../operator.ts';
import type { OperatorContext } from '../operator-context.ts';
import { OPERATOR_KERNELS } from '../operator-kernels.ts';
import { PlanOperator, type Pulled } from '../plan-operator.ts';
import { SortKeys } from './sort-keys.ts';
import { sortRows } from './sort-rows.ts';

/** Rows beyond the wanted ones that are gathered before they are sorted out. */
const SPARE_ROWS = 4096;

/**
 * Keeps the first rows of an order. Rows are gathered until there are twice as many as wanted (or some thousand more), then sorted and
 * cut; from then on only rows that come before the last one kept get in. Memory is bounded by the limit, not by the input.
 */
export class TopNOperator extends PlanOperator<TopNExec> {
  readonly #input: Operator;
  readonly #keys: SortKeys;
  readonly #numColumns: number;
  /** Offset and limit together. */
  readonly #numWanted: number;
  #store: ColumnStore;
  /** The rows kept are sorted and as many as wanted: the last one is a bound for those to come. */
  #isBounded = false;
  #rows: Address = 0;
  #isFinished = false;
  #nextRow: number;

  constructor(node: TopNExec, context: OperatorContext, input: Operator) {
    super(node, context, [input]);
    this.#input = input;
    const columns = outputColumns(node.input);
    this.#numColumns = columns.length;
    this.#numWanted = node.offset + node.limit;
    this.#nextRow = node.offset;
    this.#keys = new SortKeys(node.keys, columns, context.expressions);
    this.#store = this.#newStore();
  }

  protected override pull(): Pulled {
    if (!this.#isFinished) {
      if (this.node.limit > 0 && !this.#take()) return BLOCKED;
      this.#input.close();
      const { memory } = this.context;
      if (this.#store.numRows > 0) this.#rows = sortRows(this.#store, this.#keys, memory, this.account);
      this.#isFinished = true;
    }
    const from = this.#nextRow;
    const end = Math.min(this.#store.numRows, this.#numWanted);
    const numRows = Math.min(this.context.spec.settings.batchRows, end - from);
    if (numRows <= 0) return undefined;
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
      this.#takeBatch(batch);
      this.arena.reset();
    }
  }

  #takeBatch(batch: Batch): void {
    const columns = this.#keys.columnsToStore(batch, this.arena);
    let selection: Address = 0;
    let numRows = batch.numRows;
    if (this.#isBounded) {
      selection = this.arena.allocate(numRows * 4);
      numRows = this.#rowsBeforeLast(columns, numRows, selection);
      if (numRows === 0) return;
    }
    this.#store.append(columns, selection, numRows, this.arena);
    if (this.#store.numRows >= Math.max(2 * this.#numWanted, this.#numWanted + SPARE_ROWS)) this.#cut();
  }

  #rowsBeforeLast(columns: readonly Vector[], numRows: number, out: Address): number {
    const keys = this.#keys.describe(columns, this.arena);
    const bound = this.#keys.describe(this.#store.columns(), this.arena);
    return this.context.memory
      .kernels(OPERATOR_KERNELS)
      .rows_before(out, keys, numRows, bound, this.#numWanted - 1, this.#keys.numKeys);
  }

  /** Sorts the rows and forgets all but those wanted. */
  #cut(): void {
    const { memory } = this.context;
    const rows = sortRows(this.#store, this.#keys, memory, this.account);
    const kept = this.#newStore();
    try {
      kept.append(this.#store.columns(), rows, this.#numWanted, this.arena);
    } catch (error) {
      kept.close();
      throw error;
    } finally {
      memory.free(rows);
    }
    this.#store.close();
    this.#store = kept;
    this.#isBounded = true;
  }

  #newStore(): ColumnStore {
    return new ColumnStore(this.context.memory, this.account, this.#keys.storedTypes);
  }
}
