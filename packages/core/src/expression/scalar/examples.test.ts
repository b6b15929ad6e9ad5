import { afterAll, describe, expect, it } from 'vitest';
import { SCALAR_FUNCTIONS } from './index.ts';
import { Postgres } from './postgres.fixture.ts';
import { textOfSql } from './sql-expression.fixture.ts';

const postgres = new Postgres();

describe('examples of scalar functions', () => {
  afterAll(async () => {
    await postgres.close();
  });

  for (const { name, examples, volatility } of SCALAR_FUNCTIONS) {
    it(`${name}: give in Millrace and PostgreSQL what the documentation says`, async () => {
      expect(examples.length, `examples of ${name}`).toBeGreaterThan(0);
      for (const { sql, result } of examples) {
        if (volatility === 'immutable') expect(await postgres.text(sql), sql).toBe(result);
        // What is not the same at every call has no constant value.
        if (volatility === 'volatile') continue;
        expect(await textOfSql(sql), sql).toBe(result);
      }
    });
  }
});
