import type { DataType, LiteralValue } from '../types/index.ts';

/**
 * The unit of scan: one row group of one object at one version, with all that a worker must know to read it. Plain data.
 */
export interface Split {
  readonly format: 'parquet';
  /** Name of the store in the engine. */
  readonly store: string;
  readonly path: string;
  /** The version seen at planning; every request is pinned to it. */
  readonly version: string;
  /** Bytes of the whole object. */
  readonly sizeBytes: number;
  /** Index of the row group in the object. */
  readonly rowGroup: number;
  /** Row number of the first row in the object. */
  readonly firstRow: number;
  /** Rows that the split gives: those of the row group, or of `selection`. */
  readonly numRows: number;
  /** Set when only some rows of the row group are read, because the others' pages cannot match. */
  readonly selection?: RowSelection | undefined;
  /** One for each column of the scan, in its order. */
  readonly columns: readonly SplitColumn[];
}

/** Some rows of a row group. */
export interface RowSelection {
  /** Rows of the whole row group. */
  readonly rowGroupRows: number;
  /** Ascending; they neither touch nor overlap. */
  readonly ranges: readonly RowRange[];
}

/** `numRows` rows from `firstRow`, a row of the row group counted from 0. */
export interface RowRange {
  readonly firstRow: number;
  readonly numRows: number;
}

/** Data pages of a chunk that follow each other. A run of no rows has what comes before the data pages: the dictionary. */
export interface PageRun extends RowRange {
  /** In the object. */
  readonly offset: number;
  readonly bytes: number;
}

/** Where the values of one column of a split come from. */
export type SplitColumn =
  | { readonly kind: 'chunk'; readonly chunk: ColumnChunk }
  /** The same value for every row: a hive partition key, the file's name, a column that this file lacks (null). */
  | { readonly kind: 'constant'; readonly type: DataType; readonly value: LiteralValue };

/**
 * A top-level field of a Parquet row group: what its decoder must know. A flat field has one leaf; a list or struct has one
 * or more.
 */
export interface ColumnChunk {
  readonly name: string;
  /** The engine's type of the field. */
  readonly type: DataType;
  readonly leaves: readonly ColumnChunkLeaf[];
  /** The field's own slice of the Parquet schema, in schema order, for decoders that need it (thrift names). */
  readonly schema: readonly ParquetSchemaElement[];
}

/** One physical column chunk (parquet.thrift `ColumnMetaData`). */
export interface ColumnChunkLeaf {
  readonly path: readonly string[];
  /** parquet.thrift `Type`: 0 BOOLEAN, 1 INT32, 2 INT64, 3 INT96, 4 FLOAT, 5 DOUBLE, 6 BYTE_ARRAY, 7 FIXED_LEN_BYTE_ARRAY. */
  readonly physicalType: number;
  /** parquet.thrift `CompressionCodec`. */
  readonly codec: number;
  /** parquet.thrift `Encoding`s that occur. */
  readonly encodings: readonly number[];
  readonly numValues: number;
  /** First byte of the chunk (its dictionary page where it has one) and number of bytes. */
  readonly offset: number;
  readonly compressedBytes: number;
  readonly uncompressedBytes: number;
  readonly dataPageOffset: number;
  readonly dictionaryPageOffset: number | undefined;
  readonly maxDefinitionLevel: number;
  readonly maxRepetitionLevel: number;
  readonly typeLength: number | undefined;
  /** The runs of pages that the split's selection needs, ascending; absent: the whole chunk is read. */
  readonly runs?: readonly PageRun[] | undefined;
  /** Number of nulls where the statistics say so. */
  readonly numNulls: number | undefined;
}

/** parquet.thrift `SchemaElement`, the parts that decoding needs. */
export interface ParquetSchemaElement {
  readonly name: string;
  readonly type?: number;
  readonly typeLength?: number;
  /** 0 REQUIRED, 1 OPTIONAL, 2 REPEATED. */
  readonly repetition?: number;
  readonly numChildren?: number;
  readonly convertedType?: number;
  readonly scale?: number;
  readonly precision?: number;
  /** parquet.thrift `LogicalType` as plain data: `{ kind: 'DECIMAL', scale, precision }`, `{ kind: 'TIMESTAMP', utc, unit }`. */
  readonly logicalType?: Readonly<Record<string, string | number | boolean>>;
}
