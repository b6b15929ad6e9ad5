import { internal } from '../error/index.ts';
import { physicalKind } from '../types/index.ts';
import type { Address, Arena, LinearMemory } from '../vector/index.ts';
import type { ForeignArray } from './arrow-array.ts';
import type { FieldShape } from './field-shape.ts';
import type { LeafConversion } from './leaf-conversion.ts';
import { convertValues, type DecodeTools } from './page-values.ts';
import { PHYSICAL } from './parquet-format.ts';
import type { SchemaNode } from './schema-tree.ts';

/** Kinds of nodes. Kept equal with `kernels/parquet/nested.ts`. */
const NODE = { fixed: 0, ref: 1, list: 2, struct: 3 } as const;
const NODE_BYTES = 32;

/** The values of a leaf in linear memory: one a row, nulls included. */
export interface LeafColumn {
  readonly data: Address;
  /** Bitmap of the rows that have a value, or 0 when all have; and its bit for row 0. */
  readonly validity: Address;
  readonly firstBit: number;
}

/** What a loader needs of a leaf: how it is converted, and how errors in it are made. */
export type LeafTools = (node: SchemaNode, type: FieldShape['type']) => DecodeTools;

/**
 * Brings a column from the memory of parquet-wasm (Arrow arrays that mirror the Parquet schema, see `fieldFile`) into
 * linear memory. Everything it makes lies in `storage`.
 */
export class ArrowColumnLoader {
  readonly #memory: LinearMemory;
  readonly #storage: Arena;
  readonly #foreign: WebAssembly.Memory;
  readonly #tools: LeafTools;

  constructor(storage: Arena, foreign: WebAssembly.Memory, tools: LeafTools) {
    this.#memory = storage.memory;
    this.#storage = storage;
    this.#foreign = foreign;
    this.#tools = tools;
  }

  /** A leaf. `base`: rows of the array before the first one, beside its own offset. */
  leaf(shape: FieldShape & { readonly kind: 'leaf' }, array: ForeignArray, base: number): LeafColumn {
    const tools = this.#tools(shape.node, shape.type);
    const { conversion, kernels } = tools;
    const numRows = array.length - base;
    const from = array.offset + base;
    const { validity, firstBit } = this.#validity(array, base);
    requireFormat(array, shape.node.element.type!, conversion);
    let source: Address;
    if (shape.node.element.type === PHYSICAL.boolean) {
      const bits = this.#copy(array.buffers[1]!, Math.ceil((from + numRows) / 8));
      source = this.#storage.allocate(numRows);
      kernels.unpack_bits(source, bits, from, numRows);
    } else if (shape.node.element.type === PHYSICAL.byteArray) {
      source = this.#refs(array, from, numRows, tools);
    } else {
      const width = conversion.sourceWidth;
      source = this.#copy(array.buffers[1]! + from * width, numRows * width);
    }
    const data = convertValues(tools, source, numRows, this.#storage);
    if (physicalKind(shape.type) === 'ref' && validity !== 0) kernels.clear_refs(data, validity, firstBit, numRows);
    if (conversion.isText && kernels.first_bad_text(data, numRows) >= 0) throw tools.badText();
    return { data, validity, firstBit };
  }

  /** The node that the kernels `nested_size` and `nested_write` take, for a value of any shape. */
  node(shape: FieldShape, array: ForeignArray, base: number): Address {
    switch (shape.kind) {
      case 'leaf': {
        const { data, validity, firstBit } = this.leaf(shape, array, base);
        const isRef = physicalKind(shape.type) === 'ref';
        const { width } = this.#tools(shape.node, shape.type).conversion;
        return this.#write({ kind: isRef ? NODE.ref : NODE.fixed, width, data, validity, firstBit });
      }
      case 'struct': {
        requireChildren(array, '+s', shape.fields.length);
        const children = shape.fields.map((field, i) => this.node(field, array.children[i]!, base + array.offset));
        return this.#write({ kind: NODE.struct, ...this.#validity(array, base) }, children);
      }
      case 'list':
        return this.#list(shape, array, base);
    }
  }

  #list(shape: FieldShape & { readonly kind: 'list' }, array: ForeignArray, base: number): Address {
    const validity = shape.group ? this.#validity(array, base) : {};
    let list = array;
    let listBase = base;
    if (shape.group) {
      requireChildren(array, '+s', 1);
      list = array.children[0]!;
      listBase = base + array.offset;
    }
    requireChildren(list, '+l', 1);
    const numRows = list.length - listBase;
    const offsets = this.#copy(list.buffers[1]! + 4 * (list.offset + listBase), 4 * (numRows + 1));
    const entries = list.children[0]!;
    let element: Address;
    if (elementNode(shape.element) === shape.repeated) {
      element = this.node(shape.element, entries, 0);
    } else {
      requireChildren(entries, '+s', 1);
      element = this.node(shape.element, entries.children[0]!, entries.offset);
    }
    return this.#write({ kind: NODE.list, offsets, ...validity }, [element]);
  }

  #validity(array: ForeignArray, base: number): { validity: Address; firstBit: number } {
    const bitmap = array.buffers[0] ?? 0;
    if (bitmap === 0) return { validity: 0, firstBit: 0 };
    const firstBit = array.offset + base;
    return { validity: this.#copy(bitmap, Math.ceil((array.offset + array.length) / 8)), firstBit };
  }

  #refs(array: ForeignArray, from: number, numRows: number, { kernels, corrupt }: DecodeTools): Address {
    const refs = this.#storage.allocate(numRows * 8);
    const offsets = this.#copy(array.buffers[1]! + 4 * from, 4 * (numRows + 1));
    const numBytes = numRows === 0 ? 0 : this.#memory.u32[(offsets >>> 2) + numRows]!;
    const bytes = this.#copy(array.buffers[2]!, numBytes);
    if (kernels.refs_of_offsets(offsets, bytes, numBytes, refs, numRows) !== 0) {
      throw corrupt('its byte arrays overlap');
    }
    return refs;
  }

  #copy(address: number, length: number): Address {
    const target = this.#storage.allocate(length);
    if (length > 0) this.#memory.u8.set(new Uint8Array(this.#foreign.buffer, address, length), target);
    return target;
  }

  #write(
    node: {
      readonly kind: number;
      readonly width?: number;
      readonly data?: Address;
      readonly validity?: Address;
      readonly firstBit?: number;
      readonly offsets?: Address;
    },
    children: readonly Address[] = [],
  ): Address {
    const childrenAt = this.#storage.allocate(4 * children.length);
    const address = this.#storage.allocate(NODE_BYTES);
    const { u32 } = this.#memory;
    u32.set(children, childrenAt >>> 2);
    const { kind, width = 0, data = 0, validity = 0, firstBit = 0, offsets = 0 } = node;
    u32.set([kind, width, data, validity, firstBit, offsets, childrenAt, children.length], address >>> 2);
    return address;
  }
}

/** The schema node whose Arrow array holds a shape. */
function elementNode(shape: FieldShape): SchemaNode {
  return shape.kind === 'list' ? (shape.group ?? shape.repeated) : shape.node;
}

const FORMATS: Readonly<Record<number, string>> = {
  [PHYSICAL.boolean]: 'b',
  [PHYSICAL.int32]: 'i',
  [PHYSICAL.int64]: 'l',
  [PHYSICAL.int96]: 'w:12',
  [PHYSICAL.float]: 'f',
  [PHYSICAL.double]: 'g',
  [PHYSICAL.byteArray]: 'z',
};

function requireFormat({ format }: ForeignArray, physicalType: number, { sourceWidth }: LeafConversion): void {
  const expected = FORMATS[physicalType] ?? `w:${sourceWidth}`;
  if (format !== expected)
    throw internal(`parquet-wasm answered with Arrow format '${format}' instead of '${expected}'`);
}

function requireChildren({ format, children }: ForeignArray, expected: string, count: number): void {
  if (format === expected && children.length === count) return;
  throw internal(`parquet-wasm answered with Arrow format '${format}' of ${children.length} instead of '${expected}'`);
}
