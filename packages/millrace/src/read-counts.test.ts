import { tpchQuery } from '@millrace/bench/tpch';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TpchData, tpchData } from './tpch-data.fixture.ts';

let data: TpchData;

beforeAll(async () => {
  data = await tpchData(0.1);
});

afterAll(() => data[Symbol.dispose]());

test.each([0, 2])('EXPLAIN (COST) foretells requests and bytes to the byte (%i threads)', async (threads) => {
  await using engine = data.engine({ threads });
  for (const number of [1, 3, 6, 12, 19]) {
    const cost = await engine.explain(tpchQuery(number), [], { mode: 'cost' });
    const [, requests, bytes] = /^total\s+([\d,]+)\s+([\d,]+)/m.exec(cost)!;
    const query = engine.query(tpchQuery(number));
    await query.toArray();
    expect([query.stats.numRequests, query.stats.bytesRead], `Q${number}`).toEqual(
      [requests!, bytes!].map((text) => Number(text.replaceAll(',', ''))),
    );
  }
});

test('what statistics rule out costs no data request', async () => {
  await using engine = data.engine({ threads: 2 });
  const query = engine.query("SELECT sum(l_quantity) AS s FROM lineitem WHERE l_shipdate > DATE '2020-01-01'");
  expect(await query.toArray()).toEqual([{ s: null }]);
  expect(query.stats).toMatchObject({ numRequests: 0, bytesRead: 0, numRowsToScan: 0 });
});

test('counting rows reads footers only', async () => {
  await using engine = data.engine({ threads: 0 });
  const query = engine.query('SELECT count(*) AS n FROM lineitem');
  expect(await query.toArray()).toEqual([{ n: 600_572n }]);
  expect(query.stats.bytesRead).toBe(0);
});

test('a limit stops fetching', async () => {
  await using engine = data.engine({ threads: 0 });
  const query = engine.query('SELECT l_orderkey FROM lineitem LIMIT 5');
  expect(await query.toArray()).toHaveLength(5);
  const whole = engine.query('SELECT sum(l_orderkey) AS s FROM lineitem');
  await whole.toArray();
  expect(query.stats.bytesRead).toBeLessThan(whole.stats.bytesRead / 2);
});

test('a scan of many row groups holds a bounded part of them', async () => {
  await using engine = data.engine({ threads: 2, settings: { memory: '64MB' } });
  const query = engine.query('SELECT max(l_comment) AS c, count(*) AS n FROM lineitem, nation');
  expect(await query.toArray()).toMatchObject([{ n: 15_014_300n }]);
  expect(query.stats.peakBytes).toBeGreaterThan(0);
  expect(query.stats.peakBytes).toBeLessThan(64e6);
});
