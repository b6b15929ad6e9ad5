/// <reference types="node" />
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DuckdbPeer } from '../parquet/duckdb-peer.fixture.ts';
import { BOOLEAN, DATE, FLOAT64, formatType, INT16, INT64, TIMESTAMP, UINT8 } from '../types/index.ts';
import { commonPartitionKeys, hivePartitions, parsePartitionValue, sniffPartitionType } from './hive-partition.ts';

let peer: DuckdbPeer;
let directory: string;
beforeAll(async () => {
  peer = await DuckdbPeer.open();
  directory = mkdtempSync(join(tmpdir(), 'millrace-hive-'));
});
afterAll(() => {
  peer.close();
  rmSync(directory, { recursive: true });
});

describe('hive partitions', () => {
  it('are the key=value folders of a path, decoded', () => {
    expect([...hivePartitions('lake/year=2024/city=New%20York/x=__HIVE_DEFAULT_PARTITION__/y=/f=1.parquet')]).toEqual([
      ['year', '2024'],
      ['city', 'New York'],
      ['x', null],
      ['y', ''],
    ]);
    expect([...hivePartitions('=1/plain/bad%zz=%zz/f.parquet')]).toEqual([['bad%zz', '%zz']]);
  });

  it('count when all paths have the same', () => {
    expect(commonPartitionKeys(['a=1/b=2/x', 'a=3/b=4/y'])).toEqual(['a', 'b']);
    expect(commonPartitionKeys(['a=1/b=2/x', 'b=3/a=4/y'])).toEqual([]);
    expect(commonPartitionKeys(['a=1/x', 'y'])).toEqual([]);
    expect(commonPartitionKeys([])).toEqual([]);
  });

  it('have values of many types, or none', () => {
    expect(parsePartitionValue(INT64, '9223372036854775807')).toBe(9223372036854775807n);
    expect(parsePartitionValue(INT64, '9223372036854775808')).toBeUndefined();
    expect(parsePartitionValue(INT16, '-5')).toBe(-5);
    expect(parsePartitionValue(UINT8, '-5')).toBeUndefined();
    expect(parsePartitionValue(FLOAT64, '1e3')).toBe(1000);
    expect(parsePartitionValue(FLOAT64, '')).toBeUndefined();
    expect(parsePartitionValue(BOOLEAN, 'TRUE')).toBe(true);
    expect(parsePartitionValue(DATE, '2024-02-30')).toBeUndefined();
    expect(parsePartitionValue(DATE, '1970-01-02')).toBe(1);
    expect(parsePartitionValue(TIMESTAMP, '1970-01-01 00:00:01.5')).toBe(1_500_000n);
  });

  const FOLDERS: readonly (readonly string[])[] = [
    ['1', '2', '003'],
    ['1', '-2'],
    ['1', 'x'],
    ['1', '9223372036854775808'],
    ['1.5', '2'],
    ['2024-01-01', '2023-12-31'],
    ['2024-01-01', '2024-13-01'],
    ['2024-01-01 10%3A00%3A00', '2024-01-02 00%3A00%3A00'],
    ['2024-01-01', '2024-01-01 10%3A00%3A00'],
    ['a b', 'c%2Fd'],
    ['1', '__HIVE_DEFAULT_PARTITION__'],
    ['true', 'false'],
    ['', 'x'],
  ];
  it.each(FOLDERS)('have the type and the values that DuckDB gives %s, %s', async (...values) => {
    const root = join(
      directory,
      String(FOLDERS.findIndex((folders) => folders.every((folder, i) => folder === values[i]))),
    );
    const file = await peer.write('SELECT 1 AS i');
    const folders = values.filter((value) => typeof value === 'string');
    for (const value of folders) {
      const path = join(root, `k=${value}`, 'f.parquet');
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, file);
    }
    const scan = `read_parquet('${root}/*/*.parquet', hive_partitioning = true)`;
    const [[peerType]] = (await peer.columns(`SELECT typeof(k) FROM ${scan} LIMIT 1`)) as [[string]];
    const [expected] = await peer.columns(`SELECT k FROM ${scan} ORDER BY k::varchar NULLS LAST`);
    const texts = folders.map((value) => hivePartitions(`k=${value}/f`).get('k') ?? null);
    const type = sniffPartitionType(texts);
    expect(formatType(type)).toBe(peerType.toLowerCase());
    const ours = [...texts].sort((a, b) => (a === null ? 1 : b === null ? -1 : a < b ? -1 : 1));
    const parsed = ours.map((text) => (text === null ? null : parsePartitionValue(type, text)));
    expect(new Set(parsed)).toEqual(new Set(expected));
  });
});
