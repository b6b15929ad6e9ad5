import { beforeAll, expect, describe as group, test } from 'vitest';
import { bindPlan, describe, loadParser } from '../sql.fixture.ts';

beforeAll(loadParser);

/** The plan as indented text behind a line with the result's columns. */
function expectPlan(sql: string, expected: string, options?: Parameters<typeof describe>[1]): void {
  expect(describe(sql, options)).toBe(
    expected
      .split('\n')
      .slice(1, -1)
      .map((line) => line.replace(/^ {6}/, ''))
      .join('\n'),
  );
}

group('select lists', () => {
  test('* gives the columns of the table as they are', () => {
    expectPlan(
      'SELECT * FROM u',
      `
      a integer, k varchar?, ts timestamp?
      Scan u [a, k, ts]
      `,
    );
  });

  test('aliases, qualified stars and a column that is named twice', () => {
    expectPlan(
      'SELECT u.*, a AS z, a + 1, upper FROM u AS u(a, upper)',
      `
      a integer, upper varchar?, ts timestamp?, z integer, ?column? integer, upper varchar?
      Project a, k AS upper, ts, a AS z, a + 1 AS ?column?, k AS upper
      └─ Scan u [a, k, ts]
      `,
    );
  });

  test('no FROM is one row', () => {
    expectPlan(
      'SELECT 1 AS one WHERE true',
      `
      one integer
      Project 1 AS one
      └─ Filter true
         └─ Values 1 row []
      `,
    );
  });

  test('without alias columns are called as PostgreSQL calls them', () => {
    const sql = `SELECT t.a, a::bigint, 1::int8, CAST('x' AS text), DATE '2020-01-01', coalesce(a, 1), nullif(a, 1),
      CASE WHEN p THEN 1 ELSE a END, CASE WHEN p THEN a ELSE 1 END, count(*), 'x', true, a + 1, NOT p, current_date, -a
      FROM t GROUP BY a, p`;
    expect(bindPlan(sql).columns.map(({ name }) => name)).toEqual([
      ...['a', 'a', 'int8', 'text', 'date', 'coalesce', 'nullif', 'a', 'case', 'count'],
      ...['?column?', '?column?', '?column?', '?column?', 'current_date', '?column?'],
    ]);
  });

  test('columns keep the letter case of the table', () => {
    expectPlan(
      'SELECT counterid, EVENTTIME, url, "URL" FROM hits WHERE CounterId = 62',
      `
      CounterID integer?, EventTime timestamptz?, url varchar?, URL varchar?
      Project CounterID, EventTime, url, URL
      └─ Filter CounterID = 62
         └─ Scan hits [CounterID, URL, url, EventTime]
      `,
    );
  });
});

group('DISTINCT, ORDER BY, LIMIT', () => {
  test('an order over what is not in the output is computed and dropped', () => {
    expectPlan(
      'SELECT c FROM t ORDER BY a DESC, b + 1 NULLS FIRST, c LIMIT 10 OFFSET 5',
      `
      c varchar?
      Limit 10 offset=5
      └─ Project c
         └─ Sort a DESC, order by NULLS FIRST, c
            └─ Project c, a, b + 1 AS order by
               └─ Scan t [a, b, c, d, x, f, p]
      `,
    );
  });

  test('positions and aliases; an alias hides a column', () => {
    expectPlan(
      'SELECT a + 1 AS b, c FROM t ORDER BY b, 2 DESC',
      `
      b integer, c varchar?
      Sort b, c DESC
      └─ Project a + 1 AS b, c
         └─ Scan t [a, b, c, d, x, f, p]
      `,
    );
  });

  test('an expression of the select list is ordered by as output', () => {
    expectPlan(
      'SELECT DISTINCT a + 1 FROM u ORDER BY a + 1 DESC NULLS LAST',
      `
      ?column? integer
      Sort ?column? DESC NULLS LAST
      └─ Distinct
         └─ Project a + 1 AS ?column?
            └─ Scan u [a, k, ts]
      `,
    );
  });

  test('limits are constants of any form', () => {
    const limit = (sql: string, parameters: readonly (number | string | null)[] = []) => {
      const plan = bindPlan(`SELECT a FROM u ${sql}`, { parameters });
      return plan.kind === 'Limit' ? [plan.limit, plan.offset] : undefined;
    };
    expect(limit('LIMIT 3')).toEqual([3, 0]);
    expect(limit('LIMIT 1 + 2 OFFSET $1', [4])).toEqual([3, 4]);
    expect(limit("LIMIT '7'")).toEqual([7, 0]);
    expect(limit('LIMIT $1 OFFSET 2', ['5'])).toEqual([5, 2]);
    expect(limit('LIMIT 2.5')).toEqual([3, 0]);
    expect(limit('LIMIT ALL OFFSET 2')).toEqual([undefined, 2]);
    expect(limit('LIMIT NULL')).toBeUndefined();
    expect(limit('FETCH FIRST 4 ROWS ONLY')).toEqual([4, 0]);
    expect(limit('LIMIT $1', [null])).toBeUndefined();
  });
});

group('GROUP BY', () => {
  test('keys by column, alias and position; aggregates once each', () => {
    expectPlan(
      'SELECT a + 1 AS k, c, count(*), sum(b), count(*) + 1 FROM t GROUP BY 1, c HAVING sum(b) > 10 ORDER BY count(*) DESC, k',
      `
      k integer, c varchar?, count bigint, sum decimal(38,0)?, ?column? bigint
      Sort count DESC, k
      └─ Project k, c, count, sum, count + 1 AS ?column?
         └─ Filter sum > 10
            └─ Aggregate by=[a + 1 AS k, c] count(*), sum(b)
               └─ Scan t [a, b, c, d, x, f, p]
      `,
    );
  });

  test('an input column comes before an output alias', () => {
    expectPlan(
      'SELECT a AS c, count(*) FROM t GROUP BY c, a',
      `
      c integer, count bigint
      Project a AS c, count
      └─ Aggregate by=[c, a] count(*)
         └─ Scan t [a, b, c, d, x, f, p]
      `,
    );
  });

  test('grouped expressions are found inside others; FILTER and DISTINCT', () => {
    expectPlan(
      'SELECT (a + 1) * 2 AS z, count(DISTINCT c) FILTER (WHERE p), max(DISTINCT x) FROM t GROUP BY a + 1',
      `
      z integer, count bigint, max decimal(15,2)?
      Project ?column? * 2 AS z, count, max
      └─ Aggregate by=[a + 1 AS ?column?] count(DISTINCT c) FILTER (WHERE p), max(x)
         └─ Scan t [a, b, c, d, x, f, p]
      `,
    );
  });

  test('HAVING alone makes one group', () => {
    expectPlan(
      'SELECT 1 AS one FROM u HAVING count(*) > 0',
      `
      one integer
      Project 1 AS one
      └─ Filter count > 0
         └─ Aggregate by=[] count(*)
            └─ Scan u [a, k, ts]
      `,
    );
  });

  test('an aggregate over an aggregated derived table', () => {
    expectPlan(
      'SELECT max(n) FROM (SELECT count(*) AS n FROM t GROUP BY c) s',
      `
      max bigint?
      Aggregate by=[] max(n)
      └─ Project count AS n
         └─ Aggregate by=[c] count(*)
            └─ Scan t [a, b, c, d, x, f, p]
      `,
    );
  });
});

group('FROM', () => {
  test('commas are cross joins, ON is split into equalities and the rest', () => {
    expectPlan(
      'SELECT t.a, k FROM t, v JOIN u ON u.a = v.w AND v.a > 3 AND u.a + v.a = 7 WHERE t.a = v.a',
      `
      a integer, k varchar?
      Project a, k
      └─ Filter CAST(a AS bigint) = a
         └─ Join cross
            ├─ Scan t [a, b, c, d, x, f, p]
            └─ Join inner on w = a residual=a > 3 AND CAST(a AS bigint) + a = 7
               ├─ Scan v [a, w]
               └─ Scan u [a, k, ts]
      `,
    );
  });

  test('outer joins make their other side nullable', () => {
    expectPlan(
      'SELECT u.a, v.a FROM u LEFT JOIN v ON u.a = v.w',
      `
      a integer, a bigint?
      Project a, a
      └─ Join left on a = w
         ├─ Scan u [a, k, ts]
         └─ Scan v [a, w]
      `,
    );
    const nullable = (sql: string) => bindPlan(sql).columns.map((column) => column.nullable);
    expect(nullable('SELECT u.a, v.a FROM u RIGHT JOIN v ON u.a = v.w')).toEqual([true, false]);
    expect(nullable('SELECT u.a, v.a FROM u FULL JOIN v ON u.a = v.w')).toEqual([true, true]);
    expect(nullable('SELECT u.a, v.a FROM u JOIN v ON u.a = v.w')).toEqual([false, false]);
  });

  test('USING and NATURAL merge columns and put them first', () => {
    expectPlan(
      'SELECT * FROM u JOIN v USING (a)',
      `
      a bigint, k varchar?, ts timestamp?, w integer?
      Project CAST(a AS bigint) AS a, k, ts, w
      └─ Join inner on CAST(a AS bigint) = a
         ├─ Scan u [a, k, ts]
         └─ Scan v [a, w]
      `,
    );
    expectPlan(
      'SELECT a, t.a, u.a FROM t NATURAL FULL JOIN u',
      `
      a integer?, a integer?, a integer?
      Project COALESCE(a, a) AS a, a, a
      └─ Join full on a = a
         ├─ Scan t [a, b, c, d, x, f, p]
         └─ Scan u [a, k, ts]
      `,
    );
  });

  test('a join condition that is always true is a cross join', () => {
    expect(describe('SELECT u.a FROM u JOIN v ON true')).toContain('Join cross');
    expect(describe('SELECT u.a FROM u CROSS JOIN v')).toContain('Join cross');
  });

  test('VALUES and derived tables with names for their columns', () => {
    expectPlan(
      "SELECT n + 0.5 AS m, s FROM (VALUES (1, 'x'), (2, NULL)) AS q(n, s)",
      `
      m decimal(12,1), s varchar?
      Project CAST(column1 AS decimal(10,0)) + 0.5 AS m, column2 AS s
      └─ Values 2 rows [column1, column2]
      `,
    );
  });

  test('read_parquet and quoted paths', () => {
    expect(describe("SELECT a FROM read_parquet('lake/x/*.parquet', hive_partitioning => true)")).toContain(
      'Scan lake/x/*.parquet',
    );
    expect(describe('SELECT a FROM read_parquet($1)', { parameters: [['a.parquet', 'b.parquet']] })).toContain(
      'Scan a.parquet, b.parquet',
    );
  });
});

group('WITH, views, set operations', () => {
  test('CTEs are bound at each use, with column ids of their own; nearer names hide farther ones', () => {
    const sql = `WITH u AS (SELECT a AS z FROM u), w(q) AS (SELECT z FROM u)
      SELECT x.q, y.q, i.z FROM w x JOIN w y ON x.q = y.q JOIN (WITH u AS (SELECT 7 AS z) SELECT * FROM u) i ON i.z = x.q`;
    expectPlan(
      sql,
      `
      q integer, q integer, z integer
      Project z AS q, z AS q, z
      └─ Join inner on z = z
         ├─ Join inner on z = z
         │  ├─ Project a AS z
         │  │  └─ Scan u [a, k, ts]
         │  └─ Project a AS z
         │     └─ Scan u [a, k, ts]
         └─ Project 7 AS z
            └─ Values 1 row []
      `,
    );
  });

  test('a view stands for its query', () => {
    expectPlan(
      'SELECT w.n FROM w WHERE n > 1',
      `
      n bigint
      Project count AS n
      └─ Filter count > 1
         └─ Aggregate by=[a] count(*)
            └─ Scan u [a, k, ts]
      `,
      { views: { w: { sql: 'SELECT a, count(*) FROM u GROUP BY a', columns: ['k', 'n'] } } },
    );
  });

  test('UNION finds common types, by position', () => {
    expectPlan(
      "SELECT a, NULL FROM u UNION ALL SELECT 2.5, DATE '2020-01-01' UNION ALL VALUES (3, NULL) ORDER BY 1",
      `
      a decimal(11,1), ?column? date?
      Sort a
      └─ Union
         ├─ Project CAST(a AS decimal(11,1)) AS a, ?column?
         │  └─ Project a, NULL AS ?column?
         │     └─ Scan u [a, k, ts]
         ├─ Project CAST(?column? AS decimal(11,1)) AS ?column?, date
         │  └─ Project 2.5 AS ?column?, DATE '2020-01-01' AS date
         │     └─ Values 1 row []
         └─ Project CAST(column1 AS decimal(11,1)) AS column1, column2
            └─ Values 1 row [column1, column2]
      `,
    );
  });

  test('UNION without ALL is distinct; texts get the type of the other side', () => {
    expectPlan(
      "SELECT a FROM u UNION SELECT '5'",
      `
      a integer
      Distinct
      └─ Union
         ├─ Project a
         │  └─ Scan u [a, k, ts]
         └─ Project 5 AS ?column?
            └─ Values 1 row []
      `,
    );
  });

  test('INTERSECT and EXCEPT count rows by where they come from', () => {
    expectPlan(
      'SELECT a FROM u EXCEPT SELECT w FROM v',
      `
      a integer?
      Project a
      └─ Filter count > 0 AND count = 0
         └─ Aggregate by=[a] count(*) FILTER (WHERE source = 0), count(*) FILTER (WHERE source = 1)
            └─ Union
               ├─ Project a, 0 AS source
               │  └─ Project a
               │     └─ Scan u [a, k, ts]
               └─ Project w, 1 AS source
                  └─ Project w
                     └─ Scan v [a, w]
      `,
    );
  });

  test('a thousand UNION ALLs are one node', () => {
    const plan = bindPlan(Array.from({ length: 1000 }, (_, i) => `SELECT ${i}`).join(' UNION ALL '));
    expect(plan.kind === 'Union' && plan.inputs.length).toBe(1000);
  });
});

group('ids', () => {
  test('are unique in the plan and passed on', () => {
    const plan = bindPlan('SELECT x.a, y.a, x.a + 1 AS s, x.a FROM u x JOIN u y ON x.a = y.a ORDER BY s');
    expect(new Set(plan.columns.map(({ id }) => id)).size).toBe(4);
  });
});
