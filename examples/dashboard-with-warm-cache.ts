/**
 * The queries of a dashboard, again and again, over S3 (here a server within this process): footers and ranges of objects stay in memory by
 * version, so that a repeated query asks the store for little more than whether its objects are the same. Local files are not
 * kept: the operating system does that.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildApp } from 'fauxqs';
import { createEngine } from 'millrace';
import { s3Store } from 'millrace/s3';
import { sampleData } from './sample-data.ts';

process.env.AWS_ACCESS_KEY_ID = 'test-key';
process.env.AWS_SECRET_ACCESS_KEY = 'test-secret';
const server = buildApp({ logger: false });
const endpoint = (await server.listen({ host: '127.0.0.1', port: 0 })).replace(/\/$/, '');
await fetch(`${endpoint}/warehouse`, { method: 'PUT' });
const store = s3Store({ bucket: 'warehouse', endpoint, region: 'us-east-1' });
const folder = await sampleData();
for (const table of ['lineitem', 'orders'])
  await store.put(`${table}.parquet`, await readFile(join(folder, `${table}.parquet`)));

const engine = createEngine({
  stores: { s3: store },
  settings: { memory: '512MiB' },
  cache: { memoryBytes: 128 * 2 ** 20 },
});
for (const table of ['lineitem', 'orders']) engine.registerTable(table, { location: `s3/${table}.parquet` });

const TILES = {
  'revenue by year':
    'SELECT extract(year FROM o_orderdate) AS year, sum(o_totalprice) AS revenue FROM orders GROUP BY 1 ORDER BY 1',
  'ship modes': 'SELECT l_shipmode, count(*) AS n FROM lineitem GROUP BY 1 ORDER BY 2 DESC',
  'open orders': "SELECT count(*) AS n FROM orders WHERE o_orderstatus = 'O'",
};

for (const round of ['cold', 'warm', 'warm']) {
  const tiles = [];
  for (const [name, sql] of Object.entries(TILES)) {
    const query = engine.query(sql);
    const rows = await query.toArray();
    tiles.push({
      tile: name,
      rows: rows.length,
      'bytes used': query.stats.bytesRead,
      'GETs for data': query.stats.numRequests,
    });
  }
  console.log(round);
  console.table(tiles);
}

await engine.close();
server.server.closeAllConnections();
await server.close();
