/**
 * Folders such as `year=1995/` are a column: a condition on it leaves out files before they are opened, and row group statistics leave out
 * more. Here a table is written in partitions first.
 */
import { createEngine, fileSystemStore, memoryStore } from 'millrace';
import { parquetBytes, sampleData } from './sample-data.ts';

const partitions = memoryStore();
await using engine = createEngine({
  stores: { lake: fileSystemStore({ root: await sampleData() }), parts: partitions },
});
for (const year of [1995, 1996, 1997]) {
  const table = await engine.sql`
    SELECT o_orderkey, o_custkey, o_totalprice, o_orderdate FROM "lake/orders.parquet"
    WHERE extract(year FROM o_orderdate) = ${year} ORDER BY o_orderdate`.toTable();
  await partitions.put(`orders/year=${year}/part-0.parquet`, parquetBytes(table));
}

engine.registerTable('orders', { location: 'parts/orders/**/*.parquet', hivePartitioning: true });
const sql = 'SELECT year, count(*) AS n, sum(o_totalprice) AS total FROM orders WHERE year = 1996 GROUP BY year';
const query = engine.query(sql);
const [scan] = (await query.plan).cost.scans;
console.table(await query.toArray());
console.log(`${scan!.numFilesKept} of ${scan!.numFiles} files were opened for data`);
