/// <reference types="node" />
import { createRequire } from 'node:module';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import * as arrow from 'apache-arrow';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../runtime/index.ts';
import { DuckdbPeer } from './duckdb-peer.fixture.ts';
import { readColumns } from './read-columns.fixture.ts';

const parquetWasm = createRequire(import.meta.url)('parquet-wasm/node') as typeof import('parquet-wasm/node');
const { Compression, Encoding, WriterVersion } = parquetWasm;

const NUM_ROWS = 3000;

let peer: DuckdbPeer;
beforeAll(async () => {
  peer = await DuckdbPeer.open();
});
afterAll(() => peer.close());

const random = seededRandom(7);
const rows = Array.from({ length: NUM_ROWS }, (_, i) => i);
const withNulls = <T>(values: T[]): (T | null)[] => values.map((value, i) => (i % 7 === 3 ? null : value));

const COLUMNS: Readonly<Record<string, arrow.Vector>> = {
  bool: arrow.vectorFromArray(withNulls(rows.map((i) => i % 100 < 60)), new arrow.Bool()),
  int32: arrow.vectorFromArray(
    withNulls(rows.map((i) => Math.floor(random.next() * 2 ** (i % 32)) - 1000)),
    new arrow.Int32(),
  ),
  int64: arrow.vectorFromArray(
    withNulls(rows.map((i) => BigInt.asIntN(64, BigInt(Math.floor(random.next() * 2 ** 53)) << BigInt(i % 40)))),
    new arrow.Int64(),
  ),
  sorted: arrow.vectorFromArray(
    rows.map((i) => BigInt(1_600_000_000_000_000 + i * 1000)),
    new arrow.Int64(),
  ),
  float32: arrow.vectorFromArray(withNulls(rows.map((i) => Math.fround(i * 1.25 - 100))), new arrow.Float32()),
  float64: arrow.vectorFromArray(withNulls(rows.map(() => random.next() * 1e9)), new arrow.Float64()),
  text: arrow.vectorFromArray(withNulls(rows.map((i) => `prefix ${Math.floor(i / 10)} – ${i}`)), new arrow.Utf8()),
  empty: arrow.vectorFromArray(
    rows.map((i) => (i % 2 === 0 ? '' : null)),
    new arrow.Utf8(),
  ),
  none: arrow.vectorFromArray(
    rows.map(() => null),
    new arrow.Utf8(),
  ),
};

const TABLE_BYTES = arrow.tableToIPC(new arrow.Table(COLUMNS), 'stream');

/** The names of the columns that an encoding can hold; the others are written PLAIN. */
const ENCODINGS: readonly (readonly [name: string, encoding: number, columns: readonly string[]])[] = [
  ['PLAIN', Encoding.PLAIN, Object.keys(COLUMNS)],
  ['RLE', Encoding.RLE, ['bool']],
  ['DELTA_BINARY_PACKED', Encoding.DELTA_BINARY_PACKED, ['int32', 'int64', 'sorted']],
  ['DELTA_LENGTH_BYTE_ARRAY', Encoding.DELTA_LENGTH_BYTE_ARRAY, ['text', 'empty', 'none']],
  ['DELTA_BYTE_ARRAY', Encoding.DELTA_BYTE_ARRAY, ['text', 'empty', 'none']],
  ['BYTE_STREAM_SPLIT', Encoding.BYTE_STREAM_SPLIT, ['int32', 'int64', 'sorted', 'float32', 'float64']],
];

function writeWithParquetWasm(
  configure: (builder: InstanceType<typeof parquetWasm.WriterPropertiesBuilder>) => typeof builder,
): Uint8Array {
  const properties = configure(new parquetWasm.WriterPropertiesBuilder()).build();
  return parquetWasm.writeParquet(parquetWasm.Table.fromIPCStream(TABLE_BYTES), properties);
}

/** What is in `file`, or in a file of the same values that DuckDB can read. */
async function expectSame(file: Uint8Array, readable = file): Promise<void> {
  const expected = await peer.read(readable);
  for (const decoder of ['own', 'parquet-wasm'] as const) {
    const { columns, statistics } = readColumns(file, { decoder, batchRows: [700, 1, 64, 999] });
    expect(columns.length).toBe(expected.length);
    columns.forEach(({ name, values }, i) => {
      expect({ decoder, name, values }).toEqual({ decoder, name, values: expected[i] });
    });
    if (decoder === 'own') expect(statistics.numFallbackChunks).toBe(0);
  }
}

describe('a file of parquet-wasm reads as DuckDB reads it', () => {
  for (const [name, encoding, names] of ENCODINGS) {
    for (const version of [WriterVersion.V1, WriterVersion.V2]) {
      it(`${name}, ${WriterVersion[version]}`, async () => {
        const file = writeWithParquetWasm((builder) => {
          let next = builder.setWriterVersion(version).setDictionaryEnabled(false).setCompression(Compression.SNAPPY);
          for (const column of names) next = next.setColumnEncoding(column, encoding);
          return next.setDataPageSizeLimit(4000).setWriteBatchSize(100);
        });
        // DuckDB knows BYTE_STREAM_SPLIT of floats only.
        await expectSame(
          file,
          writeWithParquetWasm((builder) => builder),
        );
      });
    }
  }

  for (const codec of ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'BROTLI', 'ZSTD', 'LZ4_RAW'] as const) {
    it(`dictionaries that overflow into plain pages, ${codec}`, async () => {
      const file = writeWithParquetWasm((builder) =>
        builder
          .setCompression(Compression[codec])
          .setDictionaryEnabled(true)
          .setDictionaryPageSizeLimit(2000)
          .setDataPageSizeLimit(1000)
          .setWriteBatchSize(100)
          .setMaxRowGroupSize(2500),
      );
      await expectSame(file);
    });
  }

  it('LZ4 as Hadoop frames it, through the fallback', async () => {
    const file = writeWithParquetWasm((builder) => builder.setCompression(Compression.LZ4));
    const { columns, statistics } = readColumns(file);
    expect(statistics.numOwnChunks).toBe(0);
    expect(columns.map(({ values }) => values)).toEqual(
      readColumns(writeWithParquetWasm((b) => b)).columns.map(({ values }) => values),
    );
  });
});

describe('a file of hyparquet-writer reads as DuckDB reads it', () => {
  const nulls = <T>(value: (i: number) => T) => rows.map((i) => (i % 5 === 2 ? null : value(i)));
  const bytes = (i: number, length: number) => Uint8Array.from({ length }, (_, k) => (i * 31 + k * 7) & 255);

  it('all its encodings', async () => {
    const file = parquetWriteBuffer({
      pageSize: 2000,
      rowGroupSize: 1300,
      columnData: [
        { name: 'b', type: 'BOOLEAN', data: nulls((i) => i % 3 === 0) },
        { name: 'i_delta', type: 'INT32', encoding: 'DELTA_BINARY_PACKED', data: nulls((i) => i * i - 5000) },
        { name: 'l_delta', type: 'INT64', encoding: 'DELTA_BINARY_PACKED', data: nulls((i) => BigInt(i) ** 5n - 9n) },
        { name: 's_dictionary', type: 'STRING', encoding: 'RLE_DICTIONARY', data: nulls((i) => `word ${i % 90}`) },
        { name: 's_lengths', type: 'STRING', encoding: 'DELTA_LENGTH_BYTE_ARRAY', data: nulls((i) => `é${i}`) },
        { name: 's_prefixes', type: 'STRING', encoding: 'DELTA_BYTE_ARRAY', data: nulls((i) => `path/${i >> 4}/${i}`) },
        { name: 'f_split', type: 'FLOAT', encoding: 'BYTE_STREAM_SPLIT', data: nulls((i) => Math.fround(i / 3)) },
        { name: 'd_split', type: 'DOUBLE', encoding: 'BYTE_STREAM_SPLIT', data: nulls((i) => i / 3) },
        { name: 'j', type: 'JSON', data: nulls((i) => ({ i })) },
        { name: 'u', type: 'UUID', data: nulls((i) => bytes(i, 16)) },
      ],
    });
    await expectSame(new Uint8Array(file));
  });

  it('with zstd and gzip', async () => {
    for (const codec of ['ZSTD', 'GZIP'] as const) {
      const compressors = { ZSTD: zstdCompressSync, GZIP: gzipSync };
      const columnData = [{ name: 's', type: 'STRING' as const, data: nulls((i) => `text ${i % 1000}`) }];
      await expectSame(new Uint8Array(parquetWriteBuffer({ codec, compressors, columnData })));
    }
  });

  it('half floats, as what they are worth', () => {
    const values = [0, -0, 1, -2.5, 65504, 2 ** -14, 2 ** -24, Infinity, -Infinity, Number.NaN];
    const file = parquetWriteBuffer({ columnData: [{ name: 'h', type: 'FLOAT16', data: [...values, null] }] });
    expect(readColumns(new Uint8Array(file)).columns[0]!.values).toEqual([...values, null]);
    expect(readColumns(new Uint8Array(file), { decoder: 'parquet-wasm' }).columns[0]!.values).toEqual([
      ...values,
      null,
    ]);
  });

  it('decimals in byte arrays of every length', async () => {
    for (const length of [1, 3, 8, 9, 16]) {
      const file = parquetWriteBuffer({
        schema: [
          { name: 'root', num_children: 1 },
          {
            name: 'd',
            type: 'FIXED_LEN_BYTE_ARRAY',
            type_length: length,
            converted_type: 'DECIMAL',
            precision: Math.min(38, Math.floor(length * 2.4)),
            scale: 1,
            repetition_type: 'OPTIONAL',
          },
        ],
        columnData: [
          {
            name: 'd',
            data: nulls((i) => BigInt.asIntN(Math.min(7, length) * 8 - 1, BigInt(i) ** 4n * (i % 2 ? -1n : 1n))),
          },
        ],
      });
      await expectSame(new Uint8Array(file));
    }
  });

  it('timestamps in INT96', async () => {
    const int96 = (i: number) => {
      const value = new Uint8Array(12);
      const view = new DataView(value.buffer);
      view.setBigUint64(0, BigInt(i) * 28_000_000_000n, true);
      view.setInt32(8, 2440588 - 1500 + i, true);
      return value;
    };
    const file = new Uint8Array(
      parquetWriteBuffer({
        statistics: false,
        schema: [
          { name: 'root', num_children: 1 },
          { name: 't', type: 'FIXED_LEN_BYTE_ARRAY', type_length: 12, repetition_type: 'OPTIONAL' },
        ],
        columnData: [{ name: 't', data: nulls(int96) }],
      }),
    );
    // No writer at hand makes INT96. Its pages are those of a 12-byte array; what differs is the type in the footer.
    const footerStart = file.length - 8 - new DataView(file.buffer).getUint32(file.length - 8, true);
    for (let at = footerStart; at < file.length - 8; at++) {
      if (file[at] === 0x15 && file[at + 1] === 7 << 1) file[at + 1] = 3 << 1;
    }
    await expectSame(file);
  });
});
