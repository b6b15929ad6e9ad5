import { afterAll, describe, expect, test } from 'vitest';
import { Postgres } from '../scalar/postgres.fixture.ts';
import { textOfSql } from '../scalar/sql-expression.fixture.ts';
import { OPERATORS } from './index.ts';

const postgres = new Postgres();

describe('examples of operators', () => {
  afterAll(async () => {
    await postgres.close();
  });

  test.each(OPERATORS.map((operator) => [operator.name, operator] as const))(
    '%s: give in Millrace and PostgreSQL what the documentation says',
    async (_, { examples }) => {
      expect(examples.length).toBeGreaterThan(0);
      for (const { sql, result } of examples) {
        expect(await postgres.text(sql), sql).toBe(result);
        expect(await textOfSql(sql), sql).toBe(result);
      }
    },
  );
});
