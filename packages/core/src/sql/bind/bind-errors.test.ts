import { beforeAll, describe, expect, test } from 'vitest';
import { type BindOptions, bind, failure, loadParser } from '../sql.fixture.ts';

beforeAll(loadParser);

/** SQL, the code of its error, the piece of the text that it points at. */
const CASES: readonly (readonly [sql: string, code: string, at: string, options?: BindOptions])[] = [
  ['SELEC 1', 'SYNTAX', 'SELEC'],
  ['SELECT 1 FROM', 'SYNTAX', ''],
  ["SELECT 'é', FROM t", 'SYNTAX', 'FROM'],
  ["SELECT 'abc", 'SYNTAX', "'abc"],
  ['', 'SYNTAX', ''],
  ['-- nothing', 'SYNTAX', '-- nothing'],
  ['SELECT 1; SELECT 2', 'INVALID_CLAUSE', 'SELECT'],
  ['SELECT "a\0b"', 'SYNTAX', '\0'],

  ['SELECT * FROM tt', 'UNKNOWN_TABLE', 'tt'],
  ['SELECT * FROM s.nothing', 'UNKNOWN_TABLE', 's.nothing'],
  ['SELECT zz.a FROM t', 'UNKNOWN_TABLE', 'zz.a'],
  ['SELECT zz.* FROM t', 'UNKNOWN_TABLE', 'zz.*'],
  ['SELECT counterd FROM hits', 'UNKNOWN_COLUMN', 'counterd'],
  ["SELECT 'ü' || t.nope FROM t", 'UNKNOWN_COLUMN', 't.nope'],
  ['SELECT a FROM u ORDER BY nope', 'UNKNOWN_COLUMN', 'nope'],
  ['SELECT * FROM u JOIN v USING (k)', 'UNKNOWN_COLUMN', 'v'],
  ['SELECT a FROM u, v', 'AMBIGUOUS_COLUMN', 'a'],
  ['SELECT URL FROM (SELECT "URL" AS "Url", url AS "uRL" FROM hits) s', 'AMBIGUOUS_COLUMN', 'URL'],
  ['SELECT a, b AS a FROM t ORDER BY a', 'AMBIGUOUS_COLUMN', 'a'],
  ['SELECT lowr(c) FROM t', 'UNKNOWN_FUNCTION', 'lowr'],
  ['SELECT a @@ b FROM t', 'UNKNOWN_FUNCTION', '@@'],
  ['SELECT a::intger FROM t', 'UNKNOWN_TYPE', 'intger'],
  ['SELECT * FROM u, u', 'DUPLICATE_NAME', 'u'],
  ['WITH q AS (SELECT 1), q AS (SELECT 2) SELECT 1', 'DUPLICATE_NAME', 'q'],
  ['CREATE VIEW w AS SELECT a, a FROM u', 'DUPLICATE_NAME', 'w'],

  ['SELECT c + 1 FROM t', 'TYPE_MISMATCH', '+'],
  ['SELECT * FROM t WHERE a', 'TYPE_MISMATCH', 'a'],
  ['SELECT * FROM t WHERE p AND c', 'TYPE_MISMATCH', 'c'],
  ['SELECT c = a FROM t', 'TYPE_MISMATCH', '='],
  ['SELECT CASE WHEN p THEN 1 ELSE c END FROM t', 'TYPE_MISMATCH', 'c'],
  ['SELECT coalesce(a, d) FROM t', 'TYPE_MISMATCH', 'd'],
  ['SELECT a FROM t UNION ALL SELECT c FROM t', 'TYPE_MISMATCH', 'c'],
  ['VALUES (1), (true)', 'TYPE_MISMATCH', 'true'],
  ['SELECT a IN (1, true) FROM t', 'TYPE_MISMATCH', 'IN'],
  ['SELECT d::integer FROM t', 'TYPE_MISMATCH', '::'],
  ['SELECT sum(c) FROM t', 'TYPE_MISMATCH', 'sum'],
  ['SELECT a FROM t LIMIT p', 'INVALID_CLAUSE', 'p'],
  ['SELECT a FROM t LIMIT true', 'TYPE_MISMATCH', 'true'],
  ['SELECT (1, 2) = (1, 2, 3)', 'TYPE_MISMATCH', '='],

  ["SELECT d = 'yesterdy' FROM t", 'INVALID_LITERAL', "'yesterdy'"],
  ["SELECT a = '1.5' FROM t", 'INVALID_LITERAL', "'1.5'"],
  ["SELECT a IN (1, 'x') FROM t", 'INVALID_LITERAL', "'x'"],
  ["SELECT DATE '2020-02-30'", 'INVALID_LITERAL', "'2020-02-30'"],
  ["SELECT INTERVAL 'one day'", 'INVALID_LITERAL', "'one day'"],
  ['SELECT d = $1 FROM t', 'INVALID_LITERAL', '$1', { parameters: ['soon'] }],
  ["SELECT 'abc'::integer", 'CAST_FAILED', "'abc'"],
  ["SELECT CAST('2020-13-01' AS date)", 'CAST_FAILED', "'2020-13-01'"],
  ["SELECT '40000'::smallint", 'OVERFLOW', "'40000'"],

  ['SELECT a, count(*) FROM t', 'INVALID_GROUPING', 'a'],
  ['SELECT grouping(b) FROM t GROUP BY ROLLUP (a)', 'INVALID_GROUPING', 'b'],
  ['SELECT a FROM t WHERE grouping(a) = 0 GROUP BY a', 'INVALID_GROUPING', 'grouping'],
  ['SELECT a FROM t GROUP BY CUBE (1,2,3,4,5,6,7,8,9,10,11,12,13)', 'INVALID_CLAUSE', 'CUBE'],
  ['SELECT a + b FROM t GROUP BY a', 'INVALID_GROUPING', 'b'],
  ['SELECT a FROM t GROUP BY a ORDER BY b', 'INVALID_GROUPING', 'b'],
  ['SELECT a FROM t GROUP BY a HAVING b > 1', 'INVALID_GROUPING', 'b'],
  ['SELECT * FROM u GROUP BY a', 'INVALID_GROUPING', '*'],
  ['SELECT sum(count(*)) FROM t', 'INVALID_GROUPING', 'count'],
  ['SELECT 1 FROM t WHERE count(*) > 1', 'INVALID_GROUPING', 'count'],
  ['SELECT 1 FROM t GROUP BY count(*)', 'INVALID_GROUPING', 'count'],
  ['SELECT count(*) AS n FROM t GROUP BY n', 'INVALID_GROUPING', 'n'],
  ['SELECT count(*) AS n FROM t GROUP BY 1', 'INVALID_GROUPING', '1'],
  ['SELECT 1 FROM t JOIN u ON count(*) = 1', 'INVALID_GROUPING', 'count'],
  ['SELECT count(*) FILTER (WHERE max(a) > 1) FROM t', 'INVALID_GROUPING', 'max'],

  ['SELECT a FROM t GROUP BY 2', 'INVALID_CLAUSE', '2'],
  ['SELECT a FROM t ORDER BY 0', 'INVALID_CLAUSE', '0'],
  ["SELECT a FROM t ORDER BY 'x'", 'INVALID_CLAUSE', "'x'"],
  ['SELECT DISTINCT a FROM t ORDER BY b', 'INVALID_CLAUSE', 'b'],
  ['SELECT a FROM t LIMIT -1', 'INVALID_CLAUSE', '-'],
  ['SELECT a FROM t OFFSET $1', 'INVALID_CLAUSE', '$1', { parameters: [-3] }],
  ['SELECT *', 'INVALID_CLAUSE', '*'],
  ['SELECT 1 WHERE *', 'SYNTAX', '*'],
  ['SELECT sum() FROM t', 'INVALID_CLAUSE', 'sum'],
  ['SELECT a FROM t UNION SELECT a, b FROM t', 'INVALID_CLAUSE', 'a'],
  ['VALUES (1, 2), (3)', 'INVALID_CLAUSE', '3'],
  ['SELECT * FROM u AS q(a, b, c, d)', 'INVALID_CLAUSE', 'u'],
  ["SELECT * FROM read_parquet('x', hive_partition => true)", 'INVALID_CLAUSE', 'hive_partition'],
  ['SELECT * FROM read_parquet(7)', 'INVALID_CLAUSE', '7'],
  ["SELECT * FROM read_parquet('x', union_by_name => 'yes')", 'INVALID_CLAUSE', "'yes'"],

  ['SELECT a FROM t WHERE rank() OVER () = 1', 'INVALID_CLAUSE', 'rank'],
  ['SELECT rank() OVER (ORDER BY sum(a) OVER ()) FROM t', 'INVALID_CLAUSE', 'sum'],
  ['SELECT sum(rank() OVER ()) FROM t', 'INVALID_CLAUSE', 'rank'],
  ['SELECT rank() FROM t', 'INVALID_CLAUSE', 'rank'],
  ['SELECT lower(c) OVER () FROM t', 'INVALID_CLAUSE', 'lower'],
  ['SELECT sum(a) OVER (PARTITION BY nowhere) FROM t', 'UNKNOWN_COLUMN', 'nowhere'],
  ['SELECT a FROM t WINDOW w AS (ORDER BY nowhere)', 'UNKNOWN_COLUMN', 'nowhere'],
  ['SELECT sum(a) OVER (ORDER BY a ROWS a PRECEDING) FROM t', 'INVALID_CLAUSE', 'a'],
  ['SELECT sum(a) OVER (ORDER BY a ROWS -2 PRECEDING) FROM t', 'INVALID_CLAUSE', '-'],
  ['SELECT sum(a) OVER (ORDER BY c RANGE 2 PRECEDING) FROM t', 'TYPE_MISMATCH', '2'],
  ['SELECT c, rank() OVER (ORDER BY a) FROM t GROUP BY c', 'INVALID_GROUPING', 'a'],

  ['SELECT $1', 'PARAMETER_COUNT', '$1'],
  ['SELECT $1 + $3', 'PARAMETER_COUNT', '$3', { parameters: [1, 2] }],
  ['SELECT a FROM t WHERE a = $1', 'PARAMETER_COUNT', 'SELECT a FROM t WHERE a = $1', { parameters: [1, 2] }],
  ['SELECT 1', 'PARAMETER_COUNT', 'SELECT 1', { parameters: [1] }],
  ['SELECT $1::int', 'PARAMETER_COUNT', '$1', { parameters: [undefined as never] }],
  ['SELECT $1', 'BAD_ARGUMENT', '$1', { parameters: [{} as never] }],
  ['SELECT $1', 'BAD_ARGUMENT', '$1', { parameters: [[1, 'x']] }],
  ['SELECT $1', 'BAD_ARGUMENT', '$1', { parameters: [new Date(Number.NaN)] }],
];

/** What the grammar knows and the binder does not: nothing of it may be passed over in silence. */
const UNSUPPORTED: readonly (readonly [sql: string, at: string])[] = [
  ['SELECT sum(DISTINCT a) OVER (PARTITION BY c) FROM t', 'sum'],
  ['SELECT min(a ORDER BY b) OVER () FROM t', 'min'],
  ['SELECT rank() FILTER (WHERE a > 1) OVER () FROM t', '>'],
  ['SELECT a FROM t FOR UPDATE', 'a'],
  ['SELECT a FROM t TABLESAMPLE bernoulli (10)', 't'],
  ["SELECT * FROM read_parquet('x') WITH ORDINALITY", 'read_parquet'],
  ['SELECT a INTO z FROM t', 'z'],
  ['SELECT a FROM ONLY t', 't'],
  ['SELECT a FROM t ORDER BY a FETCH FIRST 1 ROW WITH TIES', '1'],
  ['SELECT c COLLATE "de_DE" FROM t', 'COLLATE'],
  ["SELECT B'101'", "B'101'"],
  ["SELECT '12:00+02'::timetz", 'timetz'],
  ['INSERT INTO t VALUES (1)', 'INSERT'],
  ['CREATE TABLE q (a int)', 'CREATE'],
  ['DROP TABLE t CASCADE', 'DROP'],
  ['DROP INDEX i', 'DROP'],
  ['EXPLAIN (BUFFERS) SELECT 1', 'BUFFERS'],
  ['SET LOCAL timezone = 1', 'SET'],
  ['SELECT 123456789012345678901234567890123456789', '123456789012345678901234567890123456789'],
];

describe('what is wrong is said at its place', () => {
  test.each(CASES.map(([sql, code, at, options]) => ({ sql, code, at, options })))('$sql: $code', (one) => {
    const { sql, code, at, options } = one;
    const { error, at: found } = failure(sql, options);
    expect(error.code).toBe(code);
    expect(found).toBe(at);
    expect(error.message).not.toMatch(/\[object/);
  });
});

describe('what is not supported is said at its place', () => {
  test.each(UNSUPPORTED)('%s', (sql, at) => {
    const { error, at: found } = failure(sql);
    expect(error.code).toBe('FEATURE_NOT_IMPLEMENTED');
    expect(found).toBe(at);
  });
});

describe('errors help', () => {
  test('candidates are the nearest names', () => {
    expect(failure('SELECT counterd FROM hits').error.details.candidates).toEqual(['CounterID']);
    expect(failure('SELECT counterd FROM hits').error.hint).toBe('Did you mean "CounterID"?');
    expect(failure('SELECT * FROM hit').error.details.candidates).toEqual(['hits']);
    expect(failure('SELECT smu(a) FROM t').error.details.candidates).toContain('sum');
    expect(failure('SELECT a::intger FROM t').error.details.candidates).toContain('integer');
    expect(failure('SELECT a FROM u, v').error.details.candidates).toEqual(['u.a', 'v.a']);
  });

  test('a path in single quotes gets a hint', () => {
    expect(failure("SELECT * FROM 'x.parquet'").error.hint).toContain('"x.parquet"');
  });

  test('an error in a view names the view and points at its use', () => {
    const { error, at } = failure('SELECT 1 FROM w', { views: { w: { sql: 'SELECT nope FROM u', columns: [] } } });
    expect(error.code).toBe('UNKNOWN_COLUMN');
    expect(error.message).toBe('In the view "w": There is no column "nope".');
    expect(at).toBe('w');
  });

  test('views that read each other', () => {
    const views = { v1: { sql: 'SELECT * FROM v2', columns: [] }, v2: { sql: 'SELECT * FROM v1', columns: [] } };
    expect(failure('SELECT * FROM v1', { views }).error.message).toContain('reads itself');
  });

  test('CTEs that multiply are stopped', () => {
    const ctes = Array.from({ length: 20 }, (_, i) => `c${i + 1} AS (SELECT x.a FROM c${i} x, c${i} y)`);
    const { error } = failure(`WITH c0 AS (SELECT a FROM u), ${ctes.join(', ')} SELECT * FROM c20`);
    expect(error.code).toBe('FEATURE_NOT_IMPLEMENTED');
    expect(error.message).toContain('10000 tables');
  });
});

describe('nesting', () => {
  const deep = (n: number) => `SELECT ${'1 + '.repeat(n)}1`;

  test('up to the limit it is bound, beyond it is an error', () => {
    bind(deep(400));
    expect(failure(deep(600)).error.code).toBe('FEATURE_NOT_IMPLEMENTED');
    bind(`SELECT 1 FROM ${'(SELECT 1 FROM '.repeat(50)}t${') s'.repeat(50)}`);
    expect(failure(`SELECT 1 FROM ${'(SELECT 1 FROM '.repeat(200)}t${') s'.repeat(200)}`).error.kind).toBe(
      'Unsupported',
    );
  });

  test('what breaks the native parser breaks one statement only', async () => {
    for (let i = 0; i < 3; i++) {
      expect(failure(deep(50_000)).error.code).toBe('FEATURE_NOT_IMPLEMENTED');
      await loadParser();
      bind('SELECT 1');
    }
  });
});
