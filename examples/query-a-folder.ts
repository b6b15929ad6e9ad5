/**
 * Asks questions of the Parquet files of a folder. With `stores` the engine reaches that folder and nothing else of the machine.
 */
import { createEngine, fileSystemStore } from 'millrace';
import { sampleData } from './sample-data.ts';

await using engine = createEngine({ stores: { lake: fileSystemStore({ root: await sampleData() }) } });

// A location begins with the name of its store; globs work.
const files = await engine
  .query(
    "SELECT filename, count(*) AS n FROM read_parquet('lake/{nation,region}.parquet', union_by_name => true, filename => true) GROUP BY 1 ORDER BY 1",
  )
  .toArray();
console.table(files);

// A name is shorter.
engine.registerTable('orders', { location: 'lake/orders.parquet' });
const since = '1998-01-01';
const rows = await engine.sql<{ priority: string; orders: bigint; total: string }>`
  SELECT o_orderpriority AS priority, count(*) AS orders, sum(o_totalprice) AS total
  FROM orders WHERE o_orderdate >= ${since}
  GROUP BY 1 ORDER BY 1`.toArray();
console.table(rows);
