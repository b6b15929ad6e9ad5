import { beforeAll, describe, expect, test } from 'vitest';
import { describeExpression, loadParser } from '../sql.fixture.ts';

beforeAll(loadParser);

/** An expression over `t`, and the bound one as text. */
const CASES: readonly (readonly [
  sql: string,
  bound: string,
  parameters?: readonly (string | number | null | readonly string[])[],
])[] = [
  // Literals
  ['1', '1'],
  ['2147483648', '2147483648'],
  ['0x1F + 1_000', '31 + 1000'],
  ["d >= '1994-01-01'", "d >= DATE '1994-01-01'"],
  ["d < DATE '1994-01-01' + INTERVAL '1' YEAR", "CAST(d AS timestamp) < DATE '1994-01-01' + INTERVAL '12 mons'"],
  ["x = '1.555'", 'x = 1.555'],
  ['f > 1.5', 'f > 1.5'],
  ["c = 'x'", "c = 'x'"],
  ['a = NULL', 'a = NULL'],
  ["b = '5'", 'b = 5'],
  // A constant is fitted to the column, not the column to the constant
  ['b = 5', 'b = 5'],
  ['x < 24', 'x < 24'],
  ['a = b', 'CAST(a AS bigint) = b'],
  ['x BETWEEN 0.06 - 0.01 AND 0.07', 'x >= 0.06 - 0.01 AND x <= 0.07'],
  ['x * (1 - x)', 'x * (1 - x)'],
  ['a + x', 'CAST(a AS decimal(10,0)) + x'],
  ['a / 2', 'a / 2'],
  ['a * f', 'CAST(a AS double precision) * f'],
  // Conditions
  ['p AND NOT p OR p', 'p AND NOT p OR p'],
  ['a NOT BETWEEN SYMMETRIC 5 AND 1', 'NOT (a >= 5 AND a <= 1 OR a >= 1 AND a <= 5)'],
  ["a IN (1, 2, NULL, '3')", 'a IN (1, 2, NULL, 3)'],
  ["c NOT IN ('x', 'y')", "c NOT IN ('x', 'y')"],
  ['a IN (1, b)', 'a = 1 OR CAST(a AS bigint) = b'],
  ['x IN (1, 2.125)', 'CAST(x AS decimal(16,3)) IN (1.000, 2.125)'],
  ["d IN ('2020-01-01', DATE '2020-01-02')", "d IN (DATE '2020-01-01', DATE '2020-01-02')"],
  ['(a, c) = (1, NULL)', 'a = 1 AND c = NULL'],
  ["(a, c) IN ((1, 'x'), (2, 'y'))", "a = 1 AND c = 'x' OR a = 2 AND c = 'y'"],
  ['(a, b) < (1, 2)', 'a < 1 OR a = 1 AND b < 2'],
  ['p IS NOT TRUE', 'NOT COALESCE(p, false)'],
  ['p IS FALSE', 'NOT COALESCE(p, true)'],
  ['p IS NOT FALSE', 'COALESCE(p, true)'],
  ['p IS UNKNOWN', 'p IS NULL'],
  ['(a, b) IS NULL', 'a IS NULL AND b IS NULL'],
  ['a IS NOT DISTINCT FROM NULL', 'is not distinct from(a, NULL)'],
  ["c LIKE 'a%' AND c NOT ILIKE '_b'", "c LIKE 'a%' AND c NOT ILIKE '_b'"],
  ["c ~ 'x' AND c !~* 'y'", "c ~ 'x' AND c !~* 'y'"],
  // CASE and its kin
  ["CASE a WHEN 1 THEN 'x' WHEN 2 THEN NULL END", "CASE WHEN a = 1 THEN 'x' WHEN a = 2 THEN NULL END"],
  ['CASE WHEN p THEN 1 ELSE x END', 'CASE WHEN p THEN 1.00 ELSE x END'],
  ['COALESCE(a, b, 0)', 'COALESCE(CAST(a AS bigint), b, 0)'],
  ['COALESCE(a)', 'a'],
  ['NULLIF(a, 0)', 'CASE WHEN a = 0 THEN NULL ELSE a END'],
  // Casts
  ["'5'::integer + 1", '5 + 1'],
  ['a::text', 'CAST(a AS varchar)'],
  ['c::varchar(3)', 'substring(CAST(c AS varchar), 1, 3)'.replace('CAST(c AS varchar)', 'c')],
  ['a::numeric', 'CAST(a AS decimal(10,0))'],
  ['x::numeric(10, 1)', 'CAST(x AS decimal(10,1))'],
  ['f::numeric', 'CAST(f AS decimal(38,16))'],
  ['x::double precision::int8', 'CAST(CAST(x AS double precision) AS bigint)'],
  ["c || 1 || 'x'", "c || CAST(1 AS varchar) || 'x'"],
  ["ARRAY['1', '2']::integer[] IS NULL", 'ARRAY[1, 2] IS NULL'],
  // Parameters
  ['a = $1', 'a = 5', [5]],
  ['d = $1', "d = DATE '2020-01-01'", ['2020-01-01']],
  ['b > $1', 'b > 9007199254740991', [Number.MAX_SAFE_INTEGER]],
  ['f = $1', 'f = 0.5', [0.5]],
  ['c = ANY($1)', "c IN ('x', 'y')", [['x', 'y']]],
  ['d <> ALL($1)', "d NOT IN (DATE '2020-01-01')", [['2020-01-01']]],
  ['a = ANY($1)', 'NULL', [null]],
  ["a > ANY('{1,2}')", 'a > 1 OR a > 2'],
  ['a = ANY($1)', 'false', [[]]],
  ['$1 + 1', '1 + 1', ['1']],
  // Calls that SQL writes with words
  ['substring(c FROM 2 FOR 3)', 'substring(c, 2, 3)'],
  ['EXTRACT(year FROM d)', "extract('year', d)"],
  ["position('x' IN c)", "position(c, 'x')"],
  ["trim(both 'x' from c)", "btrim(c, 'x')"],
  ['date(d)', 'd'],
  ['float8(a)', 'CAST(a AS double precision)'],
  ['CURRENT_DATE', "DATE '2026-03-04'"],
  ['LOCALTIMESTAMP', "TIMESTAMP '2026-03-04 05:06:07.891234'"],
];

describe('expressions', () => {
  test.each(CASES.map(([sql, bound, parameters = []]) => ({ sql, bound, parameters })))(
    '$sql',
    ({ sql, bound, parameters }) => {
      const text = describeExpression(`SELECT ${sql} AS z FROM t`, { parameters: parameters as never });
      expect(text.replace(/ AS z$/, '')).toBe(bound);
    },
  );

  test("the session's zone decides what day it is", () => {
    expect(describeExpression('SELECT CURRENT_DATE', { timeZone: 'Pacific/Honolulu' })).toContain("DATE '2026-03-03'");
  });
});
