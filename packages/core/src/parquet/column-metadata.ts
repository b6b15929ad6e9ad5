import type { ThriftReader } from './thrift-reader.ts';
import { THRIFT } from './thrift-reader.ts';

/** parquet.thrift `Statistics`, as it stands in the file. */
export interface RawStatistics {
  readonly min: Uint8Array | undefined;
  readonly max: Uint8Array | undefined;
  /** The fields that were deprecated because nothing said how their values compare. */
  readonly deprecatedMin: Uint8Array | undefined;
  readonly deprecatedMax: Uint8Array | undefined;
  readonly numNulls: number | undefined;
  readonly numDistinct: number | undefined;
  /** False: a bound that may lie beyond the extreme value (long strings are cut). Absent: not said. */
  readonly isMinExact: boolean | undefined;
  readonly isMaxExact: boolean | undefined;
}

/** One physical column chunk (parquet.thrift `ColumnChunk` and `ColumnMetaData`), the parts that reading needs. */
export interface ColumnMetadata {
  readonly physicalType: number;
  readonly encodings: readonly number[];
  readonly codec: number;
  readonly numValues: number;
  readonly uncompressedBytes: number;
  readonly compressedBytes: number;
  readonly dataPageOffset: number;
  readonly dictionaryPageOffset: number | undefined;
  readonly statistics: RawStatistics | undefined;
  readonly bloomFilterOffset: number | undefined;
  readonly bloomFilterBytes: number | undefined;
  readonly offsetIndexOffset: number | undefined;
  readonly offsetIndexBytes: number | undefined;
  readonly columnIndexOffset: number | undefined;
  readonly columnIndexBytes: number | undefined;
  /** The data is in another file. */
  readonly filePath: string | undefined;
  readonly isEncrypted: boolean;
  /** Whether every data page is dictionary-encoded; undefined where the file does not say. */
  readonly isDictionaryOnly: boolean | undefined;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Reads the fields of a `ColumnChunk`; the struct is entered already. Undefined fields mean what their absence means. */
export function readColumnChunk(reader: ThriftReader): ColumnMetadata | undefined {
  let metadata: Mutable<ColumnMetadata> | undefined;
  const outer: Partial<Mutable<ColumnMetadata>> = {};
  while (reader.nextField()) {
    switch (reader.fieldId) {
      case 1:
        outer.filePath = reader.string();
        break;
      case 3:
        metadata = reader.struct(() => readColumnMetadata(reader));
        break;
      case 4:
        outer.offsetIndexOffset = reader.count();
        break;
      case 5:
        outer.offsetIndexBytes = reader.count();
        break;
      case 6:
        outer.columnIndexOffset = reader.count();
        break;
      case 7:
        outer.columnIndexBytes = reader.count();
        break;
      case 8:
      case 9:
        outer.isEncrypted = true;
        reader.skip();
        break;
      default:
        reader.skip();
    }
  }
  return metadata && Object.assign(metadata, outer);
}

function readColumnMetadata(reader: ThriftReader): Mutable<ColumnMetadata> {
  const metadata: Mutable<ColumnMetadata> = {
    physicalType: -1,
    encodings: [],
    codec: 0,
    numValues: 0,
    uncompressedBytes: 0,
    compressedBytes: 0,
    dataPageOffset: 0,
    dictionaryPageOffset: undefined,
    statistics: undefined,
    bloomFilterOffset: undefined,
    bloomFilterBytes: undefined,
    offsetIndexOffset: undefined,
    offsetIndexBytes: undefined,
    columnIndexOffset: undefined,
    columnIndexBytes: undefined,
    filePath: undefined,
    isEncrypted: false,
    isDictionaryOnly: undefined,
  };
  while (reader.nextField()) {
    switch (reader.fieldId) {
      case 1:
        metadata.physicalType = reader.count();
        break;
      case 2:
        metadata.encodings = reader.integers();
        break;
      case 4:
        metadata.codec = reader.count();
        break;
      case 5:
        metadata.numValues = reader.count();
        break;
      case 6:
        metadata.uncompressedBytes = reader.count();
        break;
      case 7:
        metadata.compressedBytes = reader.count();
        break;
      case 9:
        metadata.dataPageOffset = reader.count();
        break;
      case 11:
        metadata.dictionaryPageOffset = reader.count();
        break;
      case 12:
        metadata.statistics = reader.struct(() => readStatistics(reader));
        break;
      case 13:
        metadata.isDictionaryOnly = readIsDictionaryOnly(reader);
        break;
      case 14:
        metadata.bloomFilterOffset = reader.count();
        break;
      case 15:
        metadata.bloomFilterBytes = reader.count();
        break;
      default:
        reader.skip();
    }
  }
  return metadata;
}

/** Reads the fields of a `Statistics`; the struct is entered already. */
function readStatistics(reader: ThriftReader): RawStatistics {
  const statistics: Mutable<RawStatistics> = {
    min: undefined,
    max: undefined,
    deprecatedMin: undefined,
    deprecatedMax: undefined,
    numNulls: undefined,
    numDistinct: undefined,
    isMinExact: undefined,
    isMaxExact: undefined,
  };
  while (reader.nextField()) {
    switch (reader.fieldId) {
      case 1:
        statistics.deprecatedMax = reader.binary();
        break;
      case 2:
        statistics.deprecatedMin = reader.binary();
        break;
      case 3:
        statistics.numNulls = nonNegative(reader.integer());
        break;
      case 4:
        statistics.numDistinct = nonNegative(reader.integer());
        break;
      case 5:
        statistics.max = reader.binary();
        break;
      case 6:
        statistics.min = reader.binary();
        break;
      case 7:
        statistics.isMaxExact = reader.boolean();
        break;
      case 8:
        statistics.isMinExact = reader.boolean();
        break;
      default:
        reader.skip();
    }
  }
  return statistics;
}

/** Some writers say -1 for what they have not counted. */
function nonNegative(value: number): number | undefined {
  return value < 0 ? undefined : value;
}

/** From `encoding_stats`: whether no data page has another encoding than a dictionary's. */
function readIsDictionaryOnly(reader: ThriftReader): boolean {
  const size = reader.list(THRIFT.struct);
  let dictionaryOnly = true;
  for (let i = 0; i < size; i++) {
    let pageType = -1;
    let encoding = -1;
    let count = 0;
    reader.structElement(() => {
      while (reader.nextField()) {
        if (reader.fieldId === 1) pageType = reader.count();
        else if (reader.fieldId === 2) encoding = reader.count();
        else if (reader.fieldId === 3) count = reader.count();
        else reader.skip();
      }
    });
    const isData = pageType === 0 || pageType === 3;
    if (isData && count > 0 && encoding !== 2 && encoding !== 8) dictionaryOnly = false;
  }
  return dictionaryOnly;
}
