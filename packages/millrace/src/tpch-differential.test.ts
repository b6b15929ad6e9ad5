import { TPCH_TABLE_NAMES, tpchQuery } from '@millrace/bench/tpch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DuckDb, differenceOf, duckDb, textRows } from './duckdb.fixture.ts';
import type { LocalEngineOptions } from './index.ts';
import { type TpchData, tpchData } from './tpch-data.fixture.ts';

const QUERIES = [1, 3, 5, 6, 10, 12, 14, 19];
const SETTINGS: Readonly<Record<string, LocalEngineOptions>> = {
  inline: { threads: 0 },
  '1 thread': { threads: 1 },
  '2 threads': { threads: 2 },
  '4 threads': { threads: 4 },
  'no optimizer rule but the one that finds join conditions': {
    threads: 0,
    settings: { disabledRules: ['fold-constants', 'join-order', 'top-n', 'prune-columns', 'merge-projects'] },
  },
  'little memory, and operators that spill': { threads: 2, settings: { memory: '64MiB', operatorMemory: '100kB' } },
  'batches of 3 rows, fallback decoder': { threads: 2, settings: { batchRows: 3, decoder: 'parquet-wasm' } },
};

describe.each([0.01, 0.1])('TPC-H at scale factor %d', (scaleFactor) => {
  let data: TpchData;
  let duck: DuckDb;
  const answers = new Map<number, (string | null)[][]>();

  beforeAll(async () => {
    data = await tpchData(scaleFactor);
    duck = await duckDb();
    for (const table of TPCH_TABLE_NAMES) {
      await duck.run(`CREATE VIEW ${table} AS SELECT * FROM read_parquet('${data.directory}/${table}.parquet')`);
    }
    for (const number of QUERIES) answers.set(number, await duck.rows(tpchQuery(number)));
  });

  afterAll(() => {
    duck[Symbol.dispose]();
    data[Symbol.dispose]();
  });

  // The slow settings say nothing more on more data.
  const names = Object.keys(SETTINGS).filter((name) => scaleFactor < 0.1 || /thread$|threads$|inline/.test(name));
  test.each(names)('%s: answers as DuckDB does', async (name) => {
    await using engine = data.engine(SETTINGS[name]);
    for (const number of QUERIES) {
      const rows = textRows(await engine.query(tpchQuery(number)).toArray());
      // Revenues tie nowhere at these scale factors, so the order is the query's.
      expect(differenceOf(rows, answers.get(number)!, true), `Q${number}`).toBeUndefined();
    }
  });
});
