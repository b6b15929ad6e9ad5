import { QueryError } from '../../error/index.ts';
import type { MemoryAccount } from '../../runtime/index.ts';
import { type DataType, KIND_WIDTH, physicalKind } from '../../types/index.ts';
import {
  type Address,
  type Arena,
  gatherValues,
  type LinearMemory,
  type Selection,
  VECTOR_KERNELS,
  Vector,
} from '../../vector/index.ts';
import { ColumnStore } from '../column-store.ts';
import { OPERATOR_KERNELS } from '../operator-kernels.ts';
import type { Accumulator, GroupedRows } from './accumulator.ts';
import { StateColumn } from './state-column.ts';

/** How list elements are written; see `kernels/operator/accumulate-collect.ts`. */
const STRING_FORM = 0;
const NESTED_FORM = -1;
const LIST_FORM = -2;

const MAX_COLLECTED_BYTES = 2 ** 30;

/** Keeps all values of each group, in the order of the rows. */
export class CollectAccumulator implements Accumulator {
  readonly #memory: LinearMemory;
  readonly #skipsNulls: boolean;
  readonly #store: ColumnStore;
  readonly #heads: StateColumn;
  readonly #tails: StateColumn;
  /** By row of the store: the next row of its group. */
  readonly #next: StateColumn;

  /** `types` are those of the arguments; with `skipsNulls` rows whose first argument is null are left out. */
  constructor(types: readonly DataType[], skipsNulls: boolean, memory: LinearMemory, account: MemoryAccount) {
    this.#memory = memory;
    this.#skipsNulls = skipsNulls;
    this.#store = new ColumnStore(memory, account, types);
    this.#heads = new StateColumn(4, memory, account);
    this.#tails = new StateColumn(4, memory, account);
    this.#next = new StateColumn(4, memory, account);
  }

  reserve(numGroups: number): void {
    this.#heads.reserve(numGroups);
    this.#tails.reserve(numGroups);
  }

  update({ groups, numRows }: GroupedRows, args: readonly Vector[], scratch: Arena): void {
    const first = this.#store.numRows;
    const kept = this.#keptRows(args[0]!, numRows, scratch);
    if (kept.numRows === 0) return;
    let keptGroups = groups;
    if (kept.address !== 0 && groups !== 0) {
      keptGroups = scratch.allocate(kept.numRows * 4);
      gatherValues(this.#memory, 4, keptGroups, groups, kept.address, kept.numRows);
    }
    this.#store.append(args, kept.address, kept.numRows, scratch);
    this.#next.reserve(this.#store.numRows);
    this.#memory
      .kernels(OPERATOR_KERNELS)
      .chain_values(this.#heads.address, this.#tails.address, this.#next.address, keptGroups, first, kept.numRows);
  }

  /** The values as one string a group, with the delimiters of the second argument. */
  joined(type: DataType, from: number, numGroups: number, arena: Arena): Vector {
    const kernels = this.#memory.kernels(OPERATOR_KERNELS);
    const [values, delimiters] = [this.#store.column(0).data, this.#store.column(1).data];
    const [heads, next] = [this.#heads.at(from), this.#next.address];
    const bytes = kernels.joined_bytes(heads, next, values, delimiters, numGroups);
    const refs = arena.allocate(numGroups * KIND_WIDTH.ref);
    // One byte more, so that an empty string has an address of its own.
    const target = arena.allocate(allowedBytes(bytes) + 1);
    kernels.join_values(refs, target, heads, next, values, delimiters, numGroups);
    return this.#nullWithoutRows(type, refs, from, numGroups, arena);
  }

  /** The delimiter that came with the first value of each group. */
  firstDelimiters(type: DataType, from: number, numGroups: number, arena: Arena): Vector {
    const refs = arena.allocate(numGroups * KIND_WIDTH.ref);
    this.#memory
      .kernels(OPERATOR_KERNELS)
      .first_delimiters(refs, this.#heads.at(from), this.#store.column(1).data, numGroups);
    return Vector.flat(type, numGroups, refs, this.#refsValidity(refs, numGroups, arena));
  }

  /** The values as one list a group. With `areLists` the values are lists themselves, whose elements are taken. */
  lists(type: DataType, areLists: boolean, from: number, numGroups: number, arena: Arena): Vector {
    const kernels = this.#memory.kernels(OPERATOR_KERNELS);
    const column = this.#store.column(0);
    const form = areLists ? LIST_FORM : elementForm(column.type);
    const [heads, next] = [this.#heads.at(from), this.#next.address];
    const bytes = kernels.list_bytes(heads, next, column.data, column.validity, form, numGroups);
    const refs = arena.allocate(numGroups * KIND_WIDTH.ref);
    const target = arena.allocate(allowedBytes(bytes));
    kernels.list_values(refs, target, heads, next, column.data, column.validity, form, numGroups);
    return this.#nullWithoutRows(type, refs, from, numGroups, arena);
  }

  clear(): void {
    this.#store.clear();
    this.#heads.clear();
    this.#tails.clear();
  }

  close(): void {
    this.#store.close();
    this.#heads.close();
    this.#tails.close();
    this.#next.close();
  }

  #keptRows(arg: Vector, numRows: number, scratch: Arena): Selection {
    if (!this.#skipsNulls || arg.validity === 0) return { address: 0, numRows };
    const address = scratch.allocate(numRows * 4);
    const numKept = this.#memory.kernels(VECTOR_KERNELS).select_validity(address, 0, arg.validity, numRows, 1);
    return { address, numRows: numKept };
  }

  #nullWithoutRows(type: DataType, refs: Address, from: number, numGroups: number, arena: Arena): Vector {
    const validity = arena.allocate(numGroups);
    const numValid = this.#memory.kernels(OPERATOR_KERNELS).chained_groups(validity, this.#heads.at(from), numGroups);
    return Vector.flat(type, numGroups, refs, numValid === numGroups ? 0 : validity);
  }

  /** Validity of refs of which those without address are null. */
  #refsValidity(refs: Address, numRefs: number, arena: Arena): Address {
    const validity = arena.allocate(numRefs);
    const numValid = this.#memory.kernels(OPERATOR_KERNELS).refs_validity(validity, refs, numRefs);
    return numValid === numRefs ? 0 : validity;
  }
}

function elementForm(type: DataType): number {
  if (type.id === 'list' || type.id === 'struct') return NESTED_FORM;
  const kind = physicalKind(type);
  return kind === 'ref' ? STRING_FORM : KIND_WIDTH[kind];
}

/** A batch of results must fit the i32 offsets of Arrow, and long before that it is no result to be read. */
function allowedBytes(bytes: number): number {
  if (bytes <= MAX_COLLECTED_BYTES) return bytes;
  throw new QueryError('RESULT_LIMIT', `The collected values of one batch of groups take ${bytes} bytes.`, {
    details: { bytes, limitBytes: MAX_COLLECTED_BYTES },
    hint: 'Collect fewer or shorter values with string_agg or array_agg, or lower the batch size.',
  });
}
