import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { generateTpch, TPCH_TABLE_NAMES } from '@millrace/bench/tpch';
import type { ServerConfig } from './config/server-config.ts';

const SCALE_FACTOR = 0.1;
const ROOT = join(import.meta.dirname, '..', '..', '..');

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  lineitem: 'Items of orders: quantities, prices, dates',
  orders: 'Orders of customers',
  customer: 'Customers and their market segments',
  part: 'Parts that can be ordered',
  partsupp: 'Who supplies which part, and at what cost',
  supplier: 'Suppliers',
  nation: 'Nations',
  region: 'Regions of the world',
};

/** A configuration over the TPC-H tables, which are made when they are not there. */
export async function sampleConfig(
  say: (text: string) => void,
): Promise<{ config: ServerConfig; directory: string; about: string }> {
  const folder = `tpch-sf${SCALE_FACTOR}`;
  const directory = join(ROOT, 'data', folder);
  if (!TPCH_TABLE_NAMES.every((table) => existsSync(join(directory, `${table}.parquet`)))) {
    say(`Making sample data (TPC-H, scale factor ${SCALE_FACTOR}) in ${directory} ...`);
    await generateTpch({ scaleFactor: SCALE_FACTOR, directory, overwrite: true, numThreads: availableParallelism() });
  }
  const tables = TPCH_TABLE_NAMES.map(
    (name) => [name, { location: `sample/${name}.parquet`, description: DESCRIPTIONS[name]! }] as const,
  );
  return {
    config: {
      stores: { sample: { type: 'fs', root: directory } },
      tables: Object.fromEntries(tables.toSorted(([a], [b]) => (a < b ? -1 : 1))),
    },
    directory: ROOT,
    about: `${directory} (TPC-H, scale factor ${SCALE_FACTOR})`,
  };
}
