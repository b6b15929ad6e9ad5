import { expect, test } from 'vitest';
import { createEngine } from './index.ts';

const ENDLESS = 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r)';

test('a recursive query that does not end fails with a typed error, and the engine still answers', async () => {
  await using engine = createEngine({ settings: { maxRecursion: 50 } });
  await expect(engine.query(`${ENDLESS} SELECT count(*) FROM r`).toArray()).rejects.toMatchObject({
    kind: 'ResourceExhausted',
    code: 'ITERATION_LIMIT',
    details: { rounds: 50 },
  });
  expect(await engine.query(`${ENDLESS} SELECT n FROM r LIMIT 2`).toArray()).toEqual([{ n: 1 }, { n: 2 }]);
});

test('rows that grow without end meet the memory limit', async () => {
  await using engine = createEngine({ settings: { memory: '16MiB' } });
  const sql =
    'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n FROM r, generate_series(1, 10)) SELECT count(*) FROM r';
  await expect(engine.query(sql).toArray()).rejects.toMatchObject({ code: 'MEMORY_LIMIT' });
  expect(await engine.query('SELECT 1 AS one').toArray()).toEqual([{ one: 1 }]);
});

test('a setting that is no number of rounds', () => {
  expect(() => createEngine({ settings: { maxRecursion: 0 } })).toThrow(/maxRecursion/);
});
