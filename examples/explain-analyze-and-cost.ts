/**
 * What a query will do, what it will cost, and what it did: as text for people and as data for programs.
 */
import { createEngine, fileSystemStore } from 'millrace';
import { sampleData } from './sample-data.ts';

await using engine = createEngine({ stores: { lake: fileSystemStore({ root: await sampleData() }) } });
engine.registerTable('lineitem', { location: 'lake/lineitem.parquet' });
const sql = 'SELECT l_shipmode, sum(l_quantity) AS quantity FROM lineitem WHERE l_orderkey < 10000 GROUP BY l_shipmode';

console.log(await engine.explain(sql, [], { mode: 'cost' }));
console.log(`\n${await engine.explain(sql, [], { mode: 'analyze' })}`);

// The same as data. Planning alone reads footers and no rows.
const query = engine.query(sql);
const { cost } = await query.plan;
await query.toArray();
const { stats, tasks } = query.profile!;
console.log(
  `\nforeseen ${cost.numRequests} requests and ${cost.bytes} bytes, made ${stats.numRequests} and ${stats.bytesRead}`,
);
for (const { stage, task, cpuMs, waitMs, numRows } of tasks) {
  console.log(
    `task ${stage}.${task}: ${numRows} rows, ${cpuMs.toFixed(1)} ms computing, ${waitMs.toFixed(1)} ms waiting for storage`,
  );
}
