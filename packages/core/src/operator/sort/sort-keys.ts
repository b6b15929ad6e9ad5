import { type CompiledExpression, compileExpression } from '../../expression/compile-expression.ts';
import type { ExpressionRuntime } from '../../expression/expression-runtime.ts';
import type { Column, SortKey } from '../../expression/index.ts';
import type { DataType, PhysicalKind } from '../../types/index.ts';
import {
  type Address,
  type Arena,
  type Batch,
  denseColumn,
  flatten,
  type LinearMemory,
  type Vector,
} from '../../vector/index.ts';
import { columnIds } from '../column-ids.ts';

/** Bytes that describe one key. */
export const KEY_BYTES = 16;
/** As in `kernels/operator/sort-order.ts`. */
export const KIND_CODE: Readonly<Record<PhysicalKind, number>> = {
  bool: 0,
  i32: 1,
  i64: 2,
  f64: 3,
  i128: 4,
  ref: 5,
  interval: 6,
};
const DESCENDING = 1;
const NULLS_FIRST = 2;

/**
 * The keys of an ordering over batches of one layout. Rows are kept as the columns of the input, then the keys that are no such
 * column.
 */
export class SortKeys {
  /** Types of the kept columns: those of the input, then those of the computed keys. */
  readonly storedTypes: readonly DataType[];
  readonly numKeys: number;
  readonly #keys: readonly SortKey[];
  /** For each key its place among the kept columns. */
  readonly #places: readonly number[];
  readonly #computed: readonly CompiledExpression[];
  readonly #numColumns: number;

  constructor(keys: readonly SortKey[], columns: readonly Column[], runtime: ExpressionRuntime) {
    const layout = columnIds(columns);
    const computed: CompiledExpression[] = [];
    this.#keys = keys;
    this.numKeys = keys.length;
    this.#numColumns = columns.length;
    this.#places = keys.map(({ expression }) => {
      const place = expression.kind === 'column' ? layout.indexOf(expression.id) : -1;
      if (place >= 0) return place;
      computed.push(compileExpression(expression, layout, runtime));
      return columns.length + computed.length - 1;
    });
    this.#computed = computed;
    this.storedTypes = [...columns.map((column) => column.type), ...computed.map((expression) => expression.type)];
  }

  /** The columns to keep of a batch, dense: those of the input and the computed keys. */
  columnsToStore(batch: Batch, arena: Arena): Vector[] {
    return [
      ...batch.columns.slice(0, this.#numColumns).map((_, place) => denseColumn(batch, place, arena)),
      ...this.#computed.map((expression) => expression.evaluate(batch, arena)),
    ];
  }

  /**
   * Describes the keys for the kernels, for rows that lie in `columns` (kept columns, dense; keys are made flat). The answer
   * lives in `arena`.
   */
  describe(columns: readonly Vector[], arena: Arena): Address {
    const { memory } = arena;
    const vectors = this.#places.map((place) => flatten(columns[place]!, arena));
    const address = arena.allocate(this.numKeys * KEY_BYTES);
    for (const [i, vector] of vectors.entries()) {
      describeSortKey(address + i * KEY_BYTES, vector, this.#keys[i]!, memory);
    }
    return address;
  }

  /** The first key among the kept columns. */
  firstKey(columns: readonly Vector[]): Vector {
    return columns[this.#places[0]!]!;
  }
}

/** The order of a key. */
export type KeyOrder = Pick<SortKey, 'descending' | 'nullsFirst'>;

/** Describes one key with flat values for the kernels, in 16 bytes at an address. */
export function describeSortKey(
  address: Address,
  { data, validity, kind }: Vector,
  { descending, nullsFirst }: KeyOrder,
  memory: LinearMemory,
): void {
  const flags = (descending ? DESCENDING : 0) | (nullsFirst ? NULLS_FIRST : 0);
  memory.u32.set([data, validity, KIND_CODE[kind], flags], address / 4);
}

/** Whether equal prefixes of a key mean equal keys (see `kernels/operator/sort-order.ts`). */
export function isPrefixWhole(key: Vector, magnitudeBits: (key: Vector) => number): boolean {
  switch (key.kind) {
    case 'bool':
    case 'i32':
      return true;
    case 'i64':
    case 'f64':
      return key.validity === 0;
    case 'i128':
      return key.validity === 0 && magnitudeBits(key) < 64;
    default:
      return false;
  }
}
