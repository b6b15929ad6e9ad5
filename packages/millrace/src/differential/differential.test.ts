import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DuckDb, duckDb } from '../duckdb.fixture.ts';
import { createEngine, type Engine, fileSystemStore, isQueryError, type LocalEngineOptions } from '../index.ts';
import { rowsAsText, typeLetters } from '../slt/arrow-text.fixture.ts';
import { findDifference } from '../slt/compare-results.fixture.ts';
import { type RandomQuery, randomQuery } from './random-query.fixture.ts';
import { createTableSql, type RandomTable, randomTable } from './random-table.fixture.ts';

// Random tables, written as Parquet by DuckDB, and random queries over them, answered by both. For more of them:
// `npm run test:differential -- --runs 5000`; a failure prints the seed and the path that bring it back.
const NUM_RUNS = Number(process.env.MILLRACE_DIFFERENTIAL_RUNS ?? 60);
const QUERIES_PER_RUN = 5;

const SETTINGS: readonly LocalEngineOptions[] = [
  { threads: 0, settings: { checkPlans: true } },
  { threads: 2 },
  { threads: 0, settings: { batchRows: 3 } },
  { threads: 0, settings: { decoder: 'parquet-wasm' } },
];

const directory = mkdtempSync(join(tmpdir(), 'millrace-differential-'));
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

interface Case {
  readonly tables: Readonly<Record<'t' | 'u', RandomTable>>;
  readonly queries: readonly RandomQuery[];
  /** Index of {@link SETTINGS}. */
  readonly setting: number;
}

const randomCase: fc.Arbitrary<Case> = fc
  .record({
    t: randomTable('a', true),
    u: randomTable('b', false),
    queries: fc.array(randomQuery, { minLength: 1, maxLength: QUERIES_PER_RUN }),
    setting: fc.nat({ max: SETTINGS.length - 1 }),
  })
  .map(({ t, u, queries, setting }) => ({
    tables: { t, u },
    queries: queries.map((query) => query({ t, u })),
    setting,
  }));

test('random queries over random Parquet files are answered as DuckDB answers them', {
  timeout: 24 * 3600e3,
}, async () => {
  await fc.assert(
    fc.asyncProperty(randomCase, async ({ tables, queries, setting }) => {
      const engine = engines[setting]!;
      const folder = String(numCases++);
      mkdirSync(join(directory, folder));
      for (const name of ['t', 'u'] as const) {
        await writeTable(name, tables[name], folder);
        engine.registerTable(name, { location: `data/${folder}/${name}-*.parquet` });
      }
      for (const query of queries) await checkQuery(engine, query);
      rmSync(join(directory, folder), { recursive: true });
    }),
    {
      numRuns: NUM_RUNS,
      // Shrinking a failure ends here too, wherever it has come to.
      interruptAfterTimeLimit: 60_000 + 1000 * NUM_RUNS,
      ...(process.env.MILLRACE_SEED ? { seed: Number(process.env.MILLRACE_SEED) } : {}),
      ...(process.env.MILLRACE_PATH ? { path: process.env.MILLRACE_PATH } : {}),
    },
  );
});

async function writeTable(name: string, table: RandomTable, folder: string): Promise<void> {
  await duck.run(createTableSql(name, table));
  for (let file = 0; file < table.numFiles; file++) {
    const rows = table.numFiles === 1 ? name : `(SELECT * FROM ${name} WHERE rowid % ${table.numFiles} = ${file})`;
    const path = join(directory, folder, `${name}-${file}.parquet`);
    await duck.run(`COPY ${rows} TO '${path}' (FORMAT parquet, ${table.writeOptions})`);
  }
}

async function checkQuery(engine: Engine, { sql, isOrdered }: RandomQuery): Promise<void> {
  const expected = await duck.rows(sql).then(
    (rows) => ({ rows }),
    (error: Error) => ({ error }),
  );
  try {
    const result = await engine.query(sql, [], { timeoutMs: 30_000 }).toTable();
    // What fails in DuckDB (an overflow in a row that is filtered out later, say) is not held against an answer.
    if ('error' in expected) return;
    const asCells = (rows: readonly (readonly (string | null)[])[]) =>
      rows.map((row) => row.map((cell) => cell ?? 'NULL'));
    const difference = findDifference(
      asCells(rowsAsText(result.batches)),
      asCells(expected.rows),
      typeLetters(result.schema),
      isOrdered ? 'nosort' : 'rowsort',
    );
    expect(difference, sql).toBeUndefined();
  } catch (error) {
    if ('error' in expected && isQueryError(error) && error.kind === 'Execution') return;
    if ('error' in expected && isQueryError(error)) error.message += `\n(DuckDB: ${expected.error.message})`;
    throw error;
  }
}
