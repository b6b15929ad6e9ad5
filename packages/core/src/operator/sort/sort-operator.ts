import { outputColumns, type SortExec } from '../../physical/index.ts';
import { type Address, Batch, gatherVector } from '../../vector/index.ts';
import { ColumnStore } from '../column-store.ts';
import { BLOCKED, type Operator } from '../operator.ts';
import type { OperatorContext } from '../operator-context.ts';
import { PlanOperator, type Pulled } from '../plan-operator.ts';
import { ExternalSort } from '../spill/external-sort.ts';
import { SpillPolicy } from '../spill/spill-policy.ts';
import { SortKeys } from './sort-keys.ts';
import { sortRows } from './sort-rows.ts';

/** What sorting takes for each row: its place in the order, and an entry twice. */
const SORT_ROW_BYTES = 36;

/**
 * Keeps the whole input in memory, sorts row numbers, and gathers rows a batch at a time. When memory is short it writes sorted runs and
 * merges them. Stable either way.
 */
export class SortOperator extends PlanOperator<SortExec> {
  readonly #input: Operator;
  readonly #keys: SortKeys;
  readonly #store: ColumnStore;
  readonly #numColumns: number;
  /** Row numbers in order, once the input is done. */
  #rows: Address = 0;
  #isSorted = false;
  #nextRow = 0;
  readonly #policy: SpillPolicy;
  #external: ExternalSort | undefined;
  #isWritingRun = false;
  #inputIsDone = false;
  #numRuns = 0;

  constructor(node: SortExec, context: OperatorContext, input: Operator) {
    super(node, context, [input]);
    this.#input = input;
    const columns = outputColumns(node.input);
    this.#numColumns = columns.length;
    this.#keys = new SortKeys(node.keys, columns, context.expressions);
    this.#store = new ColumnStore(context.memory, this.account, this.#keys.storedTypes);
    this.#policy = new SpillPolicy(context, this.account);
  }

  protected override pull(): Pulled {
    if (!this.#isSorted) {
      if (!this.#take()) return BLOCKED;
      this.#input.close();
      const { memory } = this.context;
      if (!this.#external && this.#store.numRows > 0)
        this.#rows = sortRows(this.#store, this.#keys, memory, this.account);
      this.#isSorted = true;
    }
    if (this.#external) return this.#nextMerged(this.#external);
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
    this.#external?.close();
  }

  protected override counters(): Readonly<Record<string, number>> {
    return this.#external ? { spilledBytes: this.#external.spilledBytes, sortRuns: this.#numRuns } : {};
  }

  /** Takes the input in; false when it is blocked. */
  #take(): boolean {
    for (;;) {
      if (this.#isWritingRun) {
        if (!this.#external!.writeRun(this.#store, this.arena)) return false;
        this.#isWritingRun = false;
        this.#numRuns += 1;
        this.arena.reset();
      }
      if (this.#inputIsDone) return true;
      const batch = this.#input.next();
      if (batch === BLOCKED) return false;
      if (batch === undefined) {
        this.#inputIsDone = true;
        // The rest is a run like the others.
        this.#isWritingRun = this.#external !== undefined && this.#store.numRows > 0;
        continue;
      }
      this.#store.append(this.#keys.columnsToStore(batch, this.arena), 0, batch.numRows, this.arena);
      this.arena.reset();
      if (this.#policy.mustSpill(this.#store.numRows * SORT_ROW_BYTES)) this.#startRun();
    }
  }

  #startRun(): void {
    const { context, account } = this;
    const { io, blockBytes } = this.#policy;
    const fanIn = () => this.#policy.fanIn;
    this.#external ??= new ExternalSort(this.#keys, { io: io!, context, account, blockBytes }, fanIn);
    this.#isWritingRun = true;
  }

  #nextMerged(external: ExternalSort): Pulled {
    const batch = external.next(this.context.spec.settings.batchRows, this.arena);
    if (batch === undefined || batch === BLOCKED) return batch;
    return new Batch(batch.columns.slice(0, this.#numColumns), batch.numRows);
  }
}
