import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DuckDb, duckDb, textRows } from './duckdb.fixture.ts';
import { type AccessPolicy, createEngine, type Engine, fileSystemStore, isQueryError } from './index.ts';

let directory: string;
let oracle: DuckDb;
let engine: Engine;

/** Salaries of one tenant are not the other's business; a hidden zero would make a division tell of its row. */
const POLICY: AccessPolicy = {
  table(table) {
    if (table.kind === 'files') {
      return table.locations.every(({ store, path }) => store === 'lake' && path.startsWith('public')) ? {} : undefined;
    }
    if (table.name === 'people') {
      return { rowFilter: 'tenant = $1', masks: { email: "'***'", salary: 'NULL' }, parameters: ['a'] };
    }
    if (table.name === 'bonus') return { rowFilter: 'tenant = $1', parameters: ['a'] };
    return table.name === 'rates' || table.name === 'missing' ? { columns: ['code', 'rate'] } : undefined;
  },
  mayCall: (name) => name !== 'repeat',
};

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'millrace-access-'));
  oracle = await duckDb();
  const copy = (sql: string, name: string) =>
    oracle.run(
      `CREATE TABLE ${name} AS ${sql}; COPY ${name} TO '${join(directory, `${name}.parquet`)}' (FORMAT parquet)`,
    );
  await copy(
    "SELECT i AS id, CASE WHEN i % 3 = 0 THEN 'b' ELSE 'a' END AS tenant, 'p' || i AS email, i * 10 AS salary FROM range(1000) r(i)",
    'people',
  );
  await copy(
    "SELECT i AS id, CASE WHEN i % 2 = 0 THEN 'b' ELSE 'a' END AS tenant, i % 2 AS share FROM range(100) r(i)",
    'bonus',
  );
  await copy("SELECT 'EUR' AS code, 1.5::double AS rate, 'x' AS secret", 'rates');
  await copy('SELECT 1 AS n', 'public');
  engine = createEngine({
    threads: 0,
    stores: { lake: fileSystemStore({ root: directory }) },
    settings: { checkPlans: true },
  });
  for (const name of ['people', 'bonus', 'rates', 'private']) {
    engine.registerTable(name, { location: `lake/${name === 'private' ? 'rates' : name}.parquet` });
  }
  await engine.query('CREATE VIEW paid AS SELECT id, salary FROM people').toArray();
  await engine.query('CREATE VIEW hidden AS SELECT * FROM private').toArray();
});

afterAll(async () => {
  await engine.close();
  oracle[Symbol.dispose]();
  rmSync(directory, { recursive: true });
});

const rows = (sql: string) => engine.query(sql, [], { access: POLICY }).toArray();

async function refusal(sql: string): Promise<{ code: string; at: string | undefined; text: string }> {
  const error: unknown = await rows(sql).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isQueryError(error)) throw new Error(`not refused: ${sql}`, { cause: error });
  const { code, span } = error;
  const text = JSON.stringify([error.message, error.details, error.hint]);
  return { code, at: span && sql.slice(span.start, span.end), text };
}

describe('rows and columns', () => {
  test.each([
    ['SELECT count(*) AS n, min(id) AS low FROM people', "SELECT count(*), min(id) FROM people WHERE tenant = 'a'"],
    ['SELECT DISTINCT email, salary, tenant FROM people', "SELECT '***', NULL, 'a'"],
    [
      'SELECT id FROM people WHERE id < 10 ORDER BY id',
      "SELECT id FROM people WHERE tenant = 'a' AND id < 10 ORDER BY id",
    ],
    ['SELECT count(*) AS n FROM people p JOIN people q USING (id)', "SELECT count(*) FROM people WHERE tenant = 'a'"],
    ['SELECT sum(id) AS s FROM paid WHERE salary IS NULL', "SELECT sum(id) FROM people WHERE tenant = 'a'"],
    ['SELECT sum(id) AS s FROM (SELECT * FROM people) t', "SELECT sum(id) FROM people WHERE tenant = 'a'"],
    ["SELECT count(*) AS n FROM people WHERE tenant = 'b' OR true", "SELECT count(*) FROM people WHERE tenant = 'a'"],
    ['SELECT code, rate FROM rates', 'SELECT code, rate FROM rates'],
    ['SELECT count(*) AS n FROM rates', 'SELECT count(*) FROM rates'],
    ['SELECT n FROM "lake/public.parquet"', 'SELECT n FROM public'],
  ])('%s', async (sql, expected) => {
    expect(textRows(await rows(sql))).toEqual(await oracle.rows(expected));
  });

  test('an expression is not evaluated for hidden rows, so that no error tells of them', async () => {
    const sql = 'SELECT count(*) AS n FROM bonus WHERE 1 / share = 1';
    await expect(engine.query(sql).toArray()).rejects.toMatchObject({ code: 'DIVISION_BY_ZERO' });
    expect(await rows(sql)).toEqual([{ n: 50n }]);
    expect(await rows(`SELECT sum(1 / share) AS s FROM bonus`)).toEqual([{ s: '50' }]);
  });
});

describe('refused', () => {
  test.each([
    ['SELECT 1 FROM private', 'private'],
    ['SELECT * FROM hidden', 'hidden'],
    ['SELECT 1 FROM rates, nothing_like_it', 'nothing_like_it'],
    ["SELECT 1 FROM read_parquet('lake/rates.parquet')", 'read_parquet'],
    ["SELECT 1 FROM read_parquet(ARRAY['lake/public.parquet', 'lake/rates.parquet'])", undefined],
    ['SELECT 1 FROM "lake/../rates.parquet"', '"lake/../rates.parquet"'],
    ['SELECT 1 FROM "other/x.parquet"', '"other/x.parquet"'],
    ['SELECT secret FROM rates', 'rates'],
    ['SELECT * FROM rates', 'rates'],
    ['SELECT count(*) FROM rates GROUP BY secret', 'rates'],
    ['SELECT code FROM rates ORDER BY secret', 'rates'],
    ['SELECT 1 FROM people WHERE EXISTS (SELECT FROM rates r WHERE r.secret = email)', 'rates'],
    ["SELECT repeat('x', 9)", undefined],
    ['CREATE VIEW v AS SELECT 1', undefined],
    ['DROP VIEW paid', undefined],
    ["SET timezone = 'Europe/Berlin'", undefined],
  ])('%s', async (sql, at) => {
    const found = await refusal(sql);
    expect(found.code).toBe('PERMISSION_DENIED');
    if (at !== undefined) expect(found.at).toBe(at);
    // Nothing tells the names of what may not be seen.
    expect(found.text).not.toMatch(/private|hidden/);
  });

  test('SHOW TABLES and the candidates of an error have only what may be read', async () => {
    expect(await rows('SHOW TABLES')).toEqual([
      { name: 'bonus', kind: 'table' },
      { name: 'people', kind: 'table' },
      { name: 'rates', kind: 'table' },
    ]);
    const missing = await refusal('SELECT 1 FROM missing');
    expect(missing).toMatchObject({ code: 'UNKNOWN_TABLE' });
    expect(missing.text).not.toMatch(/private|hidden/);
  });

  test('a grant that cannot be applied is the fault of the policy, not an open door', async () => {
    const access = (grant: object): AccessPolicy => ({ table: () => grant });
    for (const grant of [
      { rowFilter: 'nope = 1' },
      { rowFilter: 'EXISTS (SELECT FROM rates)' },
      { masks: { id: "'x'" } },
    ]) {
      const query = engine.query('SELECT id FROM people', [], { access: access(grant) });
      await expect(query.toArray()).rejects.toMatchObject({ code: 'BAD_SETTING' });
    }
  });
});

test('limits on what a plan foresees are checked before anything is read', async () => {
  const sql = 'SELECT sum(salary) AS s FROM people';
  const { cost, stages } = await engine.query(sql).plan;
  expect(stages.flatMap(({ nodes }) => nodes.map(({ kind }) => kind))).toContain('ScanExec');
  expect(cost.bytes).toBeGreaterThan(0);
  for (const limits of [{ maxBytesRead: cost.bytes - 1 }, { maxRequests: 0 }, { maxDollars: cost.dollars / 2 }]) {
    const query = engine.query(sql, [], { limits });
    await expect(query.toArray()).rejects.toMatchObject({ code: 'COST_LIMIT', details: { bytes: cost.bytes } });
    expect(query.stats.bytesRead).toBe(0);
    await expect(engine.query(`EXPLAIN (ANALYZE) ${sql}`, [], { limits }).toArray()).rejects.toMatchObject({
      code: 'COST_LIMIT',
    });
  }
  const query = engine.query(sql, [], { limits: { maxBytesRead: cost.bytes, maxRequests: cost.numRequests } });
  expect(await query.toArray()).toEqual([{ s: '4995000' }]);
});

test('the profile tells tasks, operators and reads, and adds up to the statistics', async () => {
  const query = engine.query('SELECT tenant, sum(salary) AS s FROM people GROUP BY tenant');
  expect(query.profile).toBeUndefined();
  await query.toArray();
  const { plan, tasks, stats } = query.profile!;
  expect(tasks).toHaveLength(stats.numTasks);
  const nodes = new Set(plan.stages.flatMap(({ nodes }) => nodes.map(({ id }) => id)));
  for (const { operators, startedMs, endedMs } of tasks) {
    expect(endedMs).toBeGreaterThanOrEqual(startedMs);
    for (const { node } of operators) expect(nodes).toContain(node);
  }
  const reads = tasks.flatMap((task) => task.reads);
  expect(reads.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(stats.bytesRead);
  expect(reads.every(({ path, store }) => store === 'lake' && path === 'people.parquet')).toBe(true);
});

test('batches become rows and Arrow, also when made again from their fields', async () => {
  const { ResultBatch } = await import('./index.ts');
  for await (const batch of engine.query('SELECT id, email FROM people WHERE id = 7').batches()) {
    const again = new ResultBatch(batch.columns, batch.numRows, structuredClone(batch.buffer));
    expect(again.toRows()).toEqual([{ id: 7n, email: 'p7' }]);
    expect(again.toArrow().get(0)?.toJSON()).toEqual({ id: 7n, email: 'p7' });
  }
});
