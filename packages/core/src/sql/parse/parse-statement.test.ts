import { beforeAll, describe, expect, test } from 'vitest';
import type { QueryError } from '../../error/index.ts';
import type { AstSelect } from '../ast/index.ts';
import { parseStatement, parseStatements, splitStatements } from './parse-statement.ts';
import { loadParser } from './postgres-parser.ts';

beforeAll(loadParser);

function select(sql: string): AstSelect {
  const statement = parseStatement(sql);
  if (statement.kind !== 'query' || statement.query.body.kind !== 'select') throw new Error(`No SELECT: ${sql}`);
  return statement.query.body;
}

const textOf = (sql: string, { start, end }: { start: number; end: number }) => sql.slice(start, end);

describe('positions', () => {
  test.each([
    'SELECT a, t.b FROM t',
    "SELECT 'ü😀' || a, t.b FROM t",
    '-- 漢字\nSELECT a /* é */, t . b FROM t',
    '\ufeffSELECT a, t.b FROM t',
  ])('count UTF-16 units: %s', (sql) => {
    const { items, from } = select(sql);
    expect(textOf(sql, items.at(-1)!.span).replace(/\s/g, '')).toBe('t.b');
    expect(textOf(sql, from[0]!.span)).toBe('t');
  });

  test('of a syntax error, behind characters of two units', () => {
    const sql = "SELECT '😀😀' FRM t";
    try {
      parseStatement(sql);
      expect.unreachable();
    } catch (error) {
      expect(textOf(sql, (error as QueryError).span!)).toBe('t');
    }
  });

  test('quoted names with escapes', () => {
    const sql = 'SELECT "a""b"."c d" FROM "lake/x/*.parquet" AS "a""b"';
    const { items, from } = select(sql);
    expect(items[0]!.expression).toMatchObject({ kind: 'column', path: ['a"b', 'c d'] });
    expect(textOf(sql, items[0]!.span)).toBe('"a""b"."c d"');
    expect(from[0]).toMatchObject({ kind: 'table', path: ['lake/x/*.parquet'], alias: { name: 'a"b' } });
  });
});

describe('several statements', () => {
  const sql = "SELECT 'a;b'; -- c;\n ;; /* ; /* nested */ */ SELECT 2;";

  test('are split where the grammar splits them', () => {
    expect(splitStatements(sql).map((part) => part.sql)).toEqual(["SELECT 'a;b'", 'SELECT 2']);
    expect(splitStatements(sql).every(({ sql: part, span }) => textOf(sql, span) === part)).toBe(true);
    expect(splitStatements(' -- only a comment')).toEqual([]);
  });

  test('are parsed with positions in the whole text', () => {
    const [, second] = parseStatements(sql);
    expect(textOf(sql, second!.span)).toBe('SELECT 2');
  });
});

describe('statements', () => {
  test('EXPLAIN', () => {
    expect(parseStatement('EXPLAIN SELECT 1')).toMatchObject({ kind: 'explain', analyze: false, cost: false });
    expect(parseStatement('EXPLAIN ANALYZE VERBOSE SELECT 1')).toMatchObject({ analyze: true, verbose: true });
    expect(parseStatement('EXPLAIN (COST, ANALYZE off, FORMAT text) SELECT 1')).toMatchObject({
      analyze: false,
      cost: true,
    });
  });

  test('CREATE VIEW keeps the text of its query', () => {
    expect(parseStatement('CREATE OR REPLACE VIEW s."V" (a, "B") AS /* all */ SELECT 1, 2 -- end')).toMatchObject({
      kind: 'create-view',
      path: ['s', 'V'],
      replace: true,
      columns: ['a', 'B'],
      sql: 'SELECT 1, 2 -- end',
    });
    expect(parseStatement('CREATE VIEW v AS\n(SELECT 1)')).toMatchObject({ sql: '(SELECT 1)' });
  });

  test('CREATE FOREIGN TABLE', () => {
    const sql = `CREATE FOREIGN TABLE IF NOT EXISTS orders (id bigint NOT NULL, total numeric(15,2))
      SERVER lake OPTIONS (location 'orders/*.parquet', hive_partitioning 'true')`;
    expect(parseStatement(sql)).toMatchObject({
      kind: 'create-foreign-table',
      path: ['orders'],
      ifNotExists: true,
      columns: [
        { name: 'id', type: { name: 'int8' }, nullable: false },
        { name: 'total', type: { name: 'numeric', modifiers: [15, 2] }, nullable: true },
      ],
      server: 'lake',
      options: [
        { name: 'location', value: 'orders/*.parquet' },
        { name: 'hive_partitioning', value: 'true' },
      ],
    });
  });

  test('DROP, SET, SHOW', () => {
    expect(parseStatement('DROP VIEW IF EXISTS a, s.b')).toMatchObject({
      what: 'view',
      ifExists: true,
      names: [['a'], ['s', 'b']],
    });
    expect(parseStatement('DROP FOREIGN TABLE a')).toMatchObject({ what: 'table', ifExists: false });
    expect(parseStatement("SET timezone = 'Europe/Berlin'")).toMatchObject({
      kind: 'set',
      name: 'timezone',
      value: 'Europe/Berlin',
    });
    expect(parseStatement("SET TIME ZONE 'UTC'")).toMatchObject({ name: 'timezone', value: 'UTC' });
    expect(parseStatement('RESET timezone')).toMatchObject({ name: 'timezone', value: undefined });
    expect(parseStatement('SHOW TABLES')).toMatchObject({ kind: 'show', name: 'tables' });
  });

  test('read_parquet takes named arguments in both notations', () => {
    const { from } = select("SELECT * FROM read_parquet('x', hive_partitioning => true, union_by_name = false) AS p");
    expect(from[0]).toMatchObject({
      kind: 'table-function',
      calls: [
        {
          path: ['read_parquet'],
          args: [{ kind: 'string', value: 'x' }],
          named: [{ name: 'hive_partitioning' }, { name: 'union_by_name' }],
        },
      ],
      alias: { name: 'p' },
    });
  });
});
