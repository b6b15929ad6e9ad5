import { DuckDBInstance } from '@duckdb/node-api';
import type { EngineAdapter, EngineSetup } from './engine-adapter.ts';
import { toCell } from './result-rows.ts';

/** DuckDB in this process, with its default settings but for the number of threads. */
export async function openDuckDb({ numThreads, tables }: EngineSetup): Promise<EngineAdapter> {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(numThreads) });
  const connection = await instance.connect();
  for (const [name, path] of Object.entries(tables)) {
    await connection.run(`CREATE VIEW "${name}" AS SELECT * FROM read_parquet('${path.replaceAll("'", "''")}')`);
  }
  return {
    run: async ({ sql }) => {
      const result = await connection.run(sql);
      await result.fetchAllChunks();
      return { numRows: result.rowCount };
    },
    objects: async ({ sql }) => {
      const result = await connection.run(sql);
      return { numRows: (await result.getRowObjectsJS()).length };
    },
    rows: async ({ sql }) => {
      const result = await connection.run(sql);
      return (await result.getRowsJson()).map((row) => row.map(toCell));
    },
    close: async () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
