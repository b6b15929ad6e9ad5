import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateTpch, TPCH_TABLE_NAMES, tpchQuery } from '@millrace/bench/tpch';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEngine, type Engine, fileSystemStore } from './index.ts';

// The plans of TPC-H queries, as a person reads them. `UPDATE_PLANS=1` writes the files anew; read the diff before committing it.
const QUERIES = [1, 3, 5, 6, 10, 12, 14, 19];
const directory = mkdtempSync(join(tmpdir(), 'millrace-plans-'));
let engine: Engine;

beforeAll(async () => {
  await generateTpch({ scaleFactor: 0.01, directory });
  engine = createEngine({
    threads: 0,
    stores: { tpch: fileSystemStore({ root: directory }) },
    settings: { checkPlans: true },
  });
  for (const table of TPCH_TABLE_NAMES) engine.registerTable(table, { location: `tpch/${table}.parquet` });
});

afterAll(async () => {
  await engine.close();
  rmSync(directory, { recursive: true });
});

test.each(QUERIES)('the plan of TPC-H Q%i', async (number) => {
  const plan = `${await engine.explain(tpchQuery(number), [], { mode: 'verbose' })}\n`;
  const file = new URL(`../plans/q${String(number).padStart(2, '0')}.txt`, import.meta.url);
  if (process.env.UPDATE_PLANS) writeFileSync(file, plan);
  expect(plan).toBe(readFileSync(file, 'utf8'));
});
