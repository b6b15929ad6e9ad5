import { zstdDecompressSync } from 'node:zlib';
import { asyncBufferFromFile, parquetScan } from 'hyparquet';
import { type EngineAdapter, type EngineQuery, type EngineSetup, UnsupportedQueryError } from './engine-adapter.ts';
import { HYPARQUET_PROGRAMS } from './hyparquet-programs.ts';
import type { ResultRow } from './result-rows.ts';

/**
 * hyparquet, a Parquet reader in JavaScript, with some queries written by hand over its columns, a row group at a time: what
 * one does without an engine. It has one thread, whatever is asked for.
 */
export async function openHyparquet({ tables }: EngineSetup): Promise<EngineAdapter> {
  async function answer({ name }: EngineQuery): Promise<readonly ResultRow[]> {
    const program = HYPARQUET_PROGRAMS[name];
    if (program === undefined) {
      const known = Object.keys(HYPARQUET_PROGRAMS).join(', ');
      throw new UnsupportedQueryError(`hyparquet has no SQL, and ${name} is not among those written by hand: ${known}`);
    }
    const file = await asyncBufferFromFile(tables[program.table]!);
    const scan = await parquetScan({
      file,
      columns: [...program.columns],
      compressors: { ZSTD: (input, outputLength) => zstdDecompressSync(input, { maxOutputLength: outputLength }) },
      parsers: { dateFromDays: (day) => day },
    });
    const run = program.start();
    for (const range of scan.ranges) {
      const columns = await Promise.all(program.columns.map((column) => scan.readColumn({ ...range, column })));
      run.add(columns, range.rowEnd - range.rowStart);
    }
    return run.rows();
  }

  return {
    run: async (query) => ({ numRows: (await answer(query)).length }),
    objects: async ({ name }) => {
      throw new UnsupportedQueryError(`hyparquet has no SQL to make objects of the rows of ${name}`);
    },
    rows: answer,
    close: async () => {},
  };
}
