import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type DuckDb, duckDb } from './duckdb.fixture.ts';
import { createEngine, type Engine, type ErrorCode, type ErrorKind, fileSystemStore, QueryError } from './index.ts';

const directory = mkdtempSync(join(tmpdir(), 'millrace-bad-input-'));
const file = (name: string) => join(directory, name);
let duck: DuckDb;
let unhandled: unknown[] = [];
const remember = (reason: unknown) => unhandled.push(reason);

beforeAll(async () => {
  process.on('unhandledRejection', remember);
  duck = await duckDb();
  await duck.run(
    `COPY (SELECT i AS id, 'name ' || i AS name, i * 1.5 AS price FROM range(5000) t(i)) TO '${file('good.parquet')}' (ROW_GROUP_SIZE 2048)`,
  );
  await duck.run(`COPY (SELECT i::VARCHAR AS id FROM range(10) t(i)) TO '${file('other.parquet')}'`);
  const good = readFileSync(file('good.parquet'));
  writeFileSync(file('truncated.parquet'), good.subarray(0, good.length - 100));
  writeFileSync(file('empty.parquet'), '');
  writeFileSync(file('csv.parquet'), 'id,name\n1,one\n2,two\n');
  const flipped = Buffer.from(good);
  for (let i = 40; i < 140; i++) flipped[i] = flipped[i]! ^ 0x5a;
  writeFileSync(file('flipped.parquet'), flipped);
});

afterAll(() => {
  process.off('unhandledRejection', remember);
  duck[Symbol.dispose]();
  rmSync(directory, { recursive: true });
});

afterEach(async () => {
  await new Promise((resolve) => setImmediate(resolve));
  expect(unhandled).toEqual([]);
  unhandled = [];
});

const newEngine = (threads: number): Engine =>
  createEngine({ threads, stores: { data: fileSystemStore({ root: directory }) } });

/** The error of a query, which must be a `QueryError`. */
async function errorOf(result: Promise<unknown>): Promise<QueryError> {
  const error = await result.then(
    (rows) => new Error(`it answered ${JSON.stringify(rows, (_, v) => (typeof v === 'bigint' ? String(v) : v))}`),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(QueryError);
  return error as QueryError;
}

async function stillAnswers(engine: Engine): Promise<void> {
  expect(await engine.query("SELECT count(*) AS n FROM 'data/good.parquet'".replaceAll("'", '"')).toArray()).toEqual([
    { n: 5000n },
  ]);
}

const good = "read_parquet('data/good.parquet')";

// SQL, kind, code, a part of the message, the text that the position marks.
const CASES: readonly (readonly [string, ErrorKind, ErrorCode, RegExp, string?])[] = [
  ["SELECT * FROM read_parquet('data/truncated.parquet')", 'CorruptData', 'BAD_FOOTER', /truncated\.parquet/],
  ["SELECT * FROM read_parquet('data/empty.parquet')", 'CorruptData', 'BAD_FOOTER', /empty/],
  ["SELECT * FROM read_parquet('data/csv.parquet')", 'CorruptData', 'BAD_FOOTER', /text file|CSV/],
  [
    "SELECT sum(id), max(lower(name)) FROM read_parquet('data/flipped.parquet')",
    'CorruptData',
    'BAD_PAGE',
    /flipped\.parquet/,
  ],
  ["SELECT * FROM read_parquet('data/missing.parquet')", 'NotFound', 'NO_FILES_MATCH', /missing\.parquet/],
  ["SELECT * FROM read_parquet('data/no-such-*.parquet')", 'NotFound', 'NO_FILES_MATCH', /no-such-\*/],
  ["SELECT * FROM read_parquet('data/../../etc/passwd')", 'AccessDenied', 'PATH_OUTSIDE_ROOT', /\.\./],
  ["SELECT * FROM read_parquet('nowhere/x.parquet')", 'NotFound', 'STORE_NOT_FOUND', /nowhere/],
  [
    "SELECT * FROM read_parquet(ARRAY['data/good.parquet', 'data/other.parquet'])",
    'InvalidQuery',
    'SCHEMA_MISMATCH',
    /id/,
  ],
  ['SELECT FROM WHERE', 'InvalidQuery', 'SYNTAX', /syntax error/, 'WHERE'],
  [`SELECT nmae FROM ${good}`, 'InvalidQuery', 'UNKNOWN_COLUMN', /nmae/, 'nmae'],
  [`SELECT id FROM ${good} a, ${good} b`, 'InvalidQuery', 'AMBIGUOUS_COLUMN', /id/, 'id'],
  ['SELECT * FROM no_table', 'InvalidQuery', 'UNKNOWN_TABLE', /no_table/, 'no_table'],
  ['SELECT no_function(1)', 'InvalidQuery', 'UNKNOWN_FUNCTION', /no_function/],
  [`SELECT name + 1 FROM ${good}`, 'InvalidQuery', 'TYPE_MISMATCH', /\+/],
  [`SELECT id, count(*) FROM ${good}`, 'InvalidQuery', 'INVALID_GROUPING', /id/, 'id'],
  [`SELECT 10 / (id - 7) FROM ${good}`, 'Execution', 'DIVISION_BY_ZERO', /division by zero/, '/'],
  [`SELECT (id + 2147483647)::int FROM ${good}`, 'Execution', 'OVERFLOW', /integer/],
  [`SELECT name::int FROM ${good}`, 'Execution', 'CAST_FAILED', /"name 0"/],
  ["SELECT DATE '2026-02-30'", 'InvalidQuery', 'INVALID_LITERAL', /2026-02-30/, "'2026-02-30'"],
];

describe.each([0, 2])('with %i threads', (threads) => {
  for (const [sql, kind, code, message, marked] of CASES) {
    test(sql, async () => {
      await using engine = newEngine(threads);
      const error = await errorOf(engine.query(sql).toArray());
      expect({ kind: error.kind, code: error.code }).toEqual({ kind, code });
      expect(error.message).toMatch(message);
      if (marked !== undefined) expect(sql.slice(error.span?.start, error.span?.end)).toBe(marked);
      await stillAnswers(engine);
    });
  }

  test('an unknown column names the nearest ones', async () => {
    await using engine = newEngine(threads);
    const error = await errorOf(engine.query(`SELECT nmae FROM ${good}`).toArray());
    expect(error.details).toMatchObject({ candidates: ['name'] });
    expect(error.hint).toContain('"name"');
  });

  test.each([
    ['too few', 'SELECT $1::int + $2::int', [1]],
    ['too many', 'SELECT $1::int', [1, 2]],
  ] as const)('%s parameters', async (_, sql, parameters) => {
    await using engine = newEngine(threads);
    const error = await errorOf(engine.query(sql, parameters).toArray());
    expect(error).toMatchObject({ kind: 'InvalidQuery', code: 'PARAMETER_COUNT' });
    await stillAnswers(engine);
  });

  test('an abort before, during and after', async () => {
    await using engine = newEngine(threads);
    const before = await errorOf(engine.query('SELECT 1', [], { signal: AbortSignal.abort() }).toArray());
    expect(before).toMatchObject({ kind: 'Cancelled', code: 'ABORTED' });

    const controller = new AbortController();
    const long = engine.query(`SELECT count(*) FROM ${good} a, ${good} b, ${good} c WHERE a.id + b.id < c.id`, [], {
      signal: controller.signal,
    });
    const running = errorOf(long.toArray());
    while (long.stats.numTasks === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    expect(await running).toMatchObject({ kind: 'Cancelled', code: 'ABORTED' });

    const after = new AbortController();
    expect(await engine.query('SELECT 1 AS x', [], { signal: after.signal }).toArray()).toEqual([{ x: 1 }]);
    after.abort();
    await stillAnswers(engine);
  });

  test('a result is read once, and leaving it early stops the query', async () => {
    await using engine = newEngine(threads);
    const query = engine.query(`SELECT * FROM ${good}`);
    for await (const batch of query) {
      expect(batch.numRows).toBeGreaterThan(0);
      break;
    }
    expect(await errorOf(query.toArray())).toMatchObject({ kind: 'InvalidArgument', code: 'BAD_ARGUMENT' });
    await stillAnswers(engine);
  });

  test('a file replaced between planning and reading', async () => {
    await using engine = newEngine(threads);
    const path = file(`replaced-${threads}.parquet`);
    writeFileSync(path, readFileSync(file('good.parquet')));
    const query = engine.query(`SELECT sum(id) AS s FROM read_parquet('data/replaced-${threads}.parquet')`);
    await query.schema;
    await duck.run(`COPY (SELECT i AS id FROM range(9000) t(i)) TO '${path}'`);
    expect(await errorOf(query.toArray())).toMatchObject({ kind: 'ObjectChanged', code: 'VERSION_MISMATCH' });
    expect(
      await engine.query(`SELECT count(*) AS n FROM read_parquet('data/replaced-${threads}.parquet')`).toArray(),
    ).toEqual([{ n: 9000n }]);
  });

  test('a closed engine, a wrong setting', async () => {
    const engine = newEngine(threads);
    await stillAnswers(engine);
    await engine.close();
    await engine.close();
    expect(await errorOf(engine.query('SELECT 1').toArray())).toMatchObject({ code: 'ENGINE_CLOSED' });
    expect(() => createEngine({ threads, settings: { memory: 'much' } })).toThrow(/memory/);
  });

  test('too little memory names the setting', async () => {
    await using engine = createEngine({
      threads,
      stores: { data: fileSystemStore({ root: directory }) },
      settings: { memory: '16MiB' },
      spill: false,
    });
    const sql = `SELECT a.name || b.name AS n, count(*) FROM ${good} a, ${good} b WHERE a.id < 100 GROUP BY 1`;
    const error = await errorOf(engine.query(sql).toArray());
    expect(error).toMatchObject({ kind: 'ResourceExhausted', code: 'MEMORY_LIMIT' });
    expect(error.hint).toMatch(/memory/);
    await stillAnswers(engine);
  });
});
