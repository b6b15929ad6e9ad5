import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEngine } from '../../engine/index.ts';
import { AGGREGATE_FUNCTIONS } from './index.ts';

let postgres: PGlite;
const engine = createEngine();

beforeAll(async () => {
  postgres = await PGlite.create();
});

afterAll(async () => {
  await postgres.close();
  await engine.close();
});

describe('examples of aggregate functions', () => {
  for (const { name, examples, aliases } of AGGREGATE_FUNCTIONS) {
    test(`${name}: give in Millrace and PostgreSQL what the documentation says`, async () => {
      expect(examples.length).toBeGreaterThan(0);
      for (const { sql, result } of examples) {
        const query = `SELECT (${sql.replace(' FROM ', ')::text AS answer FROM ')}`;
        const { rows } = await postgres.query<{ answer: string }>(query);
        expect(rows[0]!.answer, sql).toBe(result);
        const isList = name === 'array_agg';
        const [row] = await engine
          .query(isList ? `SELECT ${sql.replace(' FROM ', ' AS answer FROM ')}` : query)
          .toArray();
        expect(row!.answer, sql).toEqual(isList ? [1, null, 3] : result);
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
