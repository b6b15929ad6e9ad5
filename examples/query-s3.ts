/**
 * Queries objects of S3, here of an S3 server within this process. Against AWS, `s3Store({ bucket, region })` is all there is to it:
 * credentials come from the provider chain of the AWS SDK, and never stand in a setting.
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

const store = s3Store({ bucket: 'warehouse', endpoint, region: 'us-east-1', conditionalWrites: 'create' });
const folder = await sampleData();
for (const table of ['customer', 'orders'])
  await store.put(`tpch/${table}.parquet`, await readFile(join(folder, `${table}.parquet`)));

const engine = createEngine({ stores: { s3: store } });
const sql = `
  SELECT c_mktsegment AS segment, count(*) AS orders
  FROM read_parquet('s3/tpch/customer.parquet') c JOIN read_parquet('s3/tpch/orders.parquet') o ON c.c_custkey = o.o_custkey
  GROUP BY 1 ORDER BY 2 DESC`;
// What it will cost is known before the first data request.
console.log(await engine.explain(sql, [], { mode: 'cost' }));
const query = engine.query(sql);
console.table(await query.toArray());
console.log(`${query.stats.numRequests} requests, ${query.stats.bytesRead} bytes read`);

await engine.close();
server.server.closeAllConnections();
await server.close();
