import { internal } from '../error/index.ts';
import type { ColumnChunkLeaf, RowRange } from '../physical/split.ts';
import { type Address, Arena, Vector } from '../vector/index.ts';
import type { ColumnReaderContext } from './column-reader.ts';
import { DeltaDecoder } from './delta-values.ts';
import { badChecksum, badPage, badText, type PagePlace, unsupportedPage } from './file-error.ts';
import type { LeafConversion } from './leaf-conversion.ts';
import { type PageBytes, uncompressPage } from './page-bytes.ts';
import { type PageHeader, readPageHeader } from './page-header.ts';
import {
  BooleanValues,
  ByteArrayValues,
  type DecodeTools,
  DictionaryValues,
  FixedValues,
  type PageValues,
} from './page-values.ts';
import { CODEC, ENCODING, ENCODING_NAMES, PAGE, PHYSICAL } from './parquet-format.ts';
import { parquetKernels } from './parquet-kernels.ts';

/** The column chunk of a flat field, with its bytes in linear memory. */
export interface FlatChunk {
  readonly path: string;
  readonly rowGroup: number;
  readonly column: string;
  readonly leaf: ColumnChunkLeaf;
  readonly conversion: LeafConversion;
  /** The bytes of the chunk, all of them or some runs of pages. */
  readonly pieces: readonly ChunkPiece[];
}

/** Pages that follow each other, in linear memory. */
export interface ChunkPiece extends RowRange {
  readonly address: Address;
  readonly length: number;
}

/** A page that is being read. */
export interface OpenPage {
  /** Rows not yet read. */
  numRowsLeft: number;
  /** Whether there are levels to be read from the page's hybrid reader; without them no row is null. */
  readonly hasLevels: boolean;
  readonly values: PageValues;
  /** To be freed when nothing refers to the page's values any more. */
  readonly blocks: readonly Address[];
}

/** A page may not announce more than its whole column chunk does, unless it is smaller than this. */
const PLAUSIBLE_PAGE_BYTES = 64 << 20;

/** Bytes of the state of one hybrid reader. */
const HYBRID_BYTES = 32;

/** Goes through the pages of a flat column chunk, and opens those that are wanted. */
export class PageOpener {
  /** State of the hybrid reader of the open page's definition levels. */
  readonly levelState: Address;
  readonly tools: DecodeTools;
  readonly #chunk: FlatChunk;
  readonly #context: ColumnReaderContext;
  readonly #valueState: Address;
  /** Position in the list of pieces; where in it the next page begins. */
  #piece = -1;
  #position: Address = 0;
  /** Number of the page that stands at `position` or was just opened. */
  #pageNumber = -1;
  /** The row with which the next page begins. */
  #row = 0;
  #next: PageHeader | undefined;
  #dictionaryPage: { readonly header: PageHeader; readonly address: Address } | undefined;
  #dictionary: Vector | undefined;
  #dictionaryArena: Arena | undefined;
  #dictionaryBlock: Address = 0;

  constructor(chunk: FlatChunk, context: ColumnReaderContext) {
    this.#chunk = chunk;
    this.#context = context;
    this.levelState = context.memory.allocate(2 * HYBRID_BYTES, context.account);
    this.#valueState = this.levelState + HYBRID_BYTES;
    this.tools = {
      memory: context.memory,
      kernels: parquetKernels(context.memory),
      conversion: chunk.conversion,
      corrupt: (reason) => badPage(this.#place(), reason),
      badText: () => badText(this.#place()),
    };
  }

  /** The dictionary of the chunk; only after a dictionary-encoded page was opened. */
  get dictionary(): Vector {
    return this.#dictionary!;
  }

  /** Rows of the next data page, or rows before it whose pages are not there. */
  nextPageRows(): number {
    return this.#absentRows() || this.#peek().numValues;
  }

  /** Goes on by the rows that `nextPageRows` tells, without looking at any data. */
  passOver(): void {
    const absentRows = this.#absentRows();
    this.#row += absentRows;
    if (absentRows > 0) return;
    this.#context.statistics.numPagesSkipped++;
    this.#advance(this.#peek());
  }

  /**
   * Checks that the rest of the current run of pages has the rows that it is said to have: an index that counts wrongly would
   * put values into wrong rows.
   */
  checkRest(): void {
    const piece = this.#chunk.pieces[this.#piece];
    while (piece && this.#row < piece.firstRow + piece.numRows) this.#advance(this.#peek());
  }

  open(): OpenPage {
    if (this.#absentRows() > 0) throw internal('a row was asked of a page that was not fetched');
    const header = this.#peek();
    const blocks: Address[] = [];
    try {
      const page = header.type === PAGE.data ? this.#openV1(header, blocks) : this.#openV2(header, blocks);
      this.#context.statistics.numPages++;
      this.#advance(header);
      return page;
    } catch (error) {
      for (const block of blocks) this.#context.memory.free(block);
      throw error;
    }
  }

  /** Frees everything but the blocks of opened pages. Called once. */
  close(): void {
    this.#context.memory.free(this.levelState);
    this.#context.memory.free(this.#dictionaryBlock);
    this.#dictionaryArena?.close();
  }

  #place(): PagePlace {
    const { path, rowGroup, column } = this.#chunk;
    return { path, rowGroup, column, page: this.#pageNumber };
  }

  /** Rows before the next page whose pages are not there. */
  #absentRows(): number {
    this.#peek();
    return Math.max(0, this.#chunk.pieces[this.#piece]!.firstRow - this.#row);
  }

  /** The header of the next data page. Notes the dictionary on the way, and goes on to the next piece at the end of one. */
  #peek(): PageHeader {
    while (!this.#next) {
      this.#pageNumber++;
      const piece = this.#currentPiece();
      const numRowsLeft = piece.firstRow + piece.numRows - Math.max(this.#row, piece.firstRow);
      const end = piece.address + piece.length;
      if (this.#position >= end) throw this.tools.corrupt(`it is missing, with the last ${numRowsLeft} rows`);
      const header = readPageHeader(this.#context.memory.u8, this.#position, end, this.tools.corrupt);
      const limit = Math.max(this.#chunk.leaf.uncompressedBytes, PLAUSIBLE_PAGE_BYTES);
      if (header.uncompressedBytes > limit) {
        throw this.tools.corrupt(`it announces ${header.uncompressedBytes} bytes, more than its whole column`);
      }
      if (header.type === PAGE.data || header.type === PAGE.dataV2) {
        if (header.numValues > numRowsLeft) {
          throw this.tools.corrupt(`it has ${header.numValues} values where ${numRowsLeft} are left`);
        }
        this.#next = header;
        break;
      }
      if (header.type === PAGE.dictionary) {
        if (this.#dictionaryPage) throw this.tools.corrupt('it is a second dictionary');
        this.#dictionaryPage = { header, address: this.#position + header.headerBytes };
      }
      this.#position += header.headerBytes + header.compressedBytes;
    }
    return this.#next;
  }

  /** The piece that the next page is in. */
  #currentPiece(): ChunkPiece {
    const { pieces } = this.#chunk;
    for (;;) {
      const piece = pieces[this.#piece];
      const following = pieces[this.#piece + 1];
      if (piece && (!following || this.#position < piece.address + piece.length)) return piece;
      const numRows = piece ? this.#row - piece.firstRow : 0;
      if (piece && numRows !== piece.numRows) {
        throw this.tools.corrupt(`the pages up to it have ${numRows} rows instead of ${piece.numRows}`);
      }
      this.#piece++;
      this.#position = following!.address;
    }
  }

  #advance(header: PageHeader): void {
    this.#next = undefined;
    this.#row += header.numValues;
    this.#position += header.headerBytes + header.compressedBytes;
  }

  #openV1(header: PageHeader, blocks: Address[]): OpenPage {
    const address = this.#position + header.headerBytes;
    this.#verify(header, address);
    const { codec } = this.#chunk.leaf;
    const bytes = this.#uncompress(codec, address, header.compressedBytes, header.uncompressedBytes, blocks);
    const { memory, kernels, corrupt } = this.tools;
    const end = bytes.address + bytes.length;
    let values = bytes.address;
    if (this.#chunk.leaf.maxDefinitionLevel > 0) {
      if (header.levelEncoding === ENCODING.rle) {
        if (bytes.length < 4) throw corrupt('it ends before its levels');
        const length = new DataView(memory.u8.buffer).getUint32(values, true);
        values += 4;
        if (length > end - values) throw corrupt('its levels are longer than itself');
        kernels.hybrid_start(this.levelState, values, values + length, 1);
        values += length;
      } else if (header.levelEncoding === ENCODING.bitPacked) {
        const length = Math.ceil(header.numValues / 8);
        if (length > end - values) throw corrupt('its levels are longer than itself');
        const levels = memory.allocate(length, this.#context.account);
        blocks.push(levels);
        kernels.reverse_bits(levels, values, length);
        kernels.hybrid_start_packed(this.levelState, levels, levels + length, 1, header.numValues);
        values += length;
      } else {
        throw unsupportedPage(this.#place(), `the level encoding ${encodingName(header.levelEncoding)}`);
      }
    }
    return this.#openPage(header, values, end, blocks);
  }

  #openV2(header: PageHeader, blocks: Address[]): OpenPage {
    const address = this.#position + header.headerBytes;
    this.#verify(header, address);
    const levelBytes = header.repetitionBytes + header.definitionBytes;
    if (levelBytes > header.compressedBytes || levelBytes > header.uncompressedBytes) {
      throw this.tools.corrupt('its levels are longer than itself');
    }
    const levels = address + header.repetitionBytes;
    const codec = header.isCompressed ? this.#chunk.leaf.codec : CODEC.uncompressed;
    const bytes = this.#uncompress(
      codec,
      address + levelBytes,
      header.compressedBytes - levelBytes,
      header.uncompressedBytes - levelBytes,
      blocks,
    );
    if (this.#chunk.leaf.maxDefinitionLevel > 0) {
      this.tools.kernels.hybrid_start(this.levelState, levels, levels + header.definitionBytes, 1);
    }
    return this.#openPage(header, bytes.address, bytes.address + bytes.length, blocks);
  }

  #openPage({ numValues, encoding }: PageHeader, start: Address, end: Address, blocks: Address[]): OpenPage {
    const isNullable = this.#chunk.leaf.maxDefinitionLevel > 0;
    const hasLevels = isNullable && this.tools.kernels.hybrid_is_all_ones(this.levelState, numValues) === 0;
    const values = this.#openValues(encoding, start, end, numValues, blocks);
    return { numRowsLeft: numValues, hasLevels, values, blocks };
  }

  #openValues(encoding: number, start: Address, end: Address, numValues: number, blocks: Address[]): PageValues {
    const { tools } = this;
    const { physicalType } = this.#chunk.leaf;
    const isBytes = physicalType === PHYSICAL.byteArray;
    const isFixedBytes = physicalType === PHYSICAL.fixedLenByteArray;
    const isInteger = physicalType === PHYSICAL.int32 || physicalType === PHYSICAL.int64;
    const delta = () => new DeltaDecoder(tools, this.#context.account);
    const decoded = ({ values, blocks: more }: { values: PageValues; blocks: readonly Address[] }) => {
      blocks.push(...more);
      return values;
    };
    switch (encoding) {
      case ENCODING.plain:
        if (physicalType === PHYSICAL.boolean) return this.#packedBooleans(start, end, numValues);
        return this.#plainValues(start, end);
      case ENCODING.plainDictionary:
      case ENCODING.rleDictionary: {
        if (physicalType === PHYSICAL.boolean) break;
        const { length } = this.#openDictionary();
        return new DictionaryValues(tools, this.#valueState, start, end, length);
      }
      case ENCODING.rle:
        if (physicalType === PHYSICAL.boolean) return this.#runLengthBooleans(start, end);
        break;
      case ENCODING.deltaBinaryPacked:
        if (isInteger) return decoded(delta().integers(start, end, numValues, physicalType));
        break;
      case ENCODING.deltaLengthByteArray:
        if (isBytes) return decoded(delta().byteArrays(start, end, numValues));
        break;
      case ENCODING.deltaByteArray:
        if (isBytes || isFixedBytes) return decoded(delta().strings(start, end, numValues, physicalType));
        break;
      case ENCODING.byteStreamSplit:
        if (physicalType !== PHYSICAL.boolean && physicalType !== PHYSICAL.int96 && !isBytes) {
          return this.#splitStreams(start, end, numValues, blocks);
        }
        break;
      default:
        break;
    }
    throw unsupportedPage(this.#place(), `the encoding ${encodingName(encoding)} for its type`);
  }

  #plainValues(start: Address, end: Address): PageValues {
    const { conversion } = this.tools;
    if (this.#chunk.leaf.physicalType === PHYSICAL.byteArray) return new ByteArrayValues(this.tools, start, end);
    const { sourceWidth, isText } = conversion;
    return new FixedValues(this.tools, start, Math.floor((end - start) / sourceWidth), sourceWidth, isText);
  }

  #packedBooleans(start: Address, end: Address, numValues: number): PageValues {
    const count = Math.min(numValues, (end - start) * 8);
    this.tools.kernels.hybrid_start_packed(this.#valueState, start, end, 1, count);
    return new BooleanValues(this.tools, this.#valueState);
  }

  #runLengthBooleans(start: Address, end: Address): PageValues {
    const { memory, kernels, corrupt } = this.tools;
    const length = end - start < 4 ? -1 : new DataView(memory.u8.buffer).getUint32(start, true);
    if (length < 0 || length > end - start - 4) throw corrupt('its values are longer than itself');
    kernels.hybrid_start(this.#valueState, start + 4, start + 4 + length, 1);
    return new BooleanValues(this.tools, this.#valueState);
  }

  #splitStreams(start: Address, end: Address, numValues: number, blocks: Address[]): PageValues {
    const { memory, kernels, conversion, corrupt } = this.tools;
    const { sourceWidth, isText } = conversion;
    const count = (end - start) / sourceWidth;
    if (!Number.isInteger(count) || count > numValues) throw corrupt('the number of its values makes no sense');
    const block = memory.allocate(end - start, this.#context.account);
    blocks.push(block);
    kernels.byte_stream_join(block, start, count, sourceWidth);
    return new FixedValues(this.tools, block, count, sourceWidth, isText);
  }

  #openDictionary(): Vector {
    if (this.#dictionary) return this.#dictionary;
    const page = this.#dictionaryPage;
    if (!page) throw this.tools.corrupt('it refers to a dictionary, and none comes before it');
    const { header, address } = page;
    const { conversion } = this.tools;
    const { codec, physicalType } = this.#chunk.leaf;
    if (header.encoding !== ENCODING.plain && header.encoding !== ENCODING.plainDictionary) {
      throw unsupportedPage(this.#place(), `the encoding ${encodingName(header.encoding)} for its dictionary`);
    }
    this.#verify(header, address);
    const blocks: Address[] = [];
    const bytes = this.#uncompress(codec, address, header.compressedBytes, header.uncompressedBytes, blocks);
    this.#dictionaryBlock = bytes.block;
    this.#context.statistics.numPages++;
    const leastBytes = physicalType === PHYSICAL.byteArray ? 4 : conversion.sourceWidth;
    if (header.numValues * leastBytes > bytes.length) {
      throw this.tools.corrupt(`its dictionary has ${bytes.length} bytes for ${header.numValues} entries`);
    }
    const arena = new Arena(this.#context.memory, this.#context.account);
    this.#dictionaryArena = arena;
    // Null rows have code 0, which must be an address even where there are no entries.
    const values =
      header.numValues === 0
        ? arena.allocateZeroed(conversion.width)
        : this.#plainValues(bytes.address, bytes.address + bytes.length).read(header.numValues, arena);
    this.#dictionary = Vector.flat(conversion.type, header.numValues, values);
    return this.#dictionary;
  }

  #uncompress(codec: number, address: Address, length: number, numBytes: number, blocks: Address[]): PageBytes {
    const bytes = uncompressPage(this.#context, codec, address, length, numBytes, this.#place());
    if (bytes.block !== 0) blocks.push(bytes.block);
    return bytes;
  }

  #verify(header: PageHeader, address: Address): void {
    if (!this.#context.verifyChecksums || header.crc === undefined) return;
    const crc = this.tools.kernels.crc32(0, address, header.compressedBytes);
    if ((crc | 0) !== (header.crc | 0)) throw badChecksum(this.#place());
  }
}

function encodingName(encoding: number): string {
  return ENCODING_NAMES[encoding] ?? String(encoding);
}
