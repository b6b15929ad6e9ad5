import { expect, test } from 'vitest';
import { tpchData } from './tpch-data.fixture.ts';

test.each([0, 1, 2])('%d threads: the memory of build sides is free after each query', async (threads) => {
  using data = await tpchData(0.05);
  // About a megabyte for the build side on each worker: kept ones would fill the memory within a few queries.
  await using engine = data.engine({ threads, settings: { memory: '32MiB' } });
  const sql = 'SELECT count(*) AS n FROM lineitem JOIN orders ON l_orderkey = o_orderkey WHERE o_totalprice > $1';
  const counted = await engine.query('SELECT count(*) AS n FROM lineitem').toArray();
  for (let i = 0; i < 40; i++) expect(await engine.query(sql, [0]).toArray()).toEqual(counted);
});
