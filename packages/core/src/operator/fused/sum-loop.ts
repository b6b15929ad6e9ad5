import type { ExactTerm } from './exact-term.ts';
import { WasmFunction, type WasmLocal } from './wasm-function.ts';

/** How the values of a column lie in a batch. */
export interface LoopColumn {
  readonly place: number;
  readonly kind: 'i32' | 'i64';
  readonly isDictionary: boolean;
}

/** What a generated loop depends on; loops of the same shape have the same bytes. */
export interface SumLoopShape {
  readonly columns: readonly LoopColumn[];
  /** The sums, which may have parts in common. */
  readonly terms: readonly ExactTerm[];
  readonly hasSelection: boolean;
  /** Otherwise all rows are of one group. */
  readonly hasGroups: boolean;
}

/** Bytes of an entry of the block that tells the loop where things are. */
export const SLOT_BYTES = 8;
/** The entries with which the block begins; the columns' data and dictionary addresses follow, then the constants. */
export const LOOP_SLOT = { selection: 0, groups: 1, records: 2, laneBytes: 3, firstColumn: 4 } as const;

/** Neighbouring rows add to records of their own, so that rows of one group do not wait for each other's store. */
export const NUM_LOOP_LANES = 2;

/** Bytes of the record of a group: its sums as i64, then the number of its rows. */
export function recordBytes({ terms }: SumLoopShape): number {
  return (terms.length + 1) * 8;
}

/** The constants of a loop, in the order of their slots. */
export function loopConstants({ terms }: SumLoopShape): bigint[] {
  const constants: bigint[] = [];
  const collect = (term: ExactTerm): void => {
    if (term.kind === 'constant') constants.push(term.value);
    else if (term.kind !== 'column') [term.left, term.right].forEach(collect);
  };
  terms.forEach(collect);
  return [...new Set(constants)];
}

/** Text that is equal for loops with the same code. Constants are told apart by their slot and not by their value. */
export function loopKey(shape: SumLoopShape): string {
  const constants = loopConstants(shape);
  const { columns, terms, hasSelection, hasGroups } = shape;
  const at = (place: number) => columns.findIndex((column) => column.place === place);
  const key = (term: ExactTerm): string => {
    if (term.kind === 'column') return `c${at(term.place)}`;
    if (term.kind === 'constant') return `k${constants.indexOf(term.value)}`;
    return `${term.kind}(${key(term.left)},${key(term.right)})`;
  };
  const layout = columns.map(({ kind, isDictionary }) => `${kind}${isDictionary ? 'd' : 'f'}`);
  return [hasSelection ? 's' : '', hasGroups ? 'g' : '', ...layout, ...terms.map(key)].join(' ');
}

/**
 * The module of a loop that goes once over the rows of a batch: it reads the columns, computes all terms in i64 and adds them to the
 * record of the row's group. `run(block, n)`: `block` is the address of the slots, `n` the number of rows; it neither checks for overflow nor for
 * nulls. The lanes of all groups follow each other, `laneBytes` apart.
 */
export function sumLoopModule(shape: SumLoopShape): Uint8Array<ArrayBuffer> {
  return new SumLoop(shape).module();
}

class SumLoop {
  readonly #shape: SumLoopShape;
  readonly #code = new WasmFunction(2);
  readonly #block: WasmLocal;
  readonly #numRows: WasmLocal;
  readonly #row: WasmLocal;
  readonly #record: WasmLocal;
  readonly #index: WasmLocal;
  readonly #selection: WasmLocal;
  readonly #groups: WasmLocal;
  readonly #lanes: readonly WasmLocal[];
  readonly #addresses: readonly { readonly data: WasmLocal; readonly dictionary: WasmLocal }[];
  readonly #constants: readonly WasmLocal[];
  /** Without groups the sums stay in locals until the end. */
  readonly #sums: readonly WasmLocal[];
  readonly #terms = new Map<string, WasmLocal>();

  constructor(shape: SumLoopShape) {
    this.#shape = shape;
    const code = this.#code;
    this.#block = code.parameter(0);
    this.#numRows = code.parameter(1);
    [this.#row, this.#record, this.#index, this.#selection, this.#groups] = Array.from({ length: 5 }, () =>
      code.local('i32'),
    ) as [WasmLocal, WasmLocal, WasmLocal, WasmLocal, WasmLocal];
    this.#lanes = Array.from({ length: shape.hasGroups ? NUM_LOOP_LANES : 1 }, () => code.local('i32'));
    this.#addresses = shape.columns.map(() => ({ data: code.local('i32'), dictionary: code.local('i32') }));
    this.#constants = loopConstants(shape).map(() => code.local('i64'));
    this.#sums = shape.terms.map(() => code.local('i64'));
  }

  module(): Uint8Array<ArrayBuffer> {
    const code = this.#code;
    this.#readBlock();
    const numLanes = this.#lanes.length;
    const forLanes = (lanes: readonly WasmLocal[]): void => {
      const condition = () => {
        code
          .get(this.#index)
          .i32(lanes.length - 1)
          .plain('i32Add')
          .get(this.#numRows)
          .plain('i32LtU');
      };
      code.whileTrue(condition, () => {
        for (const [i, lane] of lanes.entries()) this.#addRow(lane, i);
        this.#advance(this.#index, lanes.length);
        if (this.#shape.hasSelection) this.#advance(this.#selection, lanes.length * 4);
        if (this.#shape.hasGroups) this.#advance(this.#groups, lanes.length * 4);
      });
    };
    forLanes(this.#lanes);
    if (numLanes > 1) forLanes(this.#lanes.slice(0, 1));
    if (!this.#shape.hasGroups) {
      for (const [i, sum] of this.#sums.entries()) this.#addToMemory(this.#lanes[0]!, i, () => void code.get(sum));
    }
    return code.module();
  }

  #readBlock(): void {
    const code = this.#code;
    const { selection, groups, records, laneBytes, firstColumn } = LOOP_SLOT;
    const read = (slot: number, local: WasmLocal) =>
      code
        .get(this.#block)
        .memory('i32Load', slot * SLOT_BYTES)
        .set(local);
    read(selection, this.#selection);
    read(groups, this.#groups);
    read(records, this.#lanes[0]!);
    this.#lanes.slice(1).forEach((lane, i) => {
      code
        .get(this.#lanes[i]!)
        .get(this.#block)
        .memory('i32Load', laneBytes * SLOT_BYTES)
        .plain('i32Add')
        .set(lane);
    });
    let slot: number = firstColumn;
    for (const { data, dictionary } of this.#addresses) {
      read(slot++, data);
      read(slot++, dictionary);
    }
    for (const constant of this.#constants) {
      code
        .get(this.#block)
        .memory('i64Load', slot++ * SLOT_BYTES)
        .set(constant);
    }
  }

  #advance(local: WasmLocal, by: number): void {
    this.#code.get(local).i32(by).plain('i32Add').set(local);
  }

  /** Row `ahead` rows after the current one. */
  #addRow(lane: WasmLocal, ahead: number): void {
    const code = this.#code;
    const { hasSelection, hasGroups, terms } = this.#shape;
    if (hasSelection) code.get(this.#selection).memory('i32Load', ahead * 4);
    else code.get(this.#index).i32(ahead).plain('i32Add');
    code.set(this.#row);
    if (hasGroups) {
      code
        .get(this.#groups)
        .memory('i32Load', ahead * 4)
        .i32(recordBytes(this.#shape))
        .plain('i32Mul')
        .get(lane)
        .plain('i32Add')
        .set(this.#record);
    }
    const known = new Set<string>();
    terms.forEach((term, i) => {
      const value = this.#compute(term, known);
      if (hasGroups) this.#addToMemory(this.#record, i, () => void code.get(value));
      else code.get(this.#sums[i]!).get(value).plain('i64Add').set(this.#sums[i]!);
    });
    if (hasGroups) this.#addToMemory(this.#record, terms.length, () => void code.i64(1));
  }

  #addToMemory(address: WasmLocal, entry: number, value: () => void): void {
    const code = this.#code
      .get(address)
      .get(address)
      .memory('i64Load', entry * 8);
    value();
    code.plain('i64Add').memory('i64Store', entry * 8);
  }

  /** The local that holds a term of the current row; what was computed once for the row is used again. */
  #compute(term: ExactTerm, known: Set<string>): WasmLocal {
    const code = this.#code;
    if (term.kind === 'constant') return this.#constants[loopConstants(this.#shape).indexOf(term.value)]!;
    const key = termKey(term);
    let local = this.#terms.get(key);
    if (local === undefined) {
      local = code.local('i64');
      this.#terms.set(key, local);
    }
    if (known.has(key)) return local;
    known.add(key);
    if (term.kind === 'column') {
      this.#loadColumn(term.place);
    } else {
      const left = this.#compute(term.left, known);
      const right = this.#compute(term.right, known);
      code
        .get(left)
        .get(right)
        .plain(({ add: 'i64Add', sub: 'i64Sub', mul: 'i64Mul' } as const)[term.kind]);
    }
    code.set(local);
    return local;
  }

  #loadColumn(place: number): void {
    const code = this.#code;
    const index = this.#shape.columns.findIndex((column) => column.place === place);
    const { kind, isDictionary } = this.#shape.columns[index]!;
    const { data, dictionary } = this.#addresses[index]!;
    const load = kind === 'i32' ? 'i64Load32S' : 'i64Load';
    const shift = kind === 'i32' ? 2 : 3;
    if (isDictionary) {
      code.get(dictionary).get(data).get(this.#row).i32(2).plain('i32Shl').plain('i32Add').memory('i32Load');
    } else {
      code.get(data).get(this.#row);
    }
    code.i32(shift).plain('i32Shl').plain('i32Add').memory(load);
  }
}

function termKey(term: ExactTerm): string {
  if (term.kind === 'column') return `c${term.place}`;
  if (term.kind === 'constant') return `k${term.value}`;
  return `${term.kind}(${termKey(term.left)},${termKey(term.right)})`;
}
