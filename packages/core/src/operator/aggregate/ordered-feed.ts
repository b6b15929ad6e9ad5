import { internal } from '../../error/index.ts';
import type { CompiledExpression } from '../../expression/compile-expression.ts';
import type { ExpressionRuntime } from '../../expression/expression-runtime.ts';
import type { Column, SortKey } from '../../expression/index.ts';
import type { MemoryAccount } from '../../runtime/index.ts';
import { INT32 } from '../../types/index.ts';
import {
  type Address,
  type Arena,
  Batch,
  flatten,
  gatherValues,
  gatherVector,
  narrowBatch,
  selectTrue,
  Vector,
} from '../../vector/index.ts';
import { ColumnStore } from '../column-store.ts';
import { SortKeys } from '../sort/sort-keys.ts';
import { sortRows } from '../sort/sort-rows.ts';
import type { AccumulatorFeed, ArgumentSource, Feed } from './accumulator-feed.ts';

/** Where the group of a row is kept; what is computed of the row follows. */
const GROUP_PLACE = 0;

/**
 * Rows of aggregates with ORDER BY: they are kept, with what is computed of them, until the last one has come; then they are
 * sorted once, over all groups, and handed on in that order. Equal rows stay in the order in which they came.
 *
 * Sources and keys must be known before the first row.
 */
export class OrderedFeed implements Feed {
  readonly #filter: CompiledExpression | undefined;
  readonly #runtime: ExpressionRuntime;
  readonly #account: MemoryAccount;
  readonly #batchRows: number;
  readonly #stored: CompiledExpression[] = [];
  readonly #places = new Map<string, number>();
  readonly #keys: SortKey[] = [];
  #next: AccumulatorFeed | undefined;
  #store: ColumnStore | undefined;

  constructor(
    filter: CompiledExpression | undefined,
    runtime: ExpressionRuntime,
    account: MemoryAccount,
    batchRows: number,
  ) {
    this.#filter = filter;
    this.#runtime = runtime;
    this.#account = account;
    this.#batchRows = batchRows;
  }

  /** Keeps a value with each row; the answer finds it among what is handed on. `key` is equal for equal expressions. */
  source(key: string, expression: CompiledExpression): ArgumentSource {
    let place = this.#places.get(key);
    if (place === undefined) {
      place = this.#keep(expression);
      this.#places.set(key, place);
    }
    const at = place;
    return (batch) => batch.columns[at]!;
  }

  /** The next key of the order. */
  addKey({ descending, nullsFirst }: SortKey, expression: CompiledExpression): void {
    const column = this.#column(this.#keep(expression));
    this.#keys.push({ expression: { kind: 'column', ...column }, descending, nullsFirst });
  }

  /** The same feed, whose rows go to `next` once they are in order. */
  before(next: AccumulatorFeed): this {
    this.#next = next;
    return this;
  }

  reserve(numGroups: number): void {
    this.#following.reserve(numGroups);
  }

  update(batch: Batch, groups: Address, _numGroups: number, arena: Arena): void {
    let input = batch;
    let rowGroups = groups;
    if (this.#filter) {
      const passing = selectTrue(flatten(this.#filter.evaluate(batch, arena), arena), arena);
      if (passing.numRows === 0) return;
      input = narrowBatch(batch, passing, arena);
      if (groups !== 0) {
        rowGroups = arena.allocate(passing.numRows * 4);
        gatherValues(arena.memory, 4, rowGroups, groups, passing.address, passing.numRows);
      }
    }
    const { numRows } = input;
    const group =
      rowGroups === 0
        ? Vector.constant(INT32, numRows, arena.allocateZeroed(4))
        : Vector.flat(INT32, numRows, rowGroups);
    const values = this.#stored.map((expression) => expression.evaluate(input, arena));
    this.#store ??= new ColumnStore(
      arena.memory,
      this.#account,
      this.#columns().map(({ type }) => type),
    );
    this.#store.append([group, ...values], 0, numRows, arena);
  }

  finish(numGroups: number, arena: Arena): void {
    const store = this.#store;
    if (!store || store.numRows === 0) return;
    const { memory } = arena;
    const keys = new SortKeys(this.#keys, this.#columns(), this.#runtime);
    const order = sortRows(store, keys, memory, this.#account);
    try {
      for (let from = 0; from < store.numRows; from += this.#batchRows) {
        arena.reset();
        const numRows = Math.min(this.#batchRows, store.numRows - from);
        const rows = order + from * 4;
        const columns = store.columns().map((column) => gatherVector(column, rows, numRows, arena));
        const { data } = flatten(columns[GROUP_PLACE]!, arena);
        this.#following.update(new Batch(columns, numRows), data, numGroups, arena);
      }
    } finally {
      memory.free(order);
    }
    this.#forget();
  }

  clear(): void {
    this.#forget();
    this.#following.clear();
  }

  close(): void {
    this.#forget();
    this.#following.close();
  }

  get #following(): AccumulatorFeed {
    if (!this.#next) throw internal('rows that are put in order have no place to go');
    return this.#next;
  }

  #forget(): void {
    this.#store?.close();
    this.#store = undefined;
  }

  /** The place of a value among what is kept of a row. */
  #keep(expression: CompiledExpression): number {
    this.#stored.push(expression);
    return this.#stored.length + GROUP_PLACE;
  }

  #column(place: number): Column {
    const type = place === GROUP_PLACE ? INT32 : this.#stored[place - 1 - GROUP_PLACE]!.type;
    return { id: place, name: '', type, nullable: true };
  }

  #columns(): Column[] {
    return Array.from({ length: this.#stored.length + 1 }, (_, place) => this.#column(place));
  }
}
