/// <reference types="node" />
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isQueryError } from '../error/index.ts';
import type { Expression } from '../expression/index.ts';
import { DuckdbPeer } from '../parquet/duckdb-peer.fixture.ts';
import { splitRanges } from '../parquet/index.ts';
import { readColumns, readSplits } from '../parquet/read-columns.fixture.ts';
import { countingStore, memoryStore } from '../storage/index.ts';
import * as types from '../types/index.ts';
import { parquetTable } from './parquet-table.ts';
import type { ScanPlan } from './table.ts';

let peer: DuckdbPeer;
beforeAll(async () => {
  peer = await DuckdbPeer.open();
});
afterAll(() => peer.close());

type Condition = readonly [column: string, type: types.DataType, operator: string, value: types.LiteralValue];

/** Plans a scan of one file under conditions that must all hold; counts the requests beside the footer's. */
async function plan(file: Uint8Array, columns: readonly string[], conditions: readonly Condition[], useIndexes = true) {
  const inner = memoryStore();
  await inner.put('f.parquet', file);
  const store = countingStore(inner);
  const table = await parquetTable({ storeName: 's', patterns: ['f.parquet'], useIndexes }, { store });
  const names = [...new Set(conditions.map(([name]) => name))];
  const filters = conditions.map(([name, type, operator, value]): Expression => {
    const column: Expression = { kind: 'column', type, id: names.indexOf(name), name };
    if (operator === 'IN') {
      return {
        kind: 'in-list',
        type: types.BOOLEAN,
        negated: false,
        arg: column,
        values: value as types.LiteralValue[],
      };
    }
    const args: Expression[] = [column, { kind: 'literal', type, value }];
    return { kind: 'call', type: types.BOOLEAN, name: operator, overload: operator, args };
  });
  const before = store.counts().requests.getRanges;
  const filterColumns = new Map(names.map((name, id) => [id, name]));
  const scan = await table.planScan({ columns, filters, filterColumns, limit: undefined });
  return { ...scan, numRequests: store.counts().requests.getRanges - before };
}

describe('bloom filters', () => {
  const values = `i AS i, 'key ' || (i * 7 % 10000) AS s, (i * 3)::integer AS n, i::double / 4 AS d,
    ('00000000-0000-4000-8000-' || lpad((i * 11)::varchar, 12, '0'))::uuid AS u, (i / 4)::decimal(12,2) AS m`;

  it('of DuckDB rule out row groups that statistics cannot', async () => {
    // Every row group spans nearly all values, and few distinct ones, for which DuckDB writes dictionaries with filters.
    const query = `SELECT ${values} FROM (SELECT (range * 7919) % 8192 AS i FROM range(8192))`;
    const file = await peer.write(query, 'ROW_GROUP_SIZE 2048, DICTIONARY_SIZE_LIMIT 1000000');
    const conditions: Condition[] = [
      ['i', types.INT64, '=', 4321n],
      ['s', types.VARCHAR, '=', 'key 1234'],
      ['n', types.INT32, '=', 3 * 1234],
      ['d', types.FLOAT64, '=', 77.25],
      ['u', types.UUID, '=', `00000000-0000-4000-8000-${String(11 * 4000).padStart(12, '0')}`],
      ['m', types.decimal(12, 2), '=', 10025n],
      ['s', types.VARCHAR, 'IN', ['key 1234', 'none']],
    ];
    let numPruned = 0;
    for (const condition of conditions) {
      const { splits } = await plan(file, ['i'], [condition]);
      const without = await plan(file, ['i'], [condition], false);
      expect(without.splits.length).toBe(4);
      numPruned += 4 - splits.length;
      await expectNoRowLost(file, splits, condition);
    }
    // Three of four row groups can go each time; a filter may be wrong now and then.
    expect(numPruned).toBeGreaterThan(conditions.length * 2);
  });

  it('of hyparquet-writer rule out what is not there', async () => {
    const data = Array.from({ length: 4000 }, (_, i) => (i * 7919) % 4000);
    const file = new Uint8Array(
      parquetWriteBuffer({
        rowGroupSize: 1000,
        columnData: [
          { name: 'i', type: 'INT64', data: data.map(BigInt), bloomFilter: true, offsetIndex: false },
          { name: 's', type: 'STRING', data: data.map((i) => `text ${i}`), bloomFilter: true, offsetIndex: false },
        ],
      }),
    );
    for (const condition of [
      ['i', types.INT64, '=', 1500n],
      ['s', types.VARCHAR, '=', 'text 1500'],
    ] as Condition[]) {
      const { splits, numRequests } = await plan(file, ['i', 's'], [condition]);
      expect(splits.length).toBeLessThanOrEqual(2);
      expect(numRequests).toBeGreaterThan(0);
      await expectNoRowLost(file, splits, condition);
    }
    expect((await plan(file, ['i'], [['i', types.INT64, '=', 99_999n]])).splits).toEqual([]);
  });

  it('are not read for conditions that they cannot answer', async () => {
    const file = await peer.write(
      "SELECT i % 10 AS i, 'x' || (i % 5) AS s FROM range(4096) t(i)",
      'ROW_GROUP_SIZE 2048',
    );
    expect((await plan(file, ['i'], [['i', types.INT64, '>', 3n]])).numRequests).toBe(0);
  });

  async function expectNoRowLost(file: Uint8Array, splits: ScanPlan['splits'], [name, , operator, value]: Condition) {
    const all = readColumns(file);
    const wanted = operator === 'IN' ? (value as types.LiteralValue[]) : [value];
    const place = all.columns.findIndex((column) => column.name === name);
    const rowsOf = all.columns[place]!.values.flatMap((cell, row) => (wanted.includes(cell) ? [row] : []));
    expect(rowsOf.length).toBeGreaterThan(0);
    for (const row of rowsOf) {
      expect(splits.some(({ firstRow, numRows }) => row >= firstRow && row < firstRow + numRows)).toBe(true);
    }
  }
});

describe('page indexes', () => {
  const NUM_ROWS = 6000;
  const rows = Array.from({ length: NUM_ROWS }, (_, i) => i);
  const withIndexes = { columnIndex: true, offsetIndex: true } as const;
  const file = new Uint8Array(
    parquetWriteBuffer({
      rowGroupSize: 3000,
      pageSize: 1500,
      columnData: [
        { name: 'sorted', type: 'INT64', data: rows.map(BigInt), ...withIndexes },
        {
          name: 'even',
          type: 'STRING',
          data: rows.map((i) => (i % 2 ? null : `value ${i}`)),
          nullable: true,
          ...withIndexes,
        },
        { name: 'few', type: 'STRING', data: rows.map((i) => `kind ${i % 7}`), ...withIndexes },
        { name: 'd', type: 'DOUBLE', data: rows.map((i) => i / 8), ...withIndexes },
        { name: 'plain', type: 'INT32', data: rows.map((i) => i * 3), offsetIndex: false },
        { name: 'list', data: rows.map((i) => [i, i + 1]) },
      ],
    }),
  );
  const NAMES = ['sorted', 'even', 'few', 'd', 'plain', 'list'];

  it('leave the rows whose pages may match, and the bytes of those pages', async () => {
    const conditions: Condition[] = [
      ['sorted', types.INT64, '>=', 1000n],
      ['sorted', types.INT64, '<', 1100n],
    ];
    const { splits, funnel } = await plan(file, ['sorted', 'd'], conditions);
    expect(splits.length).toBe(1);
    expect(funnel.numRowsKept).toBe(splits[0]!.numRows);
    expect(splits[0]!.numRows).toBeLessThan(1000);
    const whole = await plan(file, ['sorted', 'd'], conditions, false);
    const bytes = ({ splits: planned }: ScanPlan) =>
      planned.flatMap((split) => splitRanges(split)).reduce((sum, { length }) => sum + length, 0);
    expect(bytes({ splits, funnel })).toBeLessThan(bytes(whole) / 2);
  });

  it('property: the rows that are left are those of the file, and none that matches is missing', async () => {
    const { columns: all } = readColumns(file);
    const numbers = fc.integer({ min: -10, max: NUM_ROWS + 10 });
    const condition: fc.Arbitrary<{ condition: Condition; matches: (row: number) => boolean }> = fc.oneof(
      numbers.map((n) => ({
        condition: ['sorted', types.INT64, '>=', BigInt(n)] as const,
        matches: (row: number) => row >= n,
      })),
      numbers.map((n) => ({
        condition: ['sorted', types.INT64, '<', BigInt(n)] as const,
        matches: (row: number) => row < n,
      })),
      numbers.map((n) => ({
        condition: ['sorted', types.INT64, '=', BigInt(n)] as const,
        matches: (row: number) => row === n,
      })),
      numbers.map((n) => ({ condition: ['d', types.FLOAT64, '<', n / 8] as const, matches: (row: number) => row < n })),
      numbers.map((n) => ({
        condition: ['even', types.VARCHAR, '=', `value ${n}`] as const,
        matches: (row: number) => row === n && n % 2 === 0,
      })),
    );
    const reading = fc.record({
      columns: fc.subarray(NAMES, { minLength: 1 }),
      batchRows: fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 3 }),
      skips: fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }),
      decoder: fc.constantFrom('own' as const, 'parquet-wasm' as const),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(condition, { minLength: 1, maxLength: 3 }),
        reading,
        async (conditions, { columns, decoder, ...how }) => {
          const { splits } = await plan(
            file,
            columns,
            conditions.map((each) => each.condition),
          );
          const kept = splits.flatMap(({ firstRow, numRows, selection }) =>
            (selection?.ranges ?? [{ firstRow: 0, numRows }]).flatMap((range) =>
              Array.from({ length: range.numRows }, (_, i) => firstRow + range.firstRow + i),
            ),
          );
          const keptRows = new Set(kept);
          for (const row of rows) {
            if (conditions.every(({ matches }) => matches(row))) expect(keptRows.has(row)).toBe(true);
          }
          const expectedRows = rowsRead(splits, kept, how.batchRows, how.skips);
          const read = readSplits(splits, file, { ...how, decoder });
          read.columns.forEach(({ values }, i) => {
            const source = all[NAMES.indexOf(columns[i]!)]!.values;
            expect(values).toEqual(expectedRows.map((row) => source[row]));
          });
        },
      ),
      { numRuns: 150 },
    );
  });

  /** Which of the kept rows are read when batches are read and skipped in turn, split by split. */
  function rowsRead(
    splits: ScanPlan['splits'],
    kept: readonly number[],
    batchRows: readonly number[],
    skips: readonly boolean[],
  ): number[] {
    const read: number[] = [];
    let start = 0;
    for (const { numRows } of splits) {
      for (let batch = 0, row = 0; row < numRows; batch++) {
        const count = Math.min(batchRows[batch % batchRows.length]!, numRows - row);
        if (!skips[batch % skips.length]) read.push(...kept.slice(start + row, start + row + count));
        row += count;
      }
      start += numRows;
    }
    return read;
  }

  it('that count wrongly are found out', async () => {
    const [split] = (await plan(file, ['d'], [['d', types.FLOAT64, '=', 100]])).splits;
    const column = split!.columns[0]!;
    if (column.kind !== 'chunk') throw new Error('a chunk was expected');
    const [leaf] = column.chunk.leaves;
    const runs = leaf!.runs!.map((run) => (run.numRows === 0 ? run : { ...run, numRows: run.numRows + 1 }));
    const wrong = { ...split!, columns: [{ ...column, chunk: { ...column.chunk, leaves: [{ ...leaf!, runs }] } }] };
    try {
      readSplits([wrong], file);
      expect.unreachable();
    } catch (error) {
      expect(isQueryError(error) && error.code).toBe('BAD_PAGE');
    }
  });

  it('and bloom filters that are damaged are read or explained', async () => {
    const small = rows.slice(0, 600);
    const sound = new Uint8Array(
      parquetWriteBuffer({
        pageSize: 500,
        columnData: [
          { name: 'sorted', type: 'INT64', data: small.map(BigInt), ...withIndexes, bloomFilter: true },
          { name: 'even', type: 'STRING', data: small.map((i) => `value ${i}`), ...withIndexes, bloomFilter: true },
        ],
      }),
    );
    const change = fc.tuple(fc.nat(sound.length - 1), fc.nat(7));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), fc.nat(600), async (changes, n) => {
        const file = sound.slice();
        for (const [at, bit] of changes) file[at]! ^= 1 << bit;
        try {
          const { splits } = await plan(
            file,
            ['even'],
            [
              ['sorted', types.INT64, '=', BigInt(n)],
              ['even', types.VARCHAR, '=', `value ${n}`],
            ],
          );
          const numRows = splits.reduce((sum, split) => sum + split.numRows, 0);
          const { columns } = readSplits(splits, file, { limitBytes: 64 << 20 });
          if (splits.length > 0) expect(columns[0]!.values.length).toBe(numRows);
        } catch (error) {
          if (!isQueryError(error) || error.code === 'INTERNAL') throw error;
        }
      }),
      { numRuns: Number(process.env.MILLRACE_FUZZ_RUNS ?? 300) },
    );
  }, 600_000);
});
