import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEngine } from '../../engine/index.ts';
import { WINDOW_FUNCTIONS } from './index.ts';

let postgres: PGlite;
const engine = createEngine();

beforeAll(async () => {
  postgres = await PGlite.create();
});

afterAll(async () => {
  await postgres.close();
  await engine.close();
});

describe('examples of window functions', () => {
  for (const { name, examples } of WINDOW_FUNCTIONS) {
    test(`${name}: give in Millrace and PostgreSQL what the documentation says`, async () => {
      expect(examples.length).toBeGreaterThan(0);
      for (const { sql, result } of examples) {
        const query = `SELECT (${sql.replace(' FROM ', ')::text AS answer FROM ')} ORDER BY x`;
        const answer = (rows: readonly { readonly answer?: unknown }[]) =>
          rows.map((row) => row.answer ?? 'NULL').join(', ');
        expect(answer((await postgres.query<{ answer: string }>(query)).rows), sql).toBe(result);
        expect(answer(await engine.query(query).toArray()), sql).toBe(result);
      }
    });
  }
});
