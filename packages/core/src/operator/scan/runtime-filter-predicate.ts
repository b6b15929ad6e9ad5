import type { CompiledPredicate } from '../../expression/compile-predicate.ts';
import type { MemoryAccount } from '../../runtime/index.ts';
import {
  type Address,
  Arena,
  allocateSelection,
  type Batch,
  denseColumn,
  flatten,
  type LinearMemory,
  narrowBatch,
  VECTOR_KERNELS,
  type Vector,
} from '../../vector/index.ts';
import type { JoinProbe } from '../join/join-table.ts';
import { OPERATOR_KERNELS } from '../operator-kernels.ts';
import type { RuntimeFilter } from '../runtime-filter.ts';

/** Rows after which a filter is judged, and the share of them that must have failed for it to stay. */
const TRIAL_ROWS = 1 << 15;
const LEAST_FAILING_SHARE = 1 / 4;
/** Entries a dictionary may have for each row of a batch for all of them to be looked up. */
const ENTRIES_A_ROW = 4;

/** Applies a {@link RuntimeFilter} to batches; gives up when it leaves nearly all rows. Exact while it does not. */
export class RuntimeFilterPredicate implements CompiledPredicate {
  readonly #places: readonly number[];
  readonly #memory: LinearMemory;
  readonly #account: MemoryAccount;
  readonly #probe: JoinProbe;
  /** The dictionary whose entries were looked up last, and a byte for each of them: whether it has a match. */
  #dictionary: Vector | undefined;
  #entries: Address = 0;
  #numRowsSeen = 0;
  #numRowsLeft = 0;
  #isUseless = false;

  /** `places` are those of the filter's columns in the batches to come. */
  constructor(filter: RuntimeFilter, places: readonly number[], memory: LinearMemory, account: MemoryAccount) {
    this.#places = places;
    this.#memory = memory;
    this.#account = account;
    this.#probe = filter.table.openProbe(account);
  }

  /** Rows that it has left out. */
  get numRowsFiltered(): number {
    return this.#numRowsSeen - this.#numRowsLeft;
  }

  select(batch: Batch, arena: Arena): Batch {
    if (this.#isUseless) return batch;
    const selected = this.#selectByEntries(batch, arena) ?? this.#selectRows(batch, arena);
    this.#numRowsSeen += batch.numRows;
    this.#numRowsLeft += selected.numRows;
    this.#isUseless = this.#numRowsSeen >= TRIAL_ROWS && this.numRowsFiltered < this.#numRowsSeen * LEAST_FAILING_SHARE;
    return selected;
  }

  close(): void {
    this.#probe.close();
    this.#forgetEntries();
  }

  #selectRows(batch: Batch, arena: Arena): Batch {
    const { numRows } = batch;
    const keys = this.#places.map((place) => denseColumn(batch, place, arena));
    this.#probe.start(keys, numRows, arena, true);
    const found = this.#probe.next(numRows, arena);
    if (!found) return batch.select(allocateSelection(0, arena), 0);
    return narrowBatch(batch, { address: found.probeRows, numRows: found.numPairs }, arena);
  }

  /** By the codes of a dictionary column, whose entries are looked up once; undefined for others. */
  #selectByEntries(batch: Batch, arena: Arena): Batch | undefined {
    const [place, other] = this.#places;
    const column = batch.columns[place!]!;
    const { dictionary } = column;
    if (other !== undefined || !dictionary) return undefined;
    if (dictionary !== this.#dictionary) {
      if (dictionary.length > batch.numRows * ENTRIES_A_ROW) return undefined;
      this.#lookUp(dictionary);
    }
    const selection = arena.allocate(batch.numRows * 4);
    const numRows = this.#memory
      .kernels(VECTOR_KERNELS)
      .select_by_code(selection, batch.selection, column.data, this.#entries, column.validity, batch.numRows, 0);
    return numRows === batch.numRows ? batch : batch.select(selection, numRows);
  }

  #lookUp(dictionary: Vector): void {
    const { length } = dictionary;
    this.#forgetEntries();
    this.#entries = this.#memory.allocateZeroed(length, this.#account);
    const scratch = new Arena(this.#memory, this.#account);
    try {
      this.#probe.start([flatten(dictionary, scratch)], length, scratch, true);
      const found = this.#probe.next(length, scratch);
      if (found) this.#memory.kernels(OPERATOR_KERNELS).mark_rows(this.#entries, found.probeRows, found.numPairs);
      this.#dictionary = dictionary;
    } finally {
      scratch.close();
    }
  }

  #forgetEntries(): void {
    this.#memory.free(this.#entries);
    this.#entries = 0;
    this.#dictionary = undefined;
  }
}
