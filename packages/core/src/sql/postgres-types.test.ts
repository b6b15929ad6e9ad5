import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isQueryError } from '../error/index.ts';
import type { DataType } from '../types/index.ts';
import { bindPlan, loadParser } from './sql.fixture.ts';

const postgres = new PGlite();

beforeAll(loadParser);
afterAll(() => postgres.close());

/** What PostgreSQL calls our types; texts of any length are one type here. */
const POSTGRES_NAME: Readonly<Record<string, string>> = {
  int16: 'smallint',
  int32: 'integer',
  int64: 'bigint',
  decimal: 'numeric',
  float32: 'real',
  float64: 'double precision',
  varchar: 'text',
  time: 'time without time zone',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
};

/** An expression as a query; a query as it is. */
const queryOf = (text: string) => (/^(?:SELECT|VALUES) /.test(text) ? text : `SELECT ${text}`);

function postgresName(type: DataType): string {
  return type.id === 'list' ? `${postgresName(type.element)}[]` : (POSTGRES_NAME[type.id] ?? type.id);
}

/** The type of an expression; `wrong types` where there is none, and undefined where a value and not a type is at fault. */
async function typeInPostgres(expression: string): Promise<string | undefined> {
  try {
    const { rows } = await postgres.query<[string]>(
      `SELECT pg_typeof(x)::text FROM (${queryOf(expression)}) s(x)`,
      [],
      {
        rowMode: 'array',
      },
    );
    return rows[0]![0].replace('character varying', 'text');
  } catch (error) {
    const { code } = error as { code?: string };
    return code?.startsWith('42') ? 'wrong types' : undefined;
  }
}

/** As {@link typeInPostgres}; `missing` for what there is no function for at all. */
function typeHere(expression: string): string | undefined {
  try {
    return postgresName(bindPlan(queryOf(expression)).columns[0]!.type);
  } catch (error) {
    if (!isQueryError(error)) throw error;
    if (error.code === 'TYPE_MISMATCH') return 'wrong types';
    return error.code === 'UNKNOWN_FUNCTION' || error.kind === 'Unsupported' ? 'missing' : undefined;
  }
}

/** Where Millrace means to differ. */
const DELIBERATE: readonly RegExp[] = [
  // Powers, roots and logarithms of decimals are double precision: 38 digits could not hold the digits that PostgreSQL gives.
  /\^|^(?:power|exp|ln|log|sqrt)\(/,
  // All integer types go with boolean, not only integer.
  /(?:smallint|bigint|10000000000) AS boolean|boolean AS (?:smallint|bigint)/,
  // PostgreSQL 18 has these casts, PGlite is 17.
  /uuid AS bytea|bytea AS uuid/,
  // PostgreSQL has averages of intervals, which make the literal ambiguous.
  /avg\((?:'1'|NULL)\)/,
  // Orders that every type has.
  /(?:min|max)\(NULL::(?:boolean|uuid)\)/,
];

/**
 * Compares the types of expressions. A function or an overload that is missing here is no difference: `missing` counts them, so
 * that a test does not pass because everything is missing.
 */
async function differences(expressions: readonly string[]): Promise<{ differ: string[]; missing: number }> {
  const differ: string[] = [];
  let missing = 0;
  for (const expression of expressions.filter((text) => !DELIBERATE.some((pattern) => pattern.test(text)))) {
    const theirs = await typeInPostgres(expression);
    const ours = typeHere(expression);
    if (theirs === undefined && (ours === undefined || ours === 'wrong types')) continue;
    if (ours === 'missing' || (ours === 'wrong types' && theirs !== 'wrong types')) missing++;
    else if (ours !== theirs && theirs !== undefined)
      differ.push(`${expression}: ${theirs} in PostgreSQL, ${ours} here`);
  }
  return { differ, missing };
}

const TYPES = [
  ...['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision', 'text', 'boolean'],
  ...['date', 'time', 'timestamp', 'timestamptz', 'interval', 'bytea', 'uuid', 'json', 'integer[]'],
];
const OPERANDS = [...TYPES.map((type) => `NULL::${type}`), 'NULL', "'1'", '1', '1.5', '10000000000'];

const pairs = <T>(values: readonly T[]) => values.flatMap((a) => values.map((b) => [a, b] as const));

describe('types are those that pg_typeof says', () => {
  test.each(['+', '-', '*', '/', '%', '||', '=', '<', 'IS DISTINCT FROM', 'LIKE', '~*'])(
    'of a %s b',
    async (operator) => {
      const expressions = pairs(OPERANDS).map(([a, b]) => `${a} ${operator} ${b}`);
      const { differ, missing } = await differences(expressions);
      expect(differ).toEqual([]);
      expect(missing).toBeLessThan(expressions.length / 4);
    },
  );

  test('of prefix operators', async () => {
    const { differ } = await differences(['-', '+', '@'].flatMap((op) => OPERANDS.map((a) => `${op} (${a})`)));
    expect(differ).toEqual([]);
  });

  test.each([
    'CASE WHEN true THEN $a ELSE $b END',
    'COALESCE($a, $b)',
    'NULLIF($a, $b)',
    'GREATEST($a, $b)',
    '$a IN ($b, $b)',
    '$a BETWEEN $b AND $a',
  ])('of %s', async (form) => {
    const expressions = pairs(OPERANDS).map(([a, b]) => form.replaceAll('$a', a).replaceAll('$b', b));
    expect((await differences(expressions)).differ).toEqual([]);
  });

  test('of UNION and VALUES', async () => {
    const both = pairs(OPERANDS).flatMap(([a, b]) => [`SELECT ${a} UNION ALL SELECT ${b}`, `VALUES (${a}), (${b})`]);
    const { differ } = await differences(both);
    expect(differ).toEqual([]);
  });

  test('of casts', async () => {
    const targets = TYPES.flatMap((type) => OPERANDS.map((operand) => `CAST(${operand} AS ${type})`));
    const { differ } = await differences(targets);
    expect(differ).toEqual([]);
  });

  test('of calls', async () => {
    const one =
      'abs ceil floor round sqrt exp ln lower upper length trim md5 date_trunc sign reverse ascii sum avg min max count bool_and date float8 text';
    const two = 'round power mod left right repeat strpos concat date_trunc date_part log atan2 substr gcd div';
    const expressions = [
      ...one.split(' ').flatMap((name) => OPERANDS.map((a) => `${name}(${a})`)),
      ...two.split(' ').flatMap((name) => pairs(OPERANDS).map(([a, b]) => `${name}(${a}, ${b})`)),
    ];
    const { differ, missing } = await differences(expressions);
    expect(differ).toEqual([]);
    expect(missing).toBeLessThan(expressions.length / 4);
  });
});
