/**
 * `npm run demo`: makes a small TPC-H data set under `data/`, runs queries over it on worker threads, and shows what each cost.
 */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { generateTpch, TPCH_TABLE_NAMES, tpchQuery } from '@millrace/bench/tpch';
import { createEngine, fileSystemStore, type QueryStats } from 'millrace';
import { drawRows } from './draw-rows.ts';

const SCALE_FACTOR = 0.1;
const QUERIES = [1, 3, 5, 6, 10, 12, 14, 19];
const directory = join(import.meta.dirname, '..', 'data', `tpch-sf${SCALE_FACTOR}`);

await makeData();
await using engine = createEngine({ stores: { tpch: fileSystemStore({ root: directory }) } });
for (const table of TPCH_TABLE_NAMES) engine.registerTable(table, { location: `tpch/${table}.parquet` });
const lineitems = await engine.query<{ n: bigint }>('SELECT count(*) AS n FROM lineitem').toArray();
console.log(
  `\nTPC-H at scale factor ${SCALE_FACTOR} (${lineitems[0]!.n.toLocaleString('en-US')} line items) on ${availableParallelism()} worker threads\n`,
);
for (const number of QUERIES) await show(number);
console.log(`Next, ask something yourself:

  npx millrace "SELECT l_shipmode, count(*) FROM read_parquet('data/tpch-sf${SCALE_FACTOR}/lineitem.parquet') GROUP BY 1 ORDER BY 2 DESC"
  npx millrace --explain=cost "SELECT sum(l_quantity) FROM read_parquet('data/tpch-sf${SCALE_FACTOR}/lineitem.parquet') WHERE l_shipdate > '1998-11-01'"
  npx millrace            (the prompt; \\? shows help)
`);

async function makeData(): Promise<void> {
  if (TPCH_TABLE_NAMES.every((table) => existsSync(join(directory, `${table}.parquet`)))) return;
  const startedMs = performance.now();
  let shownMs = startedMs;
  const show = (text: string) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${text}`);
    else process.stderr.write(`${text}\n`);
  };
  show(`making TPC-H data at scale factor ${SCALE_FACTOR} in ${directory}`);
  await generateTpch({
    scaleFactor: SCALE_FACTOR,
    directory,
    overwrite: true,
    numThreads: availableParallelism(),
    onProgress: ({ table, numRows, totalRows }) => {
      const now = performance.now();
      if (now - shownMs < (process.stderr.isTTY ? 100 : 2000)) return;
      shownMs = now;
      show(`making TPC-H data: ${table}, ${Math.floor((100 * numRows) / totalRows)} %`);
    },
  });
  show(`made TPC-H data in ${((performance.now() - startedMs) / 1000).toFixed(1)} s\n`);
}

async function show(number: number): Promise<void> {
  const sql = tpchQuery(number);
  console.log(`── Q${number} ${'─'.repeat(90)}`);
  console.log(`${sql}\n`);
  const query = engine.query(sql, [], { onProgress: showProgress });
  const rows = await query.toArray();
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K');
  console.log(drawRows(await query.schema, rows, 10));
  console.log(`${describe(query.stats)}\n`);
}

function showProgress(stats: QueryStats): void {
  if (!process.stderr.isTTY || stats.elapsedMs < 1000) return;
  process.stderr.write(`\r\x1b[2K${stats.numTasksDone} of ${stats.numTasks} tasks`);
}

function describe(stats: QueryStats): string {
  const seconds = stats.elapsedMs / 1000;
  const scanned = stats.numRowsToScan;
  return [
    `${stats.elapsedMs.toFixed(0)} ms`,
    `${(scanned / seconds / 1e6).toFixed(1)} million rows a second (${scanned.toLocaleString('en-US')} scanned)`,
    `${((stats.bytesRead + stats.planBytes) / 1e6).toFixed(1)} MB in ${stats.numRequests + stats.numPlanRequests} requests`,
  ].join(' · ');
}
