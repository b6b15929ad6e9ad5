import { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, describe, expect, it } from 'vitest';
import { SCALAR_FUNCTIONS } from './index.ts';
import { Postgres } from './postgres.fixture.ts';
import { textOfSql } from './sql-expression.fixture.ts';

/** Functions that DuckDB has and PostgreSQL has not. */
const OF_DUCKDB: ReadonlySet<string> = new Set(['array_contains']);

const postgres = new Postgres();

async function oracleText(name: string, sql: string): Promise<unknown> {
  if (!OF_DUCKDB.has(name)) return postgres.text(sql);
  const connection = await DuckDBConnection.create();
  try {
    return (await connection.runAndReadAll(`SELECT (${sql})::text`)).getRows()[0]![0];
  } finally {
    connection.closeSync();
  }
}

describe('examples of scalar functions', () => {
  afterAll(async () => {
    await postgres.close();
  });

  for (const { name, examples, volatility } of SCALAR_FUNCTIONS) {
    it(`${name}: give in Millrace and in PostgreSQL or DuckDB what the documentation says`, async () => {
      expect(examples.length, `examples of ${name}`).toBeGreaterThan(0);
      for (const { sql, result } of examples) {
        if (volatility === 'immutable') expect(await oracleText(name, sql), sql).toBe(result);
        // What is not the same at every call has no constant value.
        if (volatility === 'volatile') continue;
        expect(await textOfSql(sql), sql).toBe(result);
      }
    });
  }
});
