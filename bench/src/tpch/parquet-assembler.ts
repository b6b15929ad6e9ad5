import {
  asStruct,
  readThriftStruct,
  type ThriftStruct,
  type ThriftValue,
  writeThriftStruct,
} from './thrift-compact.ts';

const MAGIC = new TextEncoder().encode('PAR1');
/** The footer's length and the magic. */
const TRAILER_BYTES = 8;
const MAX_INT16 = 32_767;

/** Field numbers of parquet.thrift (https://github.com/apache/parquet-format). */
const FileMetaData = { numRows: 3, rowGroups: 4 } as const;
const RowGroup = { columns: 1, numRows: 3, fileOffset: 5, ordinal: 7 } as const;
const ColumnChunk = {
  fileOffset: 2,
  metaData: 3,
  offsetIndexOffset: 4,
  offsetIndexLength: 5,
  columnIndexOffset: 6,
  columnIndexLength: 7,
} as const;
const ColumnMetaData = {
  dataPageOffset: 9,
  indexPageOffset: 10,
  dictionaryPageOffset: 11,
  bloomFilterOffset: 14,
} as const;
const OffsetIndex = { pageLocations: 1 } as const;
const PageLocation = { offset: 1 } as const;

/** The page indexes of one column chunk, kept until the file's end. */
interface ChunkIndexes {
  readonly chunk: ThriftStruct;
  readonly columnIndex: Uint8Array | undefined;
  readonly offsetIndex: Uint8Array | undefined;
}

/** Takes bytes in the order of the file. */
export type ByteSink = (bytes: Uint8Array) => Promise<void>;

/**
 * Joins Parquet files of one row group each to one file, as if they had been written by one writer: their pages are
 * copied, their offsets moved, and their page indexes and footers joined at the end.
 *
 * So row groups can be encoded by any number of threads, each holding one in memory. What is kept until the end is the
 * metadata, some tens of kilobytes a row group.
 */
export class ParquetAssembler {
  readonly #sink: ByteSink;
  readonly #rowGroups: ThriftValue[] = [];
  readonly #indexes: ChunkIndexes[] = [];
  #footer: ThriftStruct | undefined;
  #position = 0;
  #numRows = 0;

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  /** Appends the row groups of a whole Parquet file; all files must have the same schema. */
  async append(file: Uint8Array): Promise<void> {
    if (this.#position === 0) await this.#write(MAGIC);
    const footerEnd = file.length - TRAILER_BYTES;
    const footerLength = new DataView(file.buffer, file.byteOffset).getUint32(footerEnd, true);
    const footerStart = footerEnd - footerLength;
    const footer = readThriftStruct(file.subarray(footerStart, footerEnd));
    this.#footer ??= footer;
    const shift = this.#position - MAGIC.length;
    let dataEnd = footerStart;
    for (const rowGroup of footer.list(FileMetaData.rowGroups).map(asStruct)) {
      rowGroup.addInt(RowGroup.fileOffset, shift);
      if (this.#rowGroups.length > MAX_INT16) rowGroup.delete(RowGroup.ordinal);
      else if (rowGroup.int(RowGroup.ordinal) !== undefined) rowGroup.setInt(RowGroup.ordinal, this.#rowGroups.length);
      for (const chunk of rowGroup.list(RowGroup.columns).map(asStruct)) {
        dataEnd = Math.min(dataEnd, this.#moveChunk(chunk, file, shift));
      }
      this.#numRows += rowGroup.int(RowGroup.numRows) ?? 0;
      this.#rowGroups.push(rowGroup);
    }
    await this.#write(file.subarray(MAGIC.length, dataEnd));
  }

  /** Writes the page indexes and the footer, and returns the bytes of the file. At least one file must be appended. */
  async finish(): Promise<number> {
    const footer = this.#footer;
    if (footer === undefined) throw new RangeError('a Parquet file needs at least one row group');
    for (const { chunk, columnIndex } of this.#indexes) {
      if (columnIndex === undefined) continue;
      chunk.setInt(ColumnChunk.columnIndexOffset, this.#position);
      await this.#write(columnIndex);
    }
    for (const { chunk, offsetIndex } of this.#indexes) {
      if (offsetIndex === undefined) continue;
      chunk.setInt(ColumnChunk.offsetIndexOffset, this.#position);
      chunk.setInt(ColumnChunk.offsetIndexLength, offsetIndex.length);
      await this.#write(offsetIndex);
    }
    footer.setInt(FileMetaData.numRows, this.#numRows);
    const rowGroups = footer.list(FileMetaData.rowGroups);
    rowGroups.length = 0;
    for (const rowGroup of this.#rowGroups) rowGroups.push(rowGroup);
    const bytes = writeThriftStruct(footer);
    const trailer = new Uint8Array(TRAILER_BYTES);
    new DataView(trailer.buffer).setUint32(0, bytes.length, true);
    trailer.set(MAGIC, TRAILER_BYTES - MAGIC.length);
    await this.#write(bytes);
    await this.#write(trailer);
    return this.#position;
  }

  /** Moves the offsets of a chunk, keeps its indexes, and returns where the first of these starts in `file`. */
  #moveChunk(chunk: ThriftStruct, file: Uint8Array, shift: number): number {
    const metaData = chunk.struct(ColumnChunk.metaData);
    if (metaData.int(ColumnMetaData.bloomFilterOffset) !== undefined) {
      throw new TypeError('Parquet files with bloom filters cannot be joined');
    }
    // Zero says that the metadata is in the footer alone: not an offset.
    if (chunk.int(ColumnChunk.fileOffset) !== 0) chunk.addInt(ColumnChunk.fileOffset, shift);
    metaData.addInt(ColumnMetaData.dataPageOffset, shift);
    metaData.addInt(ColumnMetaData.indexPageOffset, shift);
    metaData.addInt(ColumnMetaData.dictionaryPageOffset, shift);
    const columnIndexOffset = chunk.int(ColumnChunk.columnIndexOffset);
    const offsetIndexOffset = chunk.int(ColumnChunk.offsetIndexOffset);
    const columnIndex = cut(file, columnIndexOffset, chunk.int(ColumnChunk.columnIndexLength));
    const offsetIndex = cut(file, offsetIndexOffset, chunk.int(ColumnChunk.offsetIndexLength));
    this.#indexes.push({ chunk, columnIndex, offsetIndex: offsetIndex && movePages(offsetIndex, shift) });
    return Math.min(columnIndexOffset ?? file.length, offsetIndexOffset ?? file.length);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    await this.#sink(bytes);
    this.#position += bytes.length;
  }
}

/** A copy, so that the file's buffer can be released. */
function cut(file: Uint8Array, offset: number | undefined, length: number | undefined): Uint8Array | undefined {
  return offset === undefined || length === undefined ? undefined : file.slice(offset, offset + length);
}

function movePages(offsetIndex: Uint8Array, shift: number): Uint8Array {
  const index = readThriftStruct(offsetIndex);
  for (const page of index.list(OffsetIndex.pageLocations)) asStruct(page).addInt(PageLocation.offset, shift);
  return writeThriftStruct(index);
}
