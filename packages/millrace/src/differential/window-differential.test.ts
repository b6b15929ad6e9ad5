import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DuckDb, duckDb } from '../duckdb.fixture.ts';
import { createEngine, type Engine, fileSystemStore, type LocalEngineOptions } from '../index.ts';
import { rowsAsText, typeLetters } from '../slt/arrow-text.fixture.ts';
import { findDifference } from '../slt/compare-results.fixture.ts';
import { randomWindowQuery, randomWindowRow, WINDOW_TABLE_COLUMNS } from './random-window.fixture.ts';

// Random window functions over random Parquet files, answered by Millrace and DuckDB. A failure prints the seed and the path that bring it
// back (MILLRACE_SEED, MILLRACE_PATH).
const NUM_RUNS = Number(process.env.MILLRACE_DIFFERENTIAL_RUNS ?? 60);

const SETTINGS: readonly LocalEngineOptions[] = [
  { threads: 0, settings: { checkPlans: true } },
  { threads: 2 },
  { threads: 0, settings: { batchRows: 3 } },
];

const directory = mkdtempSync(join(tmpdir(), 'millrace-windows-'));
const engines: Engine[] = [];
let duck: DuckDb;
let numCases = 0;

beforeAll(async () => {
  duck = await duckDb();
  for (const options of SETTINGS) {
    engines.push(createEngine({ ...options, stores: { data: fileSystemStore({ root: directory }) } }));
  }
});

afterAll(async () => {
  await Promise.all(engines.map((engine) => engine.close()));
  duck[Symbol.dispose]();
  rmSync(directory, { recursive: true });
});

test('random window functions are answered as DuckDB answers them', { timeout: 24 * 3600e3 }, async () => {
  const randomCase = fc.record({
    rows: fc.array(randomWindowRow, { maxLength: 40 }),
    // Enough for several levels of the tree over frames.
    numRepeats: fc.constantFrom(1, 1, 1, 3, 40),
    queries: fc.array(randomWindowQuery, { minLength: 1, maxLength: 5 }),
    setting: fc.nat({ max: SETTINGS.length - 1 }),
  });
  await fc.assert(
    fc.asyncProperty(randomCase, async ({ rows, numRepeats, queries, setting }) => {
      const folder = String(numCases++);
      mkdirSync(join(directory, folder));
      await writeTable(rows, numRepeats, join(directory, folder));
      const engine = engines[setting]!;
      engine.registerTable('t', { location: `data/${folder}/*.parquet` });
      for (const sql of queries) {
        const expected = await duck.rows(sql);
        const result = await engine.query(sql).toTable();
        const difference = findDifference(
          rowsAsText(result.batches).map((row) => row.map((cell) => cell ?? 'NULL')),
          expected.map((row) => row.map((cell) => cell ?? 'NULL')),
          typeLetters(result.schema),
          'rowsort',
        );
        expect(difference, sql).toBeUndefined();
      }
      rmSync(join(directory, folder), { recursive: true });
    }),
    {
      numRuns: NUM_RUNS,
      interruptAfterTimeLimit: 60_000 + 1000 * NUM_RUNS,
      ...(process.env.MILLRACE_SEED ? { seed: Number(process.env.MILLRACE_SEED) } : {}),
      ...(process.env.MILLRACE_PATH ? { path: process.env.MILLRACE_PATH } : {}),
    },
  );
});

/** Table `t` of DuckDB, and the same as two files. */
async function writeTable(rows: readonly string[], numRepeats: number, path: string): Promise<void> {
  await duck.run(`CREATE OR REPLACE TABLE one (${WINDOW_TABLE_COLUMNS})`);
  if (rows.length > 0) await duck.run(`INSERT INTO one VALUES ${rows.map((row, i) => `(${i}, ${row})`).join(', ')}`);
  await duck.run(
    `CREATE OR REPLACE TABLE t AS SELECT (id + ${rows.length} * n)::INTEGER AS id, one.* EXCLUDE (id) FROM one, range(${numRepeats}) AS r(n)`,
  );
  for (const file of [0, 1]) {
    await duck.run(`COPY (SELECT * FROM t WHERE id % 2 = ${file}) TO '${path}/${file}.parquet' (FORMAT parquet)`);
  }
}
