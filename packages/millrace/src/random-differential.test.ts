import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DuckDb, differenceOf, duckDb, textRows } from './duckdb.fixture.ts';
import { createEngine, fileSystemStore } from './index.ts';
import { randomQuery, randomTableSql } from './random-query.fixture.ts';

/** `RANDOM_RUNS=5000` for a long run; `FAST_CHECK_SEED=n` for other queries. */
const NUM_RUNS = Number(process.env.RANDOM_RUNS ?? 60);

const directory = mkdtempSync(join(tmpdir(), 'millrace-random-'));
let duck: DuckDb;

beforeAll(async () => {
  duck = await duckDb();
  await duck.run('SELECT setseed(0.25)');
  for (const [shape, numValues] of [
    ['few', 4],
    ['many', 2000],
  ] as const) {
    await duck.run(`CREATE SCHEMA ${shape}`);
    for (const [name, numRows] of [
      ['l', 3000],
      ['r', 700],
    ] as const) {
      const rows = shape === 'few' ? numRows / 10 : numRows;
      await duck.run(`CREATE TABLE ${shape}.${name} AS ${randomTableSql(rows, numValues)}`);
      await duck.run(`COPY ${shape}.${name} TO '${directory}/${shape}-${name}.parquet' (ROW_GROUP_SIZE 2048)`);
    }
  }
});

afterAll(() => {
  duck[Symbol.dispose]();
  rmSync(directory, { recursive: true });
});

test.each([
  ['few', { threads: 0, settings: { batchRows: 7 } }],
  ['many', { threads: 0 }],
  ['few', { threads: 2 }],
  ['many', { threads: 2, settings: { decoder: 'parquet-wasm' } }],
] as const)(
  'random queries over %s values answer as in DuckDB, %o',
  async (shape, options) => {
    await using engine = createEngine({ ...options, stores: { data: fileSystemStore({ root: directory }) } });
    for (const name of ['l', 'r']) engine.registerTable(name, { location: `data/${shape}-${name}.parquet` });
    await duck.run(`USE ${shape}`);
    await fc.assert(
      fc.asyncProperty(randomQuery, async ({ sql, isOrdered }) => {
        const expected = await duck.rows(sql);
        const actual = textRows(await engine.query(sql).toArray());
        expect(differenceOf(actual, expected, isOrdered), sql).toBeUndefined();
      }),
      { numRuns: NUM_RUNS },
    );
  },
  600_000,
);
