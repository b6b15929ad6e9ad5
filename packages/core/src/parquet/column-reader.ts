import type { MemoryAccount } from '../runtime/index.ts';
import type { DataType } from '../types/index.ts';
import type { Address, Arena, LinearMemory, Vector } from '../vector/index.ts';
import type { CodecRegistry } from './codec-registry.ts';
import type { ParquetWasmLoader } from './parquet-wasm-loader.ts';

/**
 * Gives the values of one column of one row group, in row order, as vectors. Synchronous: all bytes it needs were given to
 * it when it was made.
 *
 * Readers of the columns of a row group are independent: an operator reads its filter columns, and then reads or skips
 * the same rows of the others.
 */
export interface ColumnReader {
  readonly type: DataType;
  /** Rows not yet read or skipped. */
  readonly numRowsLeft: number;

  /**
   * The next `numRows` rows. Encodings are mixed: dictionary while the pages are dictionary-encoded (the same
   * `dictionary` object for all batches of a row group), flat after a fallback to plain pages, constant for partition
   * keys and missing columns.
   *
   * The vector, the bytes that its refs point to and everything else that it names live until the next call on this
   * reader or until `arena` is reset, whichever is first; dictionaries live until `close`. Data is aligned to the width of
   * its values (8 bytes at most).
   *
   * Throws `CorruptData` (`BAD_PAGE`, `BAD_ENCODING`, `CHECKSUM_MISMATCH`) with path, row group, column and page;
   * `ResourceExhausted`; `Unsupported` for what neither decoder knows. After an error only `close` may be called.
   */
  read(numRows: number, arena: Arena): Vector;

  /** Passes over the next `numRows` rows. Pages that no row is read from are not decompressed. Throws as `read` does. */
  skip(numRows: number): void;

  /** Frees what the reader holds. Idempotent. The chunk bytes stay the caller's. */
  close(): void;
}

/** What column readers of a task work with. */
export interface ColumnReaderContext {
  readonly memory: LinearMemory;
  /** Charged for pages and dictionaries. */
  readonly account: MemoryAccount;
  /** Decompression that is no kernel: zstd, gzip, brotli. */
  readonly codecs: CodecRegistry;
  /** The fallback decoder. Without it, what only it can decode is `FEATURE_NOT_IMPLEMENTED`. */
  readonly parquetWasm: ParquetWasmLoader | undefined;
  /** `parquet-wasm` sends every column to the fallback decoder; for tests that compare the two. Default: `own`. */
  readonly decoder?: 'own' | 'parquet-wasm';
  /** Whether page checksums are verified where a file has them. Default: false. */
  readonly verifyChecksums?: boolean;
  /** Counters that the readers add to. */
  readonly statistics: DecodeStatistics;
}

/** What decoding did. Counted up by column readers. */
export interface DecodeStatistics {
  /** Pages decoded, dictionary pages included. */
  numPages: number;
  /** Pages passed over without decompressing them. */
  numPagesSkipped: number;
  /** Bytes of pages before and after decompression; of the fallback's chunks too. */
  compressedBytes: number;
  uncompressedBytes: number;
  /** Columns of row groups that the project's own decoder read. */
  numOwnChunks: number;
  /** Columns of row groups that went to parquet-wasm. */
  numFallbackChunks: number;
}

export function emptyDecodeStatistics(): DecodeStatistics {
  return {
    numPages: 0,
    numPagesSkipped: 0,
    compressedBytes: 0,
    uncompressedBytes: 0,
    numOwnChunks: 0,
    numFallbackChunks: 0,
  };
}

/** A byte range of an object that a column of a split needs; `leaf` is a position in `ColumnChunk.leaves`. */
export interface ChunkRange {
  /** Position in `Split.columns`. */
  readonly column: number;
  readonly leaf: number;
  readonly offset: number;
  readonly length: number;
}

/** Where the bytes of a {@link ChunkRange} lie in linear memory. They must stay there until the reader is closed. */
export interface FetchedChunk extends ChunkRange {
  readonly address: Address;
}

/** The readers of one row group: `columns[i]` is for `Split.columns[i]`. */
export interface RowGroupReader {
  readonly numRows: number;
  readonly columns: readonly ColumnReader[];
  /** Closes every reader. Idempotent. */
  close(): void;
}
