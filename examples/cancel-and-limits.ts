/**
 * Four ways to stop a query: leaving its result, a signal, a time limit, and limits on what its plan foresees. Each failure is a
 * `QueryError` that says what to do about it, and afterwards the engine answers as before.
 */
import { createEngine, fileSystemStore, isQueryError } from 'millrace';
import { sampleData } from './sample-data.ts';

await using engine = createEngine({
  stores: { lake: fileSystemStore({ root: await sampleData() }) },
  settings: { memory: '256MiB' },
});
engine.registerTable('lineitem', { location: 'lake/lineitem.parquet' });
const endless = 'SELECT count(*) FROM lineitem a, lineitem b WHERE a.l_orderkey * b.l_partkey % 7 = 3';

async function failure(of: Promise<unknown>): Promise<string> {
  try {
    await of;
    return 'no failure';
  } catch (error) {
    if (!isQueryError(error)) throw error;
    return `${error.kind}/${error.code}: ${error.message}`;
  }
}

for await (const batch of engine.query('SELECT * FROM lineitem')) {
  console.log(`left after ${batch.numRows > 0 ? 'the first batch' : 'nothing'}`);
  break;
}

const controller = new AbortController();
const query = engine.query(endless, [], { signal: controller.signal, onProgress: () => controller.abort() });
setTimeout(() => controller.abort(), 200);
console.log('signal:', await failure(query.toArray()));

console.log('time limit:', await failure(engine.query(endless, [], { timeoutMs: 100 }).toArray()));

const dear = engine.query('SELECT * FROM lineitem', [], { limits: { maxBytesRead: 100_000 } });
console.log('cost:', await failure(dear.toArray()));
console.log(`bytes read for it: ${dear.stats.bytesRead}`);

const [row] = await engine.query<{ n: bigint }>('SELECT count(*) AS n FROM lineitem').toArray();
console.log(`and still: ${row!.n} line items`);
