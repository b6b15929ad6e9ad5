import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateTpch, TPCH_TABLE_NAMES, tpchQuery } from '@millrace/bench/tpch';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEngine, type Engine, fileSystemStore } from './index.ts';

// The plans of TPC-H queries, as a person reads them. `UPDATE_PLANS=1` writes the files anew; read the diff before committing it.
const QUERIES = [1, 3, 5, 6, 10, 12, 14, 19];
/** Features that TPC-H does not have, over its tables. */
const FEATURES: Readonly<Record<string, string>> = {
  'grouping-sets': `SELECT l_shipmode, l_returnflag, grouping(l_shipmode, l_returnflag), count(DISTINCT l_suppkey), sum(l_quantity)
    FROM lineitem WHERE l_tax > 0.05 GROUP BY ROLLUP (l_shipmode, l_returnflag) HAVING sum(l_quantity) > 10`,
  'distinct-on': `SELECT DISTINCT ON (o_custkey) o_custkey, o_orderkey FROM orders ORDER BY o_custkey, o_totalprice DESC`,
  'set-functions': `SELECT n_name, g, unnest(ARRAY[1, 2]) FROM nation, generate_series(1, n_regionkey) AS g WHERE n_nationkey < 3`,
  'with-recursive': `WITH RECURSIVE chain(k) AS (SELECT 1::bigint UNION SELECT o_custkey FROM orders JOIN chain ON o_orderkey = k)
    SELECT count(*) FROM chain`,
  'except-all': `SELECT o_custkey FROM orders EXCEPT ALL SELECT c_custkey FROM customer`,
  windows: `SELECT o_custkey, o_orderkey, sum(o_totalprice) OVER w, rank() OVER (PARTITION BY o_custkey ORDER BY o_orderdate),
    avg(o_totalprice) OVER (w ROWS BETWEEN 2 PRECEDING AND CURRENT ROW), count(*) OVER (PARTITION BY o_orderstatus)
    FROM orders WHERE o_orderdate >= '1997-01-01' WINDOW w AS (PARTITION BY o_custkey ORDER BY o_orderdate, o_orderkey)`,
  'windows-over-groups': `SELECT o_custkey, extract(year FROM o_orderdate), sum(sum(o_totalprice)) OVER (PARTITION BY o_custkey ORDER BY extract(year FROM o_orderdate))
    FROM orders GROUP BY o_custkey, extract(year FROM o_orderdate)`,
  'first-rows': `SELECT * FROM (SELECT o_custkey, o_orderkey, row_number() OVER (PARTITION BY o_custkey ORDER BY o_totalprice DESC) AS n FROM orders) AS numbered
    WHERE n <= 3`,
  'correlated-limit': `SELECT c_name, o_orderkey FROM customer, LATERAL (SELECT o_orderkey FROM orders WHERE o_custkey = c_custkey
    ORDER BY o_totalprice DESC LIMIT 3) AS top`,
};

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

async function expectPlan(sql: string, name: string): Promise<void> {
  const plan = `${await engine.explain(sql, [], { mode: 'verbose' })}\n`;
  const file = new URL(`../plans/${name}.txt`, import.meta.url);
  if (process.env.UPDATE_PLANS) writeFileSync(file, plan);
  expect(plan).toBe(readFileSync(file, 'utf8'));
}

test.each(QUERIES)('the plan of TPC-H Q%i', async (number) => {
  await expectPlan(tpchQuery(number), `q${String(number).padStart(2, '0')}`);
});

test.each(Object.entries(FEATURES))('the plan of %s', async (name, sql) => {
  await expectPlan(sql, name);
});
