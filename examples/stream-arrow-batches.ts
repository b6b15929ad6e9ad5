/**
 * Takes a result as Arrow record batches while it is computed, and writes it as an Arrow stream. The workers wait for a slow reader, so
 * that a result of any size needs little memory.
 */
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { RecordBatchStreamWriter, tableFromIPC } from 'apache-arrow';
import { createEngine, fileSystemStore } from 'millrace';
import { sampleData } from './sample-data.ts';

await using engine = createEngine({ stores: { lake: fileSystemStore({ root: await sampleData() }) } });
const query = engine.query('SELECT l_orderkey, l_shipdate, l_extendedprice FROM "lake/lineitem.parquet"');

const directory = await mkdtemp(join(tmpdir(), 'millrace-example-'));
const file = join(directory, 'lineitem.arrows');
const writer = new RecordBatchStreamWriter();
writer.reset(undefined, await query.schema);
const written = pipeline(writer.toNodeStream(), createWriteStream(file));
let numBatches = 0;
for await (const batch of query) {
  writer.write(batch);
  numBatches += 1;
}
writer.close();
await written;

const table = tableFromIPC(await readFile(file));
console.log(
  `${numBatches} batches, ${table.numRows} rows of (${table.schema.fields.map(({ name, type }) => `${name}: ${type}`).join(', ')})`,
);
console.log(`peak memory of the query: ${(query.stats.peakBytes / 2 ** 20).toFixed(1)} MiB`);
await rm(directory, { recursive: true });
