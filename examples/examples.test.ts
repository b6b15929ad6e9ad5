import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { sampleData } from './sample-data.ts';

const run = promisify(execFile);

/** What each program must say; published figures of TPC-H where there are any (25 nations, 15,000 orders at scale factor 0.01). */
const SAYS: Readonly<Record<string, readonly RegExp[]>> = {
  'query-a-folder.ts': [/nation\.parquet.*25n/, /region\.parquet.*5n/, /5-LOW/],
  'query-s3.ts': [/storage requests cost \$/, /AUTOMOBILE/, /\d+ requests, \d+ bytes read/],
  'stream-arrow-batches.ts': [/60175 rows of \(l_orderkey: Int64, l_shipdate: Date32<DAY>, l_extendedprice: Decimal/],
  'cancel-and-limits.ts': [
    /left after the first batch/,
    /signal: Cancelled\/ABORTED/,
    /time limit: Unavailable\/TIMEOUT/,
    /cost: ResourceExhausted\/COST_LIMIT/,
    /bytes read for it: 0/,
    /still: 60175 line items/,
  ],
  'custom-storage-adapter.ts': [/keeps all \d\d+ promises/, /two.*20/],
  'custom-scalar-function.ts': [/UNITED STATES/],
  'typed-results.ts': [
    /o_orderkey bigint, o_totalprice decimal\(15,2\), o_orderdate date/,
    /together \d+ cents/,
    /60175 rows in batches/,
  ],
  'explain-analyze-and-cost.ts': [
    /storage requests cost/,
    /ScanExec lineitem/,
    /foreseen (\d+) requests and (\d+) bytes, made \1 and \2/,
    /task \d\.\d/,
  ],
  'partitioned-data.ts': [/1996/, /1 of 3 files were opened for data/],
  'materialised-summary.ts': [
    /made a summary of 1 file\n[\s\S]*as new as the data\n[\s\S]*made a summary of 2 files/,
    /15000/,
    /30000/,
  ],
  'dashboard-with-warm-cache.ts': [/cold[\s\S]*ship modes.* 1 +│[\s\S]*warm[\s\S]*ship modes.* 0 +│/],
};

beforeAll(async () => {
  await sampleData();
});

test.each(Object.entries(SAYS))('%s runs offline', async (file, expected) => {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, file)], {
    cwd: join(import.meta.dirname, '..'),
  });
  for (const pattern of expected) expect(stdout).toMatch(pattern);
});

test('every example is tested, and linked from the README', () => {
  const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');
  const programs = readdirSync(import.meta.dirname).filter(
    (name) => name.endsWith('.ts') && !/test\.ts$|^(demo|draw-rows|sample-data)\.ts$/.test(name),
  );
  expect(programs.toSorted()).toEqual(Object.keys(SAYS).toSorted());
  for (const name of programs) expect(readme).toContain(`(examples/${name})`);
});
