import type { MemoryAccount } from '../../runtime/index.ts';
import type { Address, Arena, LinearMemory, Selection, Vector } from '../../vector/index.ts';
import { OPERATOR_KERNELS } from '../operator-kernels.ts';

/** Places of a table for several columns, and for one. A dictionary is never longer than its row group. */
const MAX_PLACES = 1 << 16;
const MAX_PLACES_OF_ONE = 1 << 20;

/**
 * The groups of dictionary and boolean columns by code: the codes of a row make a place in a table that says the group. It holds
 * for as long as the columns keep their dictionaries.
 */
export class CodeTable {
  readonly #memory: LinearMemory;
  readonly #account: MemoryAccount;
  /** What the table is for: the dictionary of each column, undefined for booleans. */
  #dictionaries: readonly (Vector | undefined)[] = [];
  #table: Address = 0;
  #numPlaces = 0;
  #capacity = 0;

  constructor(memory: LinearMemory, account: MemoryAccount) {
    this.#memory = memory;
    this.#account = account;
  }

  /**
   * The place of each of `numRows` rows, those listed at `rows` or the first ones when it is 0. Undefined when there are columns
   * without codes or too many places.
   */
  places(columns: readonly Vector[], rows: Address, numRows: number, scratch: Arena): Address | undefined {
    if (columns.length === 0) return undefined;
    let numPlaces = 1;
    for (const column of columns) {
      if (column.encoding === 'dictionary') numPlaces *= column.dictionary!.length + 1;
      else if (column.encoding === 'flat' && column.kind === 'bool') numPlaces *= 3;
      else return undefined;
    }
    if (numPlaces > (columns.length === 1 ? MAX_PLACES_OF_ONE : MAX_PLACES)) return undefined;
    this.#prepare(
      columns.map((column) => column.dictionary),
      numPlaces,
    );
    const kernels = this.#memory.kernels(OPERATOR_KERNELS);
    const places = scratch.allocate(numRows * 4);
    const [first, second] = columns;
    if (columns.length === 2 && first?.dictionary && second?.dictionary) {
      const size = second.dictionary.length + 1;
      const { data, validity } = first;
      kernels.combine_two_codes(places, data, validity, second.data, second.validity, rows, numRows, size);
      return places;
    }
    columns.forEach((column, i) => {
      const isFirst = i === 0 ? 1 : 0;
      if (column.dictionary) {
        const size = column.dictionary.length + 1;
        kernels.combine_codes(places, column.data, column.validity, rows, numRows, size, isFirst);
      } else {
        kernels.combine_bools(places, column.data, column.validity, rows, numRows, 3, isFirst);
      }
    });
    return places;
  }

  /**
   * Of `numRows` rows of a dictionary column, as {@link places} takes them, the first ones with codes that no call has seen; undefined for
   * other columns. Only for a table of which nobody asks the groups.
   */
  unseen(columns: readonly Vector[], rows: Address, numRows: number, scratch: Arena): Selection | undefined {
    const [column, other] = columns;
    const dictionary = column?.dictionary;
    if (!dictionary || other || dictionary.length >= MAX_PLACES_OF_ONE) return undefined;
    this.#prepare([dictionary], dictionary.length + 1);
    const unseen = scratch.allocate(numRows * 4);
    const kernels = this.#memory.kernels(OPERATOR_KERNELS);
    const numUnseen = kernels.unseen_codes(column.data, column.validity, rows, numRows, this.#table, unseen);
    return { address: unseen, numRows: numUnseen };
  }

  /** Writes the groups that are known to `groups`; answers with the rows whose group is not. */
  lookup(places: Address, numRows: number, groups: Address, scratch: Arena): Selection {
    const unknown = scratch.allocate(numRows * 4);
    const numUnknown = this.#memory
      .kernels(OPERATOR_KERNELS)
      .lookup_groups(groups, places, this.#table, numRows, unknown);
    return { address: unknown, numRows: numUnknown };
  }

  /** Takes over what was found out about the unknown rows, into the table and into `groups`. */
  learn(places: Address, unknown: Selection, found: Address, groups: Address): void {
    this.#memory
      .kernels(OPERATOR_KERNELS)
      .learn_groups(groups, places, this.#table, unknown.numRows, unknown.address, found);
  }

  /** Forgets the groups. */
  clear(): void {
    this.#dictionaries = [];
    this.#numPlaces = 0;
  }

  close(): void {
    this.clear();
    this.#memory.free(this.#table);
    this.#table = 0;
    this.#capacity = 0;
  }

  #prepare(dictionaries: readonly (Vector | undefined)[], numPlaces: number): void {
    const isSame =
      this.#numPlaces === numPlaces &&
      dictionaries.length === this.#dictionaries.length &&
      dictionaries.every((dictionary, i) => dictionary === this.#dictionaries[i]);
    if (isSame) return;
    if (numPlaces > this.#capacity) {
      this.#memory.free(this.#table);
      this.#table = 0;
      this.#capacity = 0;
      this.#table = this.#memory.allocate(numPlaces * 4, this.#account);
      this.#capacity = numPlaces;
    }
    this.#memory.fill(this.#table, numPlaces * 4, 0);
    this.#dictionaries = dictionaries;
    this.#numPlaces = numPlaces;
  }
}
