import { PGlite } from '@electric-sql/pglite';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { isQueryError } from '../error/index.ts';
import { correlatedQuery, smallTables, withTables } from './correlated-query.fixture.ts';
import { createEngine } from './create-engine.ts';

const postgres = new PGlite();
const engine = createEngine({ settings: { checkPlans: true } });

afterAll(async () => {
  await Promise.all([postgres.close(), engine.close()]);
});

/** Rows as text, sorted. */
function canonical(rows: readonly object[]): string[] {
  const plain = (_: string, value: unknown) => (typeof value === 'bigint' ? Number(value) : value);
  return rows.map((row) => JSON.stringify(Object.values(row), plain)).sort();
}

async function expectSame(sql: string): Promise<void> {
  const expected = await postgres.query<object>(sql);
  expect(canonical(await engine.query(sql).toArray()), sql).toEqual(canonical(expected.rows));
}

async function errorOf(sql: string): Promise<unknown> {
  return engine
    .query(sql)
    .toArray()
    .then(
      () => undefined,
      (error: unknown) => error,
    );
}

test('correlated queries answer as in PostgreSQL', async () => {
  await fc.assert(
    fc.asyncProperty(smallTables, correlatedQuery, (tables, query) => expectSame(`${withTables(tables)} ${query}`)),
    { numRuns: 200 },
  );
}, 120_000);

describe('nulls in ANY, ALL, IN and NOT IN', () => {
  const SETS = ['SELECT 1 WHERE false', 'VALUES (1)', 'VALUES (1), (2)', 'VALUES (NULL::int)', 'VALUES (1), (NULL)'];
  const TESTS = [
    'x IN (S)',
    'x NOT IN (S)',
    ...['=', '<>', '<', '<=', '>', '>='].flatMap((operator) => [`x ${operator} ANY (S)`, `x ${operator} ALL (S)`]),
    '(x, y) IN (SELECT k, k FROM (S) AS s(k))',
    '(x, y) NOT IN (SELECT k, 1 FROM (S) AS s(k))',
    'x IN (SELECT k FROM (S) AS s(k) WHERE k = y)',
    'x NOT IN (SELECT k FROM (S) AS s(k) WHERE k <> y OR k IS NULL)',
  ];
  const ROWS = 'FROM (VALUES (1, 1), (2, 1), (3, NULL), (NULL, 1), (NULL, NULL)) AS t(x, y)';

  test.each(TESTS)('%s', async (template) => {
    for (const set of SETS) {
      const condition = template.replace('S)', `${set})`);
      await expectSame(`SELECT x, y, ${condition} AS v ${ROWS}`);
      await expectSame(`SELECT x, y ${ROWS} WHERE ${condition}`);
      await expectSame(`SELECT x, y ${ROWS} WHERE NOT (${condition})`);
    }
  });
});

describe('a subquery that is used as a value', () => {
  test.each([
    'SELECT (SELECT x FROM (VALUES (1), (2)) AS t(x)) AS v',
    'SELECT (SELECT y FROM (VALUES (1, 1), (1, 1)) AS u(k, y) WHERE k = t.x) AS v FROM (VALUES (1)) AS t(x)',
    'SELECT x FROM (VALUES (1)) AS t(x) WHERE x < (SELECT y FROM (VALUES (1), (5)) AS u(y))',
    'SELECT count(*) FROM (VALUES (1)) AS t(x) HAVING count(*) = (VALUES (1), (1))',
  ])('%s: more than one row is an error', async (sql) => {
    const error = await errorOf(sql);
    expect(isQueryError(error) && error.code).toBe('MORE_THAN_ONE_ROW');
    await expect(postgres.query(sql)).rejects.toThrow('more than one row');
  });

  test.each([
    'SELECT (SELECT x FROM (VALUES (1)) AS t(x) WHERE x > 1) AS v',
    'SELECT x, (SELECT y FROM (VALUES (1, 5), (2, 6), (3, 7), (3, 7)) AS u(k, y) WHERE k = x) AS v FROM (VALUES (1), (2), (4)) AS t(x)',
    'SELECT x, (SELECT count(*) FROM (VALUES (1, 5), (1, 6)) AS u(k, y) WHERE k = x) AS v FROM (VALUES (1), (2), (NULL)) AS t(x)',
    "SELECT CASE WHEN EXISTS (SELECT 1) THEN 'yes' ELSE 'no' END AS v",
    'SELECT sum((SELECT max(y) FROM (VALUES (1), (2)) AS u(y) WHERE y <= x)) AS v FROM (VALUES (1), (2)) AS t(x)',
    'SELECT (SELECT max(y) FROM (VALUES (1), (2)) AS u(y) WHERE y < x) AS v, count(*) FROM (VALUES (1), (2), (2)) AS t(x) GROUP BY 1',
    'SELECT x, count(*) FROM (VALUES (1), (2), (2)) AS t(x) GROUP BY x HAVING count(*) > (SELECT min(y) FROM (VALUES (1), (2)) AS u(y) WHERE y >= x - 1)',
    'SELECT x FROM (VALUES (1), (2), (3)) AS t(x) ORDER BY (SELECT -x), x',
    'VALUES ((SELECT 1)), (2), ((SELECT max(y) FROM (VALUES (3)) AS u(y)))',
    'SELECT x, (SELECT (SELECT max(z) FROM (VALUES (1), (2), (3)) AS v(z) WHERE z <= x AND z <= y) FROM (VALUES (2)) AS u(y)) AS v FROM (VALUES (1), (2), (3)) AS t(x)',
    'SELECT x, y FROM (VALUES (1), (2), (3)) AS t(x) LEFT JOIN (VALUES (1), (2)) AS u(y) ON x = y AND x IN (SELECT 2)',
    'SELECT x, y FROM (VALUES (1), (2), (3)) AS t(x) LEFT JOIN (VALUES (1), (2)) AS u(y) ON EXISTS (SELECT 1 FROM (VALUES (3)) AS v(z) WHERE z = x + y)',
    'SELECT x, y FROM (VALUES (1), (2), (3)) AS t(x) RIGHT JOIN (VALUES (1), (5)) AS u(y) ON x = (SELECT max(z) FROM (VALUES (1), (3)) AS v(z) WHERE z <= y)',
    'SELECT (SELECT max(t.x)) AS v FROM (VALUES (1), (2)) AS t(x)',
    'SELECT y, (SELECT sum(t.x) + max(z) FROM (VALUES (1), (5)) AS u(z) WHERE z > t.y) AS v FROM (VALUES (1, 0), (2, 0), (3, 4)) AS t(x, y) GROUP BY y',
    'SELECT y FROM (VALUES (1, 0), (2, 0), (3, 4)) AS t(x, y) GROUP BY y HAVING EXISTS (SELECT 1 FROM (VALUES (3)) AS u(z) WHERE z = sum(t.x) AND y = 0)',
    'SELECT x, m FROM (VALUES (1), (2), (3)) AS t(x) LEFT JOIN LATERAL (SELECT x * 2 AS m WHERE x > 1) AS l ON m < 6',
    'SELECT x, n FROM (VALUES (1), (2), (3)) AS t(x), LATERAL (SELECT count(*) AS n FROM (VALUES (1), (1)) AS u(y) WHERE y = x) AS l',
  ])('%s', async (sql) => {
    await expectSame(sql);
  });
});

describe('what a subquery cannot do is said', () => {
  test.each([
    ['SELECT (SELECT 1, 2)', 'INVALID_CLAUSE'],
    ['SELECT 1 IN (SELECT 1, 2)', 'INVALID_CLAUSE'],
    ['SELECT * FROM (VALUES (1)) AS t(x) RIGHT JOIN LATERAL (SELECT x) AS l ON true', 'INVALID_CLAUSE'],
    ['SELECT * FROM (VALUES (1)) AS t(x), (SELECT x) AS l', 'UNKNOWN_COLUMN'],
    ['SELECT (SELECT y) FROM (VALUES (1, 2)) AS t(x, y) GROUP BY x', 'INVALID_GROUPING'],
    ['SELECT x FROM (VALUES (1)) AS t(x) WHERE x = (SELECT max(t.x))', 'INVALID_GROUPING'],
    ['SELECT 1 LIMIT (SELECT 1)', 'FEATURE_NOT_IMPLEMENTED'],
  ])('%s: %s', async (sql, code) => {
    const error = await errorOf(sql);
    expect(isQueryError(error) && error.code).toBe(code);
    expect(isQueryError(error) && error.span).toBeDefined();
  });
});
