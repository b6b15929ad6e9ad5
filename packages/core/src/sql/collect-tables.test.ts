import { beforeAll, describe, expect, test } from 'vitest';
import { collectTables } from './collect-tables.ts';
import { parseStatement } from './parse/parse-statement.ts';
import { loadParser } from './parse/postgres-parser.ts';

beforeAll(loadParser);

const names = (sql: string, options?: Parameters<typeof collectTables>[1]) =>
  collectTables(parseStatement(sql), options).map((reference) =>
    reference.kind === 'name' ? reference.path.join('.') : reference.locations.join('|'),
  );

describe('collectTables', () => {
  test('finds tables anywhere, each once, and leaves CTEs out where they are in reach', () => {
    const sql = `WITH c AS (SELECT * FROM a JOIN c ON true), d AS (SELECT * FROM c)
      SELECT (SELECT max(x) FROM e) FROM d, a, s.f WHERE EXISTS (SELECT 1 FROM g) UNION ALL SELECT 1 FROM "lake/*.parquet"
      ORDER BY (SELECT 1 FROM h)`;
    expect(names(sql)).toEqual(['a', 'c', 'e', 's.f', 'g', 'lake/*.parquet', 'h']);
  });

  test('with RECURSIVE a CTE is in its own reach', () => {
    expect(names('WITH RECURSIVE c AS (SELECT * FROM a UNION SELECT * FROM c) SELECT * FROM c')).toEqual(['a']);
  });

  test('read_parquet with its options and parameters', () => {
    const sql = "SELECT * FROM read_parquet(ARRAY['a', $2], hive_partitioning => $1, filename => 'file') x";
    expect(collectTables(parseStatement(sql), { parameters: [true, 'b'] })).toMatchObject([
      { kind: 'read_parquet', locations: ['a', 'b'], options: { hivePartitioning: true, filename: 'file' } },
    ]);
  });

  test('views stand for the tables that they read', () => {
    const view = { sql: 'SELECT * FROM a, w', columns: [] };
    const views = (path: readonly string[]) =>
      path[0] === 'v' ? view : path[0] === 'w' ? { sql: 'SELECT * FROM b', columns: [] } : undefined;
    expect(names('SELECT * FROM v, c', { views })).toEqual(['a', 'b', 'c']);
  });

  test('statements without a query read nothing', () => {
    expect(names('DROP VIEW v')).toEqual([]);
    expect(names('CREATE VIEW v AS SELECT * FROM a')).toEqual(['a']);
    expect(names('EXPLAIN SELECT * FROM a')).toEqual(['a']);
  });
});
