import { THRIFT } from './thrift-reader.ts';
import { ThriftWriter } from './thrift-writer.ts';

export interface HandmadePage {
  /** 0 data page, 2 dictionary page, 3 data page of version 2. */
  readonly type: number;
  readonly numValues: number;
  readonly encoding: number;
  readonly bytes: Uint8Array | readonly number[];
  readonly levelEncoding?: number;
  readonly definitionBytes?: number;
  readonly crc?: number;
  readonly uncompressedBytes?: number;
}

export interface HandmadeFile {
  readonly physicalType: number;
  readonly typeLength?: number;
  readonly convertedType?: number;
  readonly repetition?: number;
  readonly codec?: number;
  readonly numRows: number;
  readonly pages: readonly HandmadePage[];
}

/** A Parquet file of one column `c` and one row group, page by page, for what no writer at hand produces. */
export function handmadeFile(file: HandmadeFile): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.from([0x50, 0x41, 0x52, 0x31])];
  let length = 4;
  let dataPageOffset: number | undefined;
  for (const page of file.pages) {
    if (page.type !== 2) dataPageOffset ??= length;
    const header = pageHeader(page);
    parts.push(header, Uint8Array.from(page.bytes));
    length += header.length + page.bytes.length;
  }
  const footer = new ThriftWriter();
  footer.struct(() => {
    footer.i32Field(1, 1);
    footer.listField(2, THRIFT.struct, [true, false], (isRoot) =>
      footer.struct(() => {
        if (!isRoot) {
          footer.i32Field(1, file.physicalType);
          footer.i32Field(2, file.typeLength);
          footer.i32Field(3, file.repetition ?? 1);
        }
        footer.stringField(4, isRoot ? 'root' : 'c');
        footer.i32Field(5, isRoot ? 1 : undefined);
        footer.i32Field(6, isRoot ? undefined : file.convertedType);
      }),
    );
    footer.i64Field(3, file.numRows);
    footer.listField(4, THRIFT.struct, [file], () =>
      footer.struct(() => {
        footer.listField(1, THRIFT.struct, [file], () =>
          footer.struct(() => {
            footer.i64Field(2, 4);
            footer.structField(3, () => {
              footer.i32Field(1, file.physicalType);
              footer.i32ListField(2, [0]);
              footer.stringListField(3, ['c']);
              footer.i32Field(4, file.codec ?? 0);
              footer.i64Field(5, file.numRows);
              footer.i64Field(6, length - 4);
              footer.i64Field(7, length - 4);
              footer.i64Field(9, dataPageOffset ?? 4);
              footer.i64Field(11, file.pages[0]?.type === 2 ? 4 : undefined);
            });
          }),
        );
        footer.i64Field(2, length - 4);
        footer.i64Field(3, file.numRows);
      }),
    );
  });
  const bytes = footer.bytes();
  const end = new Uint8Array(8);
  new DataView(end.buffer).setUint32(0, bytes.length, true);
  end.set([0x50, 0x41, 0x52, 0x31], 4);
  parts.push(bytes, end);
  return Uint8Array.from(parts.flatMap((part) => Array.from(part)));
}

function pageHeader(page: HandmadePage): Uint8Array {
  const writer = new ThriftWriter();
  writer.struct(() => {
    writer.i32Field(1, page.type);
    writer.i32Field(2, page.uncompressedBytes ?? page.bytes.length);
    writer.i32Field(3, page.bytes.length);
    writer.i32Field(4, page.crc);
    if (page.type === 0) {
      writer.structField(5, () => {
        writer.i32Field(1, page.numValues);
        writer.i32Field(2, page.encoding);
        writer.i32Field(3, page.levelEncoding ?? 3);
        writer.i32Field(4, 3);
      });
    } else if (page.type === 2) {
      writer.structField(7, () => {
        writer.i32Field(1, page.numValues);
        writer.i32Field(2, page.encoding);
      });
    } else {
      writer.structField(8, () => {
        writer.i32Field(1, page.numValues);
        writer.i32Field(2, 0);
        writer.i32Field(3, page.numValues);
        writer.i32Field(4, page.encoding);
        writer.i32Field(5, page.definitionBytes ?? 0);
        writer.i32Field(6, 0);
      });
    }
  });
  return writer.bytes();
}

/** Values as PLAIN INT32. */
export function plainInt32(...values: number[]): number[] {
  return Array.from(new Uint8Array(Int32Array.from(values).buffer));
}
