import { DuckDBConnection } from '@duckdb/node-api';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEngine } from '../../engine/index.ts';
import { AGGREGATE_FUNCTIONS } from './index.ts';

/** Aggregates that DuckDB has and PostgreSQL has not. */
const OF_DUCKDB: ReadonlySet<string> = new Set(['median', 'min_by', 'max_by', 'approx_count_distinct']);

let postgres: PGlite;
let duckdb: DuckDBConnection;
const engine = createEngine();

beforeAll(async () => {
  postgres = await PGlite.create();
  duckdb = await DuckDBConnection.create();
});

afterAll(async () => {
  duckdb.closeSync();
  await postgres.close();
  await engine.close();
});

async function oracleText(name: string, query: string): Promise<unknown> {
  if (OF_DUCKDB.has(name)) return (await duckdb.runAndReadAll(query)).getRows()[0]![0];
  return (await postgres.query<{ answer: string }>(query)).rows[0]!.answer;
}

describe('examples of aggregate functions', () => {
  for (const { name, examples, aliases } of AGGREGATE_FUNCTIONS) {
    test(`${name}: give in Millrace and in PostgreSQL or DuckDB what the documentation says`, async () => {
      expect(examples.length).toBeGreaterThan(0);
      for (const { sql, result } of examples) {
        const query = `SELECT (${sql.replace(' FROM ', ')::text AS answer FROM ')}`;
        expect(await oracleText(name, query), sql).toBe(result);
        const [row] = await engine.query(query).toArray();
        expect(row!.answer, sql).toBe(result);
      }
    });

    for (const alias of aliases ?? []) {
      test(`${alias} is ${name}`, async () => {
        const sql = examples[0]!.sql;
        const [row] = await engine
          .query(`SELECT (${sql.replace(name, alias).replace(' FROM ', ')::text AS answer FROM ')}`)
          .toArray();
        expect(row!.answer).toBe(examples[0]!.result);
      });
    }
  }
});
