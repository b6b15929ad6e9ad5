import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { duckDb } from './duckdb.fixture.ts';

// The command as a shell runs it: from what is built.
const command = fileURLToPath(new URL('../bin/millrace.js', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'millrace-cli-'));

beforeAll(async () => {
  using duck = await duckDb();
  await duck.run(
    `COPY (SELECT i::INTEGER AS id, 'n' || i AS name, (i * 10 + 0.5)::DECIMAL(9,2) AS price, NULL::INTEGER AS empty FROM range(1, 4) t(i)) TO '${directory}/t.parquet'`,
  );
});

afterAll(() => rmSync(directory, { recursive: true }));

interface Outcome {
  readonly code: number | null;
  readonly out: Buffer;
  readonly err: string;
}

function start(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [command, '--threads', '1', ...args], {
    cwd: directory,
    env: { ...process.env, HOME: directory, XDG_STATE_HOME: directory },
  });
}

function run(args: readonly string[], input = ''): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = start(args);
    const out: Buffer[] = [];
    let err = '';
    child.stdout!.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr!.on('data', (chunk: Buffer) => {
      err += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out: Buffer.concat(out), err }));
    child.stdin!.end(input);
  });
}

const ALL = 'SELECT * FROM "t.parquet" ORDER BY id';

test('a table that lines up', async () => {
  const { code, out } = await run([ALL]);
  expect(code).toBe(0);
  expect(out.toString()).toBe(
    [
      '┌────┬──────┬───────┬───────┐',
      '│ id │ name │ price │ empty │',
      '├────┼──────┼───────┼───────┤',
      '│  1 │ n1   │ 10.50 │  NULL │',
      '│  2 │ n2   │ 20.50 │  NULL │',
      '│  3 │ n3   │ 30.50 │  NULL │',
      '└────┴──────┴───────┴───────┘',
      '',
    ].join('\n'),
  );
});

test('csv', async () => {
  const { out } = await run(['-f', 'csv', `SELECT id, 'a "b", c' AS t, '' AS none, empty FROM "t.parquet" LIMIT 1`]);
  expect(out.toString()).toBe('id,t,none,empty\n1,"a ""b"", c","",\n');
});

test('json keeps every digit of a 64-bit integer', async () => {
  const { out } = await run(['-f', 'json', "SELECT 9007199254740993 AS big, 'x' AS t, NULL AS n"]);
  expect(out.toString()).toBe('[{"big":9007199254740993,"t":"x","n":null}]\n');
  expect((await run(['-f', 'json', 'SELECT 1 AS x WHERE false'])).out.toString()).toBe('[]\n');
});

test('ndjson', async () => {
  const { out } = await run(['-f', 'ndjson', 'SELECT id, price FROM "t.parquet" ORDER BY id']);
  expect(out.toString()).toBe('{"id":1,"price":"10.50"}\n{"id":2,"price":"20.50"}\n{"id":3,"price":"30.50"}\n');
});

test('arrow is read by apache-arrow', async () => {
  const { out } = await run(['-f', 'arrow', ALL]);
  const table = tableFromIPC(out);
  expect(table.numRows).toBe(3);
  expect(table.schema.fields.map(({ name }) => name)).toEqual(['id', 'name', 'price', 'empty']);
  expect([...table.getChild('name')!]).toEqual(['n1', 'n2', 'n3']);
});

test('SQL from standard input and from a file, several statements', async () => {
  expect((await run(['-f', 'csv'], 'SELECT 1 AS a; SELECT 2 AS b;')).out.toString()).toBe('a\n1\nb\n2\n');
  writeFileSync(join(directory, 'q.sql'), '-- a comment\nSELECT 3 AS c\n');
  expect((await run(['-f', 'csv', '--file', 'q.sql'])).out.toString()).toBe('c\n3\n');
});

test('an error stands under its place, with a hint, on standard error', async () => {
  const { code, out, err } = await run(['SELECT id,\n  nmae\nFROM "t.parquet"']);
  expect({ code, out: out.toString() }).toEqual({ code: 3, out: '' });
  expect(err).toBe(
    [
      'error: There is no column "nmae". [UNKNOWN_COLUMN]',
      '  2 |   nmae',
      '    |   ^^^^',
      '  hint: Did you mean "name"?',
      '',
    ].join('\n'),
  );
});

test.each([
  ['bad usage', ['--format', 'xml', 'SELECT 1'], 2],
  ['a bad setting', ['--memory', 'much', 'SELECT 1'], 2],
  ['nothing to run', [' '], 2],
  ['wrong SQL', ['SELEC 1'], 3],
  ['missing data', ['SELECT * FROM "no.parquet"'], 4],
  ['a limit', ['--memory', '16MiB', "SELECT repeat('x', 100000000) AS x"], 5],
])('the exit code for %s', async (_, args, code) => {
  expect(await run(args)).toMatchObject({ code });
});

test('--explain shows a plan, --timing what the query cost', async () => {
  expect((await run(['--explain', ALL])).out.toString()).toMatch(/^Stage 0: 1 task → result\nSortExec id/);
  expect((await run(['--explain=cost', ALL])).out.toString()).toMatch(/^table\s+files\s+row groups/);
  expect((await run(['--timing', ALL])).err).toMatch(/^3 rows in [\d.]+ ms .* requests, .* peak /);
});

test('a reader that goes away is no failure', async () => {
  const child = start(['-f', 'csv', 'SELECT a.id FROM "t.parquet" a, "t.parquet" b, "t.parquet" c']);
  child.stdout!.destroy();
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(code).toBe(0);
});
