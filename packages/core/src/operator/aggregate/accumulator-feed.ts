import { isQueryError } from '../../error/index.ts';
import type { CompiledExpression } from '../../expression/compile-expression.ts';
import type { MemoryAccount } from '../../runtime/index.ts';
import { type DataType, INT32 } from '../../types/index.ts';
import {
  type Address,
  type Arena,
  type Batch,
  flatten,
  gatherValues,
  gatherVector,
  isConstantNull,
  type LinearMemory,
  narrowBatch,
  type Selection,
  selectTrue,
  Vector,
} from '../../vector/index.ts';
import type { FusedSums } from '../fused/fused-sums.ts';
import type { Accumulator, GroupedRows } from './accumulator.ts';
import { GroupTable } from './group-table.ts';
import { RowCounter, ValueCounter } from './value-counter.ts';

/** Gives one argument of aggregates for the rows of a batch, dense, of any encoding. */
export type ArgumentSource = (batch: Batch, arena: Arena) => Vector;

/** The arguments of one or more aggregates, and what is accumulated of them. */
export class FeedArguments {
  readonly counter: ValueCounter;
  readonly sources: readonly ArgumentSource[];
  readonly #accumulators = new Map<string, Accumulator>();

  constructor(sources: readonly ArgumentSource[], rows: RowCounter, account: MemoryAccount) {
    this.sources = sources;
    this.counter = new ValueCounter(rows, account);
  }

  get accumulators(): IterableIterator<Accumulator> {
    return this.#accumulators.values();
  }

  get hasAccumulators(): boolean {
    return this.#accumulators.size > 0;
  }

  /** The accumulator under a key, made when it is not there: aggregates that need the same one share it. */
  accumulator<A extends Accumulator>(key: string, create: () => A): A {
    let accumulator = this.#accumulators.get(key);
    if (!accumulator) {
      accumulator = create();
      this.#accumulators.set(key, accumulator);
    }
    return accumulator as A;
  }
}

/** What leaves rows out before they are accumulated. */
export interface FeedOptions {
  /** Only rows for which it is true count. */
  readonly filter?: CompiledExpression | undefined;
  /** Only the first row of a group with the same values of these counts. */
  readonly distinct?: { readonly types: readonly DataType[]; readonly sources: readonly ArgumentSource[] } | undefined;
}

/** Where an aggregation's rows go. */
export interface Feed {
  reserve(numGroups: number): void;
  update(batch: Batch, groups: Address, numGroups: number, arena: Arena, whole?: Batch): void;
  /** After the last row, before the results are read. It may reset `arena`. */
  finish?(numGroups: number, arena: Arena): void;
  clear(): void;
  close(): void;
}

/** The rows that some aggregates have in common, counted once, and the accumulators over their arguments. */
export class AccumulatorFeed implements Feed {
  readonly #memory: LinearMemory;
  readonly #account: MemoryAccount;
  readonly #filter: CompiledExpression | undefined;
  readonly #distinct: FeedOptions['distinct'];
  readonly #seen: GroupTable | undefined;
  readonly #arguments = new Map<string, FeedArguments>();
  readonly rows: RowCounter;
  #fused: { readonly sums: FusedSums; readonly args: ReadonlySet<FeedArguments> } | undefined;

  constructor(options: FeedOptions, memory: LinearMemory, account: MemoryAccount) {
    this.#memory = memory;
    this.#account = account;
    this.#filter = options.filter;
    this.#distinct = options.distinct;
    this.#seen = options.distinct && new GroupTable([INT32, ...options.distinct.types], memory, account);
    this.rows = new RowCounter(memory, account);
  }

  /** The arguments under a key, made when they are not there. */
  arguments(key: string, sources: readonly ArgumentSource[]): FeedArguments {
    let found = this.#arguments.get(key);
    if (!found) {
      found = new FeedArguments(sources, this.rows, this.#account);
      this.#arguments.set(key, found);
    }
    return found;
  }

  /** From now on `sums` takes in `args` where it can. Only for a feed that leaves no rows out; closed with it. */
  fuse(sums: FusedSums, args: ReadonlySet<FeedArguments>): void {
    this.#fused = { sums, args };
  }

  /** Rows that were taken in by a fused loop. */
  get numFusedRows(): number {
    return this.#fused?.sums.numRows ?? 0;
  }

  /** Makes room for so many groups. */
  reserve(numGroups: number): void {
    this.rows.counts.reserve(numGroups);
    for (const args of this.#arguments.values()) {
      args.counter.reserve(numGroups);
      for (const accumulator of args.accumulators) accumulator.reserve(numGroups);
    }
  }

  /**
   * Takes in the rows of a batch; `groups` has one u32 a row, or is 0 when all are of group 0. With `whole`, the same batch without
   * its selection, arguments are evaluated on all stored rows where they cannot fail, to spare their columns the gathering.
   */
  update(batch: Batch, groups: Address, numGroups: number, arena: Arena, whole?: Batch): void {
    const { numRows } = batch;
    if (!this.#filter && !this.#distinct) {
      const rows: GroupedRows = { groups, rows: 0, numRows, numGroups };
      const isFused = this.#fused?.sums.update(batch, groups, numGroups) ?? false;
      if (!isFused) this.rows.update(rows);
      for (const args of this.#arguments.values()) {
        if (isFused && this.#fused?.args.has(args)) continue;
        const stored = whole && valuesIfNoneFails(args, whole, arena);
        if (stored) this.#updateArguments(args, stored, { ...rows, rows: batch.selection }, arena);
        else this.#updateArguments(args, valuesOf(args, batch, arena), rows, arena);
      }
      return;
    }
    this.#updateSome(batch, { groups, rows: 0, numRows, numGroups }, arena);
  }

  clear(): void {
    this.rows.counts.clear();
    this.#seen?.clear();
    for (const args of this.#arguments.values()) {
      args.counter.clear();
      for (const accumulator of args.accumulators) accumulator.clear();
    }
  }

  close(): void {
    this.#fused?.sums.close();
    this.rows.counts.close();
    this.#seen?.close();
    for (const args of this.#arguments.values()) {
      args.counter.close();
      for (const accumulator of args.accumulators) accumulator.close();
    }
  }

  /** Takes in those rows of a batch that the filter and DISTINCT leave. */
  #updateSome(batch: Batch, all: GroupedRows, arena: Arena): void {
    let rows = all;
    let input = batch;
    if (this.#filter) {
      const passing = selectTrue(flatten(this.#filter.evaluate(batch, arena), arena), arena);
      if (passing.numRows === 0) return;
      rows = this.#narrow(rows, passing, arena);
      input = narrowBatch(batch, passing, arena);
    }
    let firsts: Selection | undefined;
    if (this.#distinct) {
      firsts = this.#firstRows(input, rows, arena);
      if (firsts.numRows === 0) return;
      rows = this.#narrow(rows, firsts, arena);
    }
    this.rows.update(rows);
    for (const args of this.#arguments.values()) {
      const values = valuesOf(args, input, arena);
      const kept = firsts ? gatherAll(values, firsts.address, firsts.numRows, arena) : values;
      this.#updateArguments(args, kept, rows, arena);
    }
  }

  #updateArguments(args: FeedArguments, values: readonly Vector[], rows: GroupedRows, arena: Arena): void {
    const [first] = values;
    if (!first) return;
    const mayHaveNulls = first.encoding === 'constant' ? isConstantNull(this.#memory, first) : first.validity !== 0;
    if (!args.hasAccumulators && !mayHaveNulls) return;
    const flat = values.map((vector) => flatten(vector, arena));
    args.counter.update(rows, flat[0]!);
    let picked: readonly Vector[] | undefined;
    for (const accumulator of args.accumulators) {
      if (rows.rows === 0 || accumulator.picksRows) {
        accumulator.update(rows, flat, arena);
      } else {
        picked ??= gatherAll(flat, rows.rows, rows.numRows, arena);
        accumulator.update({ ...rows, rows: 0 }, picked, arena);
      }
    }
  }

  #narrow({ groups, numGroups }: GroupedRows, { address, numRows }: Selection, arena: Arena): GroupedRows {
    if (groups === 0) return { groups, rows: 0, numRows, numGroups };
    const narrowed = arena.allocate(numRows * 4);
    gatherValues(this.#memory, 4, narrowed, groups, address, numRows);
    return { groups: narrowed, rows: 0, numRows, numGroups };
  }

  /** The rows whose values their group has not had before. */
  #firstRows(input: Batch, { groups, numRows }: GroupedRows, arena: Arena): Selection {
    const values = this.#distinct!.sources.map((source) => source(input, arena));
    const group = groups === 0 ? this.#groupZero(numRows, arena) : Vector.flat(INT32, numRows, groups);
    return this.#seen!.assign([group, ...values], 0, numRows, arena).newRows;
  }

  #groupZero(numRows: number, arena: Arena): Vector {
    return Vector.constant(INT32, numRows, arena.allocateZeroed(4));
  }
}

function valuesOf(args: FeedArguments, batch: Batch, arena: Arena): Vector[] {
  return args.sources.map((source) => source(batch, arena));
}

/** Undefined when a row fails: it may be one that does not belong to the batch. */
function valuesIfNoneFails(args: FeedArguments, batch: Batch, arena: Arena): Vector[] | undefined {
  try {
    return valuesOf(args, batch, arena);
  } catch (error) {
    if (isQueryError(error) && error.kind === 'Execution') return undefined;
    throw error;
  }
}

function gatherAll(vectors: readonly Vector[], rows: Address, numRows: number, arena: Arena): Vector[] {
  return vectors.map((vector) => gatherVector(vector, rows, numRows, arena));
}
