/**
 * A summary that is kept as Parquet and made anew only when what it sums up has changed: every object has a version (ETag), and the versions
 * that went in stand in the name of the summary. Who refreshes at the same time writes the same object.
 */
import { createHash } from 'node:crypto';
import { createEngine, fileSystemStore, memoryStore, type ObjectStore } from 'millrace';
import { parquetBytes, sampleData } from './sample-data.ts';

const files = fileSystemStore({ root: await sampleData() });
const lake = memoryStore();
await lake.put(
  'orders/a.parquet',
  (await files.getRanges('orders.parquet', [{ offset: 0, length: (await files.head('orders.parquet')).size }]))
    .ranges[0]!,
);
await using engine = createEngine({ stores: { lake } });

const SUMMARY =
  "SELECT o_orderdate AS day, count(*) AS orders, sum(o_totalprice) AS total FROM read_parquet('lake/orders/*.parquet') GROUP BY 1 ORDER BY 1";

/** The location of a summary of the data as it is now. */
async function refresh(store: ObjectStore, prefix: string): Promise<string> {
  const versions: string[] = [];
  for await (const { objects } of store.list(prefix))
    for (const { path, version } of objects) versions.push(`${path} ${version}`);
  const path = `summaries/daily-${createHash('sha256')
    .update([SUMMARY, ...versions].join('\n'))
    .digest('hex')
    .slice(0, 16)}.parquet`;
  const isThere = await store.head(path).then(
    () => true,
    () => false,
  );
  if (!isThere) await store.put(path, parquetBytes(await engine.query(SUMMARY).toTable()));
  console.log(
    isThere
      ? 'the summary is as new as the data'
      : `made ${versions.length === 1 ? 'a summary of 1 file' : `a summary of ${versions.length} files`}`,
  );
  return `lake/${path}`;
}

async function report(): Promise<void> {
  const location = await refresh(lake, 'orders/');
  const query = engine.query('SELECT sum(orders) AS orders, max(total) AS best_day FROM read_parquet($1)', [location]);
  console.table(await query.toArray());
}

await report();
await report();
await lake.put(
  'orders/b.parquet',
  (await lake.getRanges('orders/a.parquet', [{ offset: 0, length: (await lake.head('orders/a.parquet')).size }]))
    .ranges[0]!,
);
await report();
