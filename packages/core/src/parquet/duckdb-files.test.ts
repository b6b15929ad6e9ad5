import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LiteralValue } from '../types/index.ts';
import { DuckdbPeer } from './duckdb-peer.fixture.ts';
import { readColumns } from './read-columns.fixture.ts';

/** A value of each type that DuckDB writes, for row number i. */
const FLAT_TYPES: Readonly<Record<string, string>> = {
  boolean: 'i % 3 = 1',
  tinyint: '(i % 256 - 128)::tinyint',
  smallint: '(i % 60000 - 30000)::smallint',
  integer: '(i * 7919 - 5000000)::integer',
  bigint: '(i * 1234567890123 - 10)::bigint',
  utinyint: '(i % 256)::utinyint',
  usmallint: '(i % 65536)::usmallint',
  uinteger: '(i * 1431655)::uinteger',
  ubigint: '(18446744073709551615 - i)::ubigint',
  real: '(i / 3)::real',
  double: "case i % 50 when 0 then 'NaN' when 1 then '-Infinity' when 2 then '-0.0' else (i / 7)::varchar end::double",
  decimal4: '(i % 100 / 10)::decimal(4, 1)',
  decimal9: '(i * 1.17 - 100)::decimal(9, 2)',
  decimal18: '(i * 123456.789 - 100)::decimal(18, 4)',
  decimal38: '(i * 12345678901234567890.5 - 1)::decimal(38, 3)',
  few: "['red', 'green', 'blue', ''][1 + (i % 4)::integer]",
  text: "'row ' || i || ' Zürich ' || repeat('x', (i % 40)::integer)",
  blob: "('bytes ' || i)::blob",
  uuid: "('00000000-0000-4000-8000-' || lpad(i::varchar, 12, '0'))::uuid",
  date: "date '1969-12-20' + i::integer",
  time: "time '00:00:00' + to_microseconds(i * 1234567 % 86400000000)",
  timestamp: "timestamp '1969-12-31 23:59:58.5' + to_microseconds(i * 1234567)",
  timestamptz: "timestamptz '1960-01-01 00:00:00+00' + to_microseconds(i * 7654321)",
  timestamp_ns: 'make_timestamp_ns(i * 1234567891 - 3000000000)',
  timestamp_ms: "('2020-01-01'::timestamp + to_milliseconds(i))::timestamp_ms",
  timestamp_s: "('2020-01-01'::timestamp + to_seconds(i))::timestamp_s",
  interval: 'to_months((i % 5)::integer) + to_days((i % 3)::integer) + to_milliseconds(i)',
  json: `('{"a": ' || i || '}')::json`,
};

const NESTED_TYPES: Readonly<Record<string, string>> = {
  list: 'list_transform(range(i % 4), lambda x: case when x = 2 then null else x + i end)',
  list_of_list: 'case when i % 6 = 0 then [] else [[i, null], [], null, [i + 1]] end',
  strings: "['a' || i, null, '']",
  struct: "{'x': i::integer, 'y': case when i % 3 = 0 then null else 'text ' || i end, 'z': {'w': i % 2 = 0}}",
  list_of_struct: "[{'d': date '2020-01-01' + i::integer, 'm': (i / 10)::decimal(20, 2)}, null]",
  map: "map {'a' || i: i, 'b': null}",
  struct_of_list: "{'l': [i::double, null], 'm': map {i: [i]}}",
};

/** Percent of nulls. */
const NULL_SHARES = [0, 10, 50, 100];

const CODECS = ['uncompressed', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4_raw'];
const VERSIONS = ['V1', 'V2'];

let peer: DuckdbPeer;
beforeAll(async () => {
  peer = await DuckdbPeer.open();
});
afterAll(() => peer.close());

function selectAll(types: Readonly<Record<string, string>>, shares: readonly number[], numRows: number): string {
  const columns = Object.entries(types).flatMap(([name, sql]) =>
    shares.map((share) => `CASE WHEN i * 7919 % 100 < ${share} THEN NULL ELSE ${sql} END AS ${name}_${share}`),
  );
  return `SELECT ${columns.join(', ')} FROM range(${numRows}) t(i)`;
}

function expectSame(file: Uint8Array, expected: LiteralValue[][], options: Parameters<typeof readColumns>[1]): void {
  const { columns } = readColumns(file, options);
  expect(columns.length).toBe(expected.length);
  columns.forEach(({ name, values }, i) => {
    expect({ name, values }).toEqual({ name, values: expected[i] });
  });
}

describe('a file of DuckDB reads as DuckDB reads it', () => {
  for (const version of VERSIONS) {
    for (const codec of CODECS) {
      it(`all flat types and null shares, ${codec}, ${version}`, async () => {
        const query = selectAll(FLAT_TYPES, NULL_SHARES, 1200);
        const file = await peer.write(query, `COMPRESSION ${codec}, PARQUET_VERSION ${version}`);
        const expected = await peer.read(file);
        expectSame(file, expected, { decoder: 'own', batchRows: [1000, 1, 77] });
        expectSame(file, expected, { decoder: 'parquet-wasm' });
      });
    }
    it(`all nested types and null shares, ${version}`, async () => {
      const query = selectAll(NESTED_TYPES, NULL_SHARES, 500);
      const file = await peer.write(query, `PARQUET_VERSION ${version}`);
      expectSame(file, await peer.read(file), { batchRows: [200, 1, 77] });
    });
  }

  it('without dictionaries', async () => {
    for (const version of VERSIONS) {
      const query = selectAll(FLAT_TYPES, [0, 30], 3000);
      const file = await peer.write(query, `PARQUET_VERSION ${version}, DICTIONARY_SIZE_LIMIT 1`);
      expectSame(file, await peer.read(file), { batchRows: [500, 3] });
    }
  });

  it('at sizes around the borders of batches and row groups', async () => {
    for (const numRows of [0, 1, 2047, 2048, 2049, 4096, 6145]) {
      const query = selectAll(
        { integer: FLAT_TYPES.integer!, few: FLAT_TYPES.few!, text: FLAT_TYPES.text! },
        [0, 20],
        numRows,
      );
      const file = await peer.write(query, 'ROW_GROUP_SIZE 2048');
      const expected = await peer.read(file);
      if (numRows === 0) expect(readColumns(file).columns).toEqual([]);
      else expectSame(file, expected, {});
    }
  });

  it('with rows skipped, wherever the batches end', async () => {
    const query = selectAll(FLAT_TYPES, [0, 30], 3000);
    const file = await peer.write(query, 'ROW_GROUP_SIZE 2048');
    const expected = await peer.read(file);
    for (const decoder of ['own', 'parquet-wasm'] as const) {
      const batchRows = [100, 1, 33, 500];
      const skips = [false, true, true, false, true];
      const { columns } = readColumns(file, { decoder, batchRows, skips });
      const kept = expected.map((values) => keptRows(values, [2048, 952], batchRows, skips));
      columns.forEach(({ name, values }, i) => {
        expect({ name, values }).toEqual({ name, values: kept[i] });
      });
    }
  });

  it('byte arrays as text where that is asked for', async () => {
    const file = await peer.write("SELECT ('text ' || i)::blob AS b FROM range(100) t(i)");
    const { columns } = readColumns(file, { binaryAsString: true });
    expect(columns[0]!.values).toEqual((await peer.read(file, 'binary_as_string = true'))[0]);
  });

  it('through the decoder that it counts', async () => {
    const file = await peer.write('SELECT i, [i] AS l FROM range(10) t(i)');
    expect(readColumns(file).statistics).toMatchObject({ numOwnChunks: 1, numFallbackChunks: 1 });
    expect(readColumns(file, { decoder: 'parquet-wasm' }).statistics).toMatchObject({
      numOwnChunks: 0,
      numFallbackChunks: 2,
    });
  });
});

/** The values that are not skipped, when each row group is read in these batches. */
function keptRows(
  values: readonly LiteralValue[],
  rowGroups: readonly number[],
  batchRows: readonly number[],
  skips: readonly boolean[],
): LiteralValue[] {
  const kept: LiteralValue[] = [];
  let start = 0;
  for (const numRows of rowGroups) {
    let row = start;
    for (let batch = 0; row < start + numRows; batch++) {
      const end = Math.min(start + numRows, row + batchRows[batch % batchRows.length]!);
      if (!skips[batch % skips.length]) kept.push(...values.slice(row, end));
      row = end;
    }
    start += numRows;
  }
  return kept;
}
