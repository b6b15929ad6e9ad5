import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateTpch, TPCH_TABLE_NAMES } from '@millrace/bench/tpch';
import { createEngine, type Engine, fileSystemStore, type LocalEngineOptions } from './index.ts';

/** TPC-H tables as Parquet files in a folder that goes away again. */
export interface TpchData extends Disposable {
  readonly directory: string;
  /** An engine over the tables, under their names; plans are checked. */
  engine(options?: LocalEngineOptions): Engine;
}

export async function tpchData(scaleFactor: number): Promise<TpchData> {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-tpch-'));
  await generateTpch({ scaleFactor, directory });
  return {
    directory,
    engine(options = {}) {
      const engine = createEngine({
        ...options,
        stores: { tpch: fileSystemStore({ root: directory }) },
        settings: { checkPlans: true, ...options.settings },
      });
      for (const table of TPCH_TABLE_NAMES) engine.registerTable(table, { location: `tpch/${table}.parquet` });
      return engine;
    },
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}
