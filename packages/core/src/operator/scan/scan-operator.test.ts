import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { and, call, literal } from '../../expression/expression.fixture.ts';
import type { Column, Expression } from '../../expression/index.ts';
import { defaultFunctions } from '../../expression/registry.ts';
import { DuckdbPeer } from '../../parquet/duckdb-peer.fixture.ts';
import { splitsOf } from '../../parquet/read-columns.fixture.ts';
import type { ScanExec, Split, TaskSettings } from '../../physical/index.ts';
import { decimal, INT32, INT64, type LiteralValue, VARCHAR } from '../../types/index.ts';
import { createTaskRunner } from '../create-task-runner.ts';
import {
  column,
  columnRef,
  TEST_SETTINGS,
  type TestWorld,
  taskSpec,
  testWorld,
  valueKey,
} from '../operator.fixture.ts';
import { resultRows, runTask } from '../task-run.fixture.ts';

const NUM_ROWS = 30_000;
const columns = [
  column(1, INT32, 'i'),
  column(2, INT64, 'b'),
  column(3, VARCHAR, 's'),
  column(4, decimal(12, 2), 'd'),
  column(5, VARCHAR, 'long'),
];
const [i, , s, d] = columns as [Column, Column, Column, Column];

let peer: DuckdbPeer;
let file: Uint8Array;
let splits: Split[];

beforeAll(async () => {
  peer = await DuckdbPeer.open();
  await peer.run(`CREATE TABLE t AS SELECT
    range::INTEGER AS i,
    CASE WHEN range % 7 = 0 THEN NULL ELSE range * 1000000007 % 100003 END AS b,
    CASE WHEN range % 11 = 0 THEN NULL ELSE 'name ' || (range % 13) END AS s,
    (range * 37 % 10000)::DECIMAL(12,2) / 4 AS d0,
    'a text that is different in every row: ' || range || repeat('x', (range % 40)::INTEGER) AS long
    FROM range(${NUM_ROWS})`);
  await peer.run('ALTER TABLE t ADD COLUMN d DECIMAL(12,2)');
  await peer.run('UPDATE t SET d = round(d0, 2)');
  file = await peer.write('SELECT i, b, s, d, long FROM t ORDER BY i', 'ROW_GROUP_SIZE 5000');
  splits = splitsOf(file);
});

afterAll(() => peer.close());

interface ScanOptions {
  readonly wanted?: readonly number[];
  readonly numOutputColumns?: number;
  readonly filters?: readonly Expression[];
  readonly limit?: number;
  readonly settings?: Partial<TaskSettings>;
  readonly world?: TestWorld;
  readonly splits?: readonly Split[];
}

function scan(options: ScanOptions) {
  const wanted = options.wanted ?? [0, 1, 2, 3, 4];
  const node: ScanExec = {
    kind: 'ScanExec',
    id: 7,
    table: 't',
    columns: wanted.map((place) => columns[place]!),
    numOutputColumns: options.numOutputColumns ?? wanted.length,
    filters: options.filters ?? [],
    limit: options.limit,
  };
  const world = options.world ?? scanWorld();
  world.io.objects.set('test.parquet', file);
  const ownSplits = (options.splits ?? splits).map((split) => ({
    ...split,
    columns: wanted.map((place) => split.columns[place]!),
  }));
  const spec = taskSpec(node, {
    slice: { splits: [{ node: 7, splits: ownSplits }] },
    settings: { ...TEST_SETTINGS, ...options.settings },
  });
  return { spec, node, world };
}

const scanWorld = (maxDelay = 0, seed = 1) => testWorld({ functions: defaultFunctions(), maxDelay, seed });

function runScan(options: ScanOptions) {
  const { spec, node, world } = scan(options);
  // Results have the node's output columns only.
  const output = node.columns.slice(0, node.numOutputColumns);
  const run = runTask(spec, world);
  return { rows: run.blocks.length === 0 ? [] : resultRows(run, output), report: run.report, world };
}

async function expected(sql: string): Promise<LiteralValue[][]> {
  const result = await peer.columns(sql);
  return result[0]!.map((_, row) => result.map((values) => values[row]!));
}

const comparable = (rows: readonly Record<string, unknown>[], names: readonly Column[]) =>
  rows.map((row) =>
    names
      .map(({ name, type }) => {
        const value = row[name] as LiteralValue;
        // Rows show decimals as text.
        return valueKey(type.id === 'decimal' && value !== null ? BigInt(String(value).replace('.', '')) : value);
      })
      .join('|'),
  );

const keys = (rows: LiteralValue[][]) => rows.map((row) => row.map(valueKey).join('|'));

describe('a scan of a file that DuckDB wrote', () => {
  test('gives all rows in order, whatever the batch size and however late the bytes', async () => {
    const wanted = keys(await expected('SELECT i, b, s, d, long FROM t ORDER BY i'));
    for (const [batchRows, maxDelay] of [
      [2048, 0],
      [777, 5],
      [3, 2],
    ] as const) {
      const { rows } = runScan({ settings: { batchRows }, world: scanWorld(maxDelay, batchRows) });
      expect(comparable(rows, columns)).toEqual(wanted);
    }
  });

  test('applies filters before it decodes the other columns', async () => {
    const filters = [
      call('<', columnRef(i), literal(INT32, 22_000)),
      call('>', columnRef(i), literal(INT32, 12_345)),
      call('=', columnRef(s), literal(VARCHAR, 'name 5')),
      call('<', columnRef(d), literal(decimal(12, 2), 150_000n)),
    ];
    const wanted = keys(
      await expected("SELECT long, i FROM t WHERE i < 22000 AND i > 12345 AND s = 'name 5' AND d < 1500 ORDER BY i"),
    );
    expect(wanted.length).toBeGreaterThan(100);
    for (const batchRows of [2048, 100, 7]) {
      for (const filterList of [filters, [and(...filters)]]) {
        const { rows, report } = runScan({
          wanted: [4, 0, 2, 3],
          numOutputColumns: 2,
          filters: filterList,
          settings: { batchRows },
        });
        expect(comparable(rows, [columns[4]!, i])).toEqual(wanted);
        expect(report.operators[0]!.extra.rowsRead).toBe(NUM_ROWS);
      }
    }
  });

  test('decodes nothing of a column whose rows are all ruled out', () => {
    const none = [call('<', columnRef(i), literal(INT32, -1))];
    const { rows, report } = runScan({ wanted: [4, 0], numOutputColumns: 1, filters: none });
    const { report: narrow } = runScan({ wanted: [0], numOutputColumns: 0, filters: none });
    expect(rows).toEqual([]);
    expect(report.operators[0]!.extra.decodedBytes).toBe(narrow.operators[0]!.extra.decodedBytes);
  });

  test('counts rows without reading a byte', () => {
    const { report, world } = runScan({ wanted: [] });
    expect(report.numRows).toBe(NUM_ROWS);
    expect(world.io.requests.length).toBe(0);
  });

  test('stops at its limit and asks for no more splits than it needs', () => {
    const { rows, world } = runScan({ limit: splits[0]!.numRows + 3, settings: { readAheadBytes: 2 ** 30 } });
    expect(rows.length).toBe(splits[0]!.numRows + 3);
    expect(world.io.requests.length).toBe(2);
  });

  test('reads ahead as far as the settings say', () => {
    const far = runScan({ settings: { readAheadBytes: 2 ** 30 }, world: scanWorld(3) });
    expect(far.world.io.peakPending).toBe(splits.length);
    const near = runScan({ settings: { readAheadBytes: 0 }, world: scanWorld(3) });
    expect(near.world.io.peakPending).toBe(1);
    expect(near.rows).toEqual(far.rows);
  });

  test('gives constants where a split has no chunk', () => {
    const constant = (split: Split, value: LiteralValue): Split => ({
      ...split,
      columns: split.columns.map((c, place) => (place === 2 ? { kind: 'constant', type: VARCHAR, value } : c)),
    });
    const { rows } = runScan({
      wanted: [0, 2],
      splits: splits.map((split, n) => constant(split, n === 0 ? null : `part ${n}`)),
    });
    expect(rows[0]).toEqual({ i: 0, s: null });
    const second = splits[1]!.firstRow;
    expect(rows[second]).toEqual({ i: second, s: 'part 1' });
    expect(rows.at(-1)).toEqual({ i: NUM_ROWS - 1, s: `part ${splits.length - 1}` });
  });
});

describe('what goes wrong', () => {
  test('a failed read is the error of the task, and the memory of the others is given back when they are over', () => {
    for (let failAt = 0; failAt < splits.length; failAt++) {
      const world = scanWorld(4, failAt);
      world.io.failAt = failAt;
      expect(() => runScan({ world, settings: { readAheadBytes: 2 ** 30 } })).toThrow(
        expect.objectContaining({ code: 'CONNECTION_LOST' }),
      );
      expect(world.memory.numBlocks).toBe(0);
      expect(world.account.usedBytes).toBe(0);
    }
  });

  test('a task can be closed while reads are under way', () => {
    for (const numSteps of [1, 2, 3, 10]) {
      const world = scanWorld(6, numSteps);
      const { spec } = scan({ world, settings: { readAheadBytes: 2 ** 30, blockBytes: 1000 } });
      const runner = createTaskRunner(spec, world.environment);
      for (let step = 0; step < numSteps; step++) {
        runner.step();
        if (step < numSteps - 1) world.io.tick();
      }
      let isOver = runner.close();
      const wasPending = !isOver;
      while (!isOver) {
        world.io.tick();
        isOver = runner.close();
      }
      if (numSteps === 1) expect(wasPending).toBe(true);
      expect(world.io.numPending).toBe(0);
      expect(world.memory.numBlocks).toBe(0);
      expect(world.account.usedBytes).toBe(0);
    }
  });

  test('too little memory is said with the name of the operator', () => {
    expect(() => runScan({ settings: { memoryBytes: 100_000 } })).toThrow(/ScanOperator #7 needs/);
  });

  test('bytes that are no pages', () => {
    const world = scanWorld();
    const { spec } = scan({ world });
    world.io.objects.set('test.parquet', new Uint8Array(file.length).fill(0x5a));
    expect(() => runTask(spec, world)).toThrow(expect.objectContaining({ kind: 'CorruptData' }));
    expect(world.memory.numBlocks).toBe(0);
  });
});
