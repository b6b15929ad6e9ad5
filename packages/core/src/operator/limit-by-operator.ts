import { type LimitByExec, outputColumns } from '../physical/index.ts';
import { type Address, Batch } from '../vector/index.ts';
import { ColumnStore } from './column-store.ts';
import { BLOCKED, type Operator } from './operator.ts';
import type { OperatorContext } from './operator-context.ts';
import { OPERATOR_KERNELS } from './operator-kernels.ts';
import { PlanOperator, type Pulled } from './plan-operator.ts';
import { SortKeys } from './sort/sort-keys.ts';

const STATE_BYTES = 8;

/** Counts the rows of each run of equal keys as they pass. Keeps nothing but the keys of the last row. */
export class LimitByOperator extends PlanOperator<LimitByExec> {
  readonly #input: Operator;
  readonly #keys: SortKeys;
  readonly #numColumns: number;
  /** The last row of the batch before. */
  readonly #last: ColumnStore;
  readonly #state: Address;

  constructor(node: LimitByExec, context: OperatorContext, input: Operator) {
    super(node, context, [input]);
    this.#input = input;
    const columns = outputColumns(node.input);
    this.#numColumns = columns.length;
    const keys = node.by.map((expression) => ({ expression, descending: false, nullsFirst: false }));
    this.#keys = new SortKeys(keys, columns, context.expressions);
    this.#last = new ColumnStore(context.memory, this.account, this.#keys.storedTypes);
    this.#state = context.memory.allocate(STATE_BYTES, this.account);
    context.memory.f64[this.#state / 8] = -1;
  }

  protected override pull(): Pulled {
    const { arena } = this;
    const { memory } = this.context;
    for (;;) {
      arena.reset();
      const batch = this.#input.next();
      if (batch === undefined || batch === BLOCKED) return batch;
      const { numRows } = batch;
      const columns = this.#keys.columnsToStore(batch, arena);
      const rows = arena.allocate(numRows * 4);
      const keys = this.#keys.describe(columns, arena);
      const lastKeys = this.#keys.describe(this.#last.columns(), arena);
      const { limit = Number.POSITIVE_INFINITY, offset } = this.node;
      const numKept = memory
        .kernels(OPERATOR_KERNELS)
        .rows_of_runs(rows, keys, numRows, lastKeys, this.#keys.numKeys, offset, offset + limit, this.#state);
      const lastRow = arena.allocate(4);
      memory.u32[lastRow / 4] = numRows - 1;
      this.#last.clear();
      this.#last.append(columns, lastRow, 1, arena);
      if (numKept > 0) return new Batch(columns.slice(0, this.#numColumns), numRows, rows, numKept);
    }
  }

  protected override release(): void {
    this.#last.close();
    this.context.memory.free(this.#state);
  }
}
