import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LiteralExpression } from '../expression/index.ts';
import type { IntervalValue } from '../types/index.ts';
import { bindPlan, loadParser } from './sql.fixture.ts';

const postgres = new PGlite();

beforeAll(loadParser);
afterAll(() => postgres.close());

function literalOf(sql: string): LiteralExpression {
  const plan = bindPlan(`SELECT ${sql}`);
  const [expression] = plan.kind === 'Project' ? plan.expressions : [];
  if (expression?.kind !== 'literal') throw new Error(`No literal: ${sql}`);
  return expression;
}

const TEXTS = [
  '1',
  '-1.5',
  '1-2',
  '1 2',
  '1:30',
  '12:34:56.789',
  '3 4:05:06.7',
  '1 year 2 mons 3 days 4 hours',
  '-2 mons +3 days -1:02:03',
  '5 6:07',
  '1 day',
];
const FIELDS = [
  '',
  'YEAR',
  'MONTH',
  'DAY',
  'HOUR',
  'MINUTE',
  'SECOND',
  'SECOND(1)',
  'YEAR TO MONTH',
  'DAY TO HOUR',
  'DAY TO MINUTE',
  'DAY TO SECOND',
  'HOUR TO MINUTE',
  'HOUR TO SECOND',
  'MINUTE TO SECOND',
];

test.each(FIELDS)("INTERVAL '...' %s is what PostgreSQL reads", async (fields) => {
  for (const text of TEXTS) {
    const sql = `INTERVAL '${text}' ${fields}`;
    const parts = `12 * extract(year FROM i) + extract(month FROM i), extract(day FROM i),
      (extract(hour FROM i) * 3600 + extract(minute FROM i) * 60) * 1000000 + extract(microsecond FROM i)`;
    const { rows } = await postgres
      .query<[string, string, string]>(`SELECT ${parts} FROM (SELECT ${sql} AS i) s`, [], { rowMode: 'array' })
      .catch(() => ({ rows: [] }));
    const [expected] = rows;
    if (!expected) {
      expect(() => literalOf(sql), sql).toThrow(/interval/);
      continue;
    }
    const { months, days, micros } = literalOf(sql).value as IntervalValue;
    expect([months, days, Number(micros)], sql).toEqual(expected.map(Number));
  }
});

test('digits of seconds are rounded half away from zero', () => {
  expect(literalOf("TIMESTAMP(0) '2020-01-01 00:00:00.5'").value).toBe(1_577_836_801_000_000n);
  expect(literalOf("'1969-12-31 23:59:58.5'::timestamp(0)").value).toBe(-2_000_000n);
  expect(literalOf("'12:34:56.7891'::time(3)").value).toBe(45_296_789_000n);
  expect(literalOf('CURRENT_TIMESTAMP(2)').value).toBe(1_772_600_767_890_000n);
});

test('varchar(n) cuts characters, not bytes', () => {
  expect(literalOf("'größe😀x'::varchar(6)").value).toBe('größe😀');
  expect(literalOf("CAST('ab' AS char(5))").value).toBe('ab');
});
