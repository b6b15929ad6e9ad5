import { ENCODING, PAGE } from './parquet-format.ts';
import { ThriftReader } from './thrift-reader.ts';

/** parquet.thrift `PageHeader`, the parts that decoding needs. */
export interface PageHeader {
  /** See {@link PAGE}. */
  readonly type: number;
  readonly uncompressedBytes: number;
  readonly compressedBytes: number;
  readonly crc: number | undefined;
  /** Values of a data page (nulls included) or entries of a dictionary. */
  readonly numValues: number;
  readonly encoding: number;
  /** Of a data page of version 1. */
  readonly levelEncoding: number;
  /** Of a data page of version 2: bytes of the levels, which are not compressed. */
  readonly definitionBytes: number;
  readonly repetitionBytes: number;
  readonly isCompressed: boolean;
  /** Bytes of the header itself. */
  readonly headerBytes: number;
}

/** Reads the page header at `start`; `corrupt` makes the error for one that makes no sense. */
export function readPageHeader(
  bytes: Uint8Array,
  start: number,
  end: number,
  corrupt: (reason: string) => Error,
): PageHeader {
  const reader = new ThriftReader(bytes, start, end, corrupt);
  let type = -1;
  let uncompressedBytes = -1;
  let compressedBytes = -1;
  let crc: number | undefined;
  const details = {
    numValues: -1,
    encoding: -1,
    levelEncoding: ENCODING.rle as number,
    definitionBytes: 0,
    repetitionBytes: 0,
    isCompressed: true,
  };
  const outer = reader.enterStruct();
  while (reader.nextField()) {
    switch (reader.fieldId) {
      case 1:
        type = reader.count();
        break;
      case 2:
        uncompressedBytes = reader.count();
        break;
      case 3:
        compressedBytes = reader.count();
        break;
      case 4:
        crc = reader.integer();
        break;
      case 5:
      case 7:
        reader.struct(() => readDetails(reader, details));
        break;
      case 8:
        reader.struct(() => readDetailsV2(reader, details));
        break;
      default:
        reader.skip();
    }
  }
  reader.leaveStruct(outer);
  const headerBytes = reader.position - start;
  const isKnown = type === PAGE.data || type === PAGE.dictionary || type === PAGE.dataV2;
  if (type < 0 || uncompressedBytes < 0 || compressedBytes < 0 || (isKnown && details.numValues < 0)) {
    throw corrupt('its header lacks what every page must say');
  }
  if (compressedBytes > end - reader.position) {
    throw corrupt(`it would have ${compressedBytes} bytes, and ${end - reader.position} are left in its column`);
  }
  return { type, uncompressedBytes, compressedBytes, crc, ...details, headerBytes };
}

interface PageDetails {
  numValues: number;
  encoding: number;
  levelEncoding: number;
  definitionBytes: number;
  repetitionBytes: number;
  isCompressed: boolean;
}

/** `DataPageHeader` and `DictionaryPageHeader`, which begin alike. */
function readDetails(reader: ThriftReader, details: PageDetails): void {
  while (reader.nextField()) {
    if (reader.fieldId === 1) details.numValues = reader.count();
    else if (reader.fieldId === 2) details.encoding = reader.count();
    else if (reader.fieldId === 3 && reader.fieldType > 2) details.levelEncoding = reader.count();
    else reader.skip();
  }
}

function readDetailsV2(reader: ThriftReader, details: PageDetails): void {
  while (reader.nextField()) {
    if (reader.fieldId === 1) details.numValues = reader.count();
    else if (reader.fieldId === 4) details.encoding = reader.count();
    else if (reader.fieldId === 5) details.definitionBytes = reader.count();
    else if (reader.fieldId === 6) details.repetitionBytes = reader.count();
    else if (reader.fieldId === 7) details.isCompressed = reader.boolean();
    else reader.skip();
  }
}
