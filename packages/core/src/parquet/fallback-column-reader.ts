import { internal, isQueryError } from '../error/index.ts';
import type { ColumnChunk, Split } from '../physical/split.ts';
import type { DataType } from '../types/index.ts';
import { KIND_WIDTH, physicalKind, sameType } from '../types/index.ts';
import { type Address, Arena, type KernelModule, Vector } from '../vector/index.ts';
import { readForeignArray } from './arrow-array.ts';
import { ArrowColumnLoader, type LeafColumn } from './arrow-column-loader.ts';
import type { ColumnReader, ColumnReaderContext } from './column-reader.ts';
import { concatenateVectors } from './concatenate-vectors.ts';
import { fieldFile } from './field-file.ts';
import { type FieldShape, fieldShape } from './field-shape.ts';
import { badPage, badText, type PagePlace, unsupportedPage } from './file-error.ts';
import { leafConversion } from './leaf-conversion.ts';
import type { ChunkPiece } from './page-opener.ts';
import type { DecodeTools } from './page-values.ts';
import { CODEC_NAMES } from './parquet-format.ts';
import { type ParquetKernelName, parquetKernels } from './parquet-kernels.ts';
import { withParquetWasm } from './parquet-wasm-instance.ts';
import { RowCursor } from './row-cursor.ts';
import { countRows, rangesWithinRuns, selectedRanges } from './row-ranges.ts';
import { type SchemaNode, schemaTree } from './schema-tree.ts';

/** A column as it lies in linear memory once it was decoded. */
type LoadedColumn = ({ readonly kind: 'leaf' } & LeafColumn) | { readonly kind: 'nested'; readonly node: Address };

/**
 * Reads a field through parquet-wasm: lists and structs, and what the project's own decoder does not know. The whole row
 * group of the field is decoded at the first row that is read, and kept until `close`.
 */
export class FallbackColumnReader implements ColumnReader {
  readonly type: DataType;
  readonly #split: Split;
  readonly #chunk: ColumnChunk;
  readonly #pieces: readonly (readonly ChunkPiece[])[];
  readonly #context: ColumnReaderContext;
  readonly #shape: FieldShape;
  readonly #kernels: KernelModule<ParquetKernelName>;
  readonly #storage: Arena;
  #column: LoadedColumn | undefined;
  /** Rows that parquet-wasm decodes, and which of them are to be given. */
  readonly #numRowsDecoded: number;
  readonly #cursor: RowCursor;
  #isClosed = false;

  /** `pieces`: where the bytes of the field's leaves lie. */
  constructor(
    split: Split,
    chunk: ColumnChunk,
    pieces: readonly (readonly ChunkPiece[])[],
    context: ColumnReaderContext,
  ) {
    this.type = chunk.type;
    this.#split = split;
    this.#chunk = chunk;
    this.#pieces = pieces;
    const ranges = selectedRanges(split);
    const runs = chunk.leaves[0]!.runs;
    this.#cursor = new RowCursor(runs ? rangesWithinRuns(ranges, runs) : ranges);
    this.#numRowsDecoded = runs ? countRows(runs) : (split.selection?.rowGroupRows ?? split.numRows);
    this.#context = context;
    const node = schemaTree(split.path, chunk.schema, 0)[0]!;
    const shape = fieldShape(split.path, node);
    // Types differ where a leaf is widened, or where byte arrays are to be text.
    this.#shape = sameType(shape.type, chunk.type) ? shape : fieldShape(split.path, node, { binaryAsString: true });
    this.#kernels = parquetKernels(context.memory);
    this.#storage = new Arena(context.memory, context.account);
  }

  get numRowsLeft(): number {
    return this.#cursor.numRowsLeft;
  }

  read(numRows: number, arena: Arena): Vector {
    this.#requireRows(numRows);
    if (numRows === 0) return Vector.flat(this.type, 0, arena.allocate(0));
    this.#column ??= this.#load();
    const parts: Vector[] = [];
    for (let left = numRows; left > 0; ) {
      const count = Math.min(left, this.#cursor.numContiguousRows);
      parts.push(this.#rows(this.#column, this.#cursor.row, count, arena));
      this.#cursor.advance(count);
      left -= count;
    }
    return concatenateVectors(parts, arena);
  }

  skip(numRows: number): void {
    this.#requireRows(numRows);
    this.#cursor.advance(numRows);
  }

  close(): void {
    this.#isClosed = true;
    this.#storage.close();
  }

  #requireRows(numRows: number): void {
    if (numRows > this.#cursor.numRowsLeft || this.#isClosed) {
      throw internal('more rows were asked of a column than it has');
    }
  }

  #rows(column: LoadedColumn, row: number, numRows: number, arena: Arena): Vector {
    return column.kind === 'leaf'
      ? this.#leafRows(column, row, numRows, arena)
      : this.#nestedRows(column.node, row, numRows, arena);
  }

  #leafRows({ data, validity, firstBit }: LeafColumn, row: number, numRows: number, arena: Arena): Vector {
    const width = KIND_WIDTH[physicalKind(this.type)];
    let valid = 0;
    if (validity !== 0) {
      valid = arena.allocate(numRows);
      if (this.#kernels.unpack_bits(valid, validity, firstBit + row, numRows) === numRows) valid = 0;
    }
    return Vector.flat(this.type, numRows, data + row * width, valid);
  }

  #nestedRows(node: Address, row: number, numRows: number, arena: Arena): Vector {
    const size = this.#kernels.nested_size(node, row, numRows);
    if (size < 0) {
      throw unsupportedPage(this.#place(), `more than 2 GiB for ${numRows} values`);
    }
    const refs = arena.allocate(numRows * 8);
    const validity = arena.allocate(numRows);
    const bytes = arena.allocate(size);
    const numValues = this.#kernels.nested_write(node, row, numRows, bytes, refs, validity);
    return Vector.flat(this.type, numRows, refs, numValues === numRows ? 0 : validity);
  }

  #place(): PagePlace {
    return { path: this.#split.path, rowGroup: this.#split.rowGroup, column: this.#chunk.name, page: -1 };
  }

  #load(): LoadedColumn {
    const { parquetWasm, account, memory, statistics } = this.#context;
    if (!parquetWasm) throw this.#unknown();
    const numRows = this.#numRowsDecoded;
    let bytes = 0;
    for (const { compressedBytes, uncompressedBytes } of this.#chunk.leaves) {
      statistics.compressedBytes += compressedBytes;
      statistics.uncompressedBytes += uncompressedBytes;
      bytes += 2 * compressedBytes + uncompressedBytes;
    }
    // What the other module takes in its own memory meanwhile is no block of ours, but it is memory.
    account.reserve(bytes);
    try {
      const file = fieldFile(this.#chunk, numRows, this.#pieces, memory);
      return withParquetWasm(parquetWasm, (module) => {
        const stream = module.readParquet(file, { batchSize: Math.max(1, numRows) }).intoFFI();
        try {
          if (stream.numArrays() !== 1) {
            throw badPage(this.#place(), `it was decoded to ${stream.numArrays()} batches instead of one`);
          }
          const batch = readForeignArray(module.wasmMemory(), stream.arrayAddr(0), stream.schemaAddr());
          const array = batch.children[0]!;
          if (array.length !== numRows) {
            throw badPage(this.#place(), `it has ${array.length} rows instead of ${numRows}`);
          }
          const loader = new ArrowColumnLoader(this.#storage, module.wasmMemory(), (leaf, type) =>
            this.#tools(leaf, type),
          );
          if (this.#shape.kind === 'leaf') {
            const shape = { ...this.#shape, type: this.type };
            return { kind: 'leaf' as const, ...loader.leaf(shape, array, batch.offset) };
          }
          return { kind: 'nested' as const, node: loader.node(this.#shape, array, batch.offset) };
        } finally {
          stream.free();
        }
      });
    } catch (error) {
      throw isQueryError(error) ? error : this.#asQueryError(error);
    } finally {
      account.release(bytes);
    }
  }

  #tools(leaf: SchemaNode, type: DataType): DecodeTools {
    return {
      memory: this.#context.memory,
      kernels: this.#kernels,
      conversion: leafConversion(this.#split.path, leaf.path.join('.'), leaf.element, type),
      corrupt: (reason) => badPage(this.#place(), reason),
      badText: () => badText(this.#place()),
    };
  }

  #unknown(): Error {
    const codecs = [...new Set(this.#chunk.leaves.map(({ codec }) => CODEC_NAMES[codec] ?? codec))].join(', ');
    return unsupportedPage(this.#place(), `a structure or compression (${codecs}) that needs the decoder parquet-wasm`);
  }

  /** What parquet-wasm throws: a panic, or an error that is text or has a message. */
  #asQueryError(error: unknown): Error {
    const message = error instanceof Error ? error.message : String(error);
    if (/not (yet )?(implemented|supported)|NYI|unsupported/i.test(message)) {
      return unsupportedPage(this.#place(), `something that no decoder here knows (${message})`);
    }
    const reason = error instanceof WebAssembly.RuntimeError ? 'decoding it failed' : `decoding it failed (${message})`;
    return badPage(this.#place(), reason, error);
  }
}
