import type { MemoryAccount } from '../../runtime/index.ts';
import { type DataType, physicalKind } from '../../types/index.ts';
import {
  type Address,
  type Arena,
  composeSelections,
  flatten,
  gatherValues,
  gatherVector,
  type LinearMemory,
  type Selection,
  type Vector,
} from '../../vector/index.ts';
import { ColumnHasher } from '../column-hasher.ts';
import { ColumnStore } from '../column-store.ts';
import { OPERATOR_KERNELS } from '../operator-kernels.ts';
import { CodeTable } from './code-table.ts';
import { StateColumn } from './state-column.ts';

const FIRST_SLOTS = 4096;
const SLOT_BYTES = 8;

/** The groups of some rows. */
export interface Grouping {
  /** One u32 a row. */
  readonly groups: Address;
  /** Rows, ascending, that were the first of their group. */
  readonly newRows: Selection;
}

/**
 * Numbers the distinct keys of rows from 0 on, in the order in which they come. Nulls are equal to each other.
 *
 * Keys are found by hash, a batch and a column at a time (see `kernels/operator/group-table.ts`); short cuts are a table by
 * code for dictionary columns and a single pass for one integer column. All of them find the same groups.
 */
export class GroupTable {
  readonly #memory: LinearMemory;
  readonly #account: MemoryAccount;
  readonly #types: readonly DataType[];
  readonly #keys: ColumnStore;
  readonly #hashes: StateColumn;
  readonly #hasher: ColumnHasher;
  readonly #codes: CodeTable;
  #slots: Address = 0;
  #numSlots = 0;

  constructor(types: readonly DataType[], memory: LinearMemory, account: MemoryAccount) {
    this.#memory = memory;
    this.#account = account;
    this.#types = types;
    this.#keys = new ColumnStore(memory, account, types);
    this.#hashes = new StateColumn(8, memory, account);
    this.#hasher = new ColumnHasher(memory, account);
    this.#codes = new CodeTable(memory, account);
  }

  get numGroups(): number {
    return this.#keys.numRows;
  }

  get numSlots(): number {
    return this.#numSlots;
  }

  /** The keys of all groups, flat, in the order of the groups' numbers. */
  keys(): Vector[] {
    return this.#keys.columns();
  }

  /**
   * The groups of `numRows` rows of columns: those listed at `rows` (u32, ascending), or all when it is 0. The answer lies in
   * `scratch`; new rows are places in the list.
   */
  assign(columns: readonly Vector[], rows: Address, numRows: number, scratch: Arena): Grouping {
    const places = this.#codes.places(columns, rows, numRows, scratch);
    if (places === undefined) return this.#find(this.#pick(columns, rows, numRows, scratch), numRows, scratch);
    const groups = scratch.allocate(numRows * 4);
    const unknown = this.#codes.lookup(places, numRows, groups, scratch);
    if (unknown.numRows === 0) return { groups, newRows: unknown };
    const unknownRows = composeSelections(rows, unknown.address, unknown.numRows, scratch);
    const rest = this.#pick(columns, unknownRows, unknown.numRows, scratch);
    const found = this.#find(rest, unknown.numRows, scratch);
    this.#codes.learn(places, unknown, found.groups, groups);
    const newRows = scratch.allocate(found.newRows.numRows * 4);
    gatherValues(this.#memory, 4, newRows, unknown.address, found.newRows.address, found.newRows.numRows);
    return { groups, newRows: { address: newRows, numRows: found.newRows.numRows } };
  }

  /** Takes in the keys of rows, as {@link assign} does, for a table of which nobody ever asks the groups of rows. */
  add(columns: readonly Vector[], rows: Address, numRows: number, scratch: Arena): void {
    const unseen = this.#codes.unseen(columns, rows, numRows, scratch);
    if (!unseen) {
      this.assign(columns, rows, numRows, scratch);
    } else if (unseen.numRows > 0) {
      const unseenRows = composeSelections(rows, unseen.address, unseen.numRows, scratch);
      this.#find(this.#pick(columns, unseenRows, unseen.numRows, scratch), unseen.numRows, scratch);
    }
  }

  /** Forgets all groups; keeps the room of the slots. */
  clear(): void {
    this.#keys.clear();
    this.#codes.clear();
    this.#memory.fill(this.#slots, this.#numSlots * SLOT_BYTES, 0);
  }

  close(): void {
    this.#keys.close();
    this.#hashes.close();
    this.#hasher.close();
    this.#codes.close();
    this.#memory.free(this.#slots);
    this.#slots = 0;
    this.#numSlots = 0;
  }

  #pick(columns: readonly Vector[], rows: Address, numRows: number, scratch: Arena): readonly Vector[] {
    return rows === 0 ? columns : columns.map((column) => gatherVector(column, rows, numRows, scratch));
  }

  #find(columns: readonly Vector[], numRows: number, scratch: Arena): Grouping {
    this.#reserveSlots(this.numGroups + numRows);
    const flat = columns.map((column) => flatten(column, scratch));
    const kind = physicalKind(this.#types[0]!);
    // Neither the rows nor the keys so far may have nulls: the kernel compares values only.
    const hasNoNulls = flat.length === 1 && flat[0]!.validity === 0 && this.#keys.column(0).validity === 0;
    return hasNoNulls && (kind === 'i32' || kind === 'i64')
      ? this.#findInteger(flat[0]!, kind, numRows, scratch)
      : this.#findAny(columns, flat, numRows, scratch);
  }

  #findInteger(column: Vector, kind: 'i32' | 'i64', numRows: number, scratch: Arena): Grouping {
    const groups = scratch.allocate(numRows * 4);
    const newRows = scratch.allocate(numRows * 4);
    const { numGroups } = this;
    // The kernel writes the keys of new groups, so there must be room for a new one in every row.
    this.#keys.reserve(numGroups + numRows);
    this.#hashes.reserve(numGroups + numRows);
    const numNew = this.#memory
      .kernels(OPERATOR_KERNELS)
      [`assign_groups_${kind}`](
        this.#slots,
        this.#numSlots - 1,
        column.data,
        numRows,
        this.#keys.column(0).data,
        this.#hashes.address,
        groups,
        numGroups,
        newRows,
      );
    this.#keys.addWritten(numNew);
    return { groups, newRows: { address: newRows, numRows: numNew } };
  }

  #findAny(columns: readonly Vector[], flat: readonly Vector[], numRows: number, scratch: Arena): Grouping {
    const memory = this.#memory;
    const kernels = memory.kernels(OPERATOR_KERNELS);
    const hashes = scratch.allocate(numRows * 8);
    this.#hasher.hash(columns, numRows, hashes, scratch);
    const groups = scratch.allocate(numRows * 4);
    const newRows = scratch.allocate(numRows * 4);
    const positions = scratch.allocate(numRows * 4);
    const candidates = scratch.allocate(numRows * 4);
    const counts = scratch.allocate(8);
    // Rows whose keys differ from those of the slot they hit go on in the next round.
    const rounds = [scratch.allocate(numRows * 4), scratch.allocate(numRows * 4)];
    let numNew = 0;
    let pending: Address = 0;
    let numPending = numRows;
    for (let round = 0; numPending > 0; round++) {
      const roundNewRows = newRows + numNew * 4;
      kernels.probe_groups(
        this.#slots,
        this.#numSlots - 1,
        hashes,
        pending,
        numPending,
        round === 0 ? 0 : 1,
        positions,
        groups,
        this.numGroups,
        roundNewRows,
        candidates,
        counts,
      );
      const numRoundNew = memory.u32[counts / 4]!;
      let numLeft = memory.u32[counts / 4 + 1]!;
      if (numRoundNew > 0) this.#addGroups(flat, roundNewRows, numRoundNew, hashes, scratch);
      numNew += numRoundNew;
      const mismatches = rounds[round % 2]!;
      let numMismatches = 0;
      flat.forEach((column, i) => {
        if (numLeft === 0) return;
        const key = this.#keys.column(i);
        const numKept = kernels[`match_${column.kind}`](
          column.data,
          column.validity,
          key.data,
          key.validity,
          candidates,
          groups,
          numLeft,
          mismatches + numMismatches * 4,
        );
        numMismatches += numLeft - numKept;
        numLeft = numKept;
      });
      pending = mismatches;
      numPending = numMismatches;
    }
    return { groups, newRows: { address: newRows, numRows: numNew } };
  }

  #addGroups(flat: readonly Vector[], rows: Address, numRows: number, hashes: Address, scratch: Arena): void {
    const { numGroups } = this;
    this.#hashes.reserve(numGroups + numRows);
    gatherValues(this.#memory, 8, this.#hashes.at(numGroups), hashes, rows, numRows);
    this.#keys.append(flat, rows, numRows, scratch);
  }

  /** Slots are at most half full, so that chains stay short; keys of any distribution are hashed well enough for that. */
  #reserveSlots(numGroups: number): void {
    if (numGroups * 2 <= this.#numSlots) return;
    let numSlots = Math.max(this.#numSlots, FIRST_SLOTS);
    while (numSlots < numGroups * 2) numSlots *= 2;
    const memory = this.#memory;
    const slots = memory.allocateZeroed(numSlots * SLOT_BYTES, this.#account);
    memory.kernels(OPERATOR_KERNELS).insert_groups(slots, numSlots - 1, this.#hashes.address, 0, this.numGroups);
    memory.free(this.#slots);
    this.#slots = slots;
    this.#numSlots = numSlots;
  }
}
