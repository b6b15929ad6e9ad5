import { createEngine, isQueryError, type Query } from 'millrace';
import { type EngineAdapter, type EngineQuery, type EngineSetup, UnsupportedQueryError } from './engine-adapter.ts';
import { toCell } from './result-rows.ts';

/** Millrace in this process, with its default settings but for the number of threads; 0 threads run everything inline. */
export async function openMillrace({ numThreads, tables }: EngineSetup): Promise<EngineAdapter> {
  const engine = createEngine({ threads: numThreads });
  for (const [name, location] of Object.entries(tables)) engine.registerTable(name, { location });

  async function answer<T>({ sql }: EngineQuery, read: (result: Query) => Promise<T>): Promise<T> {
    try {
      return await read(engine.query(sql));
    } catch (error) {
      if (isQueryError(error) && error.code === 'FEATURE_NOT_IMPLEMENTED') {
        throw new UnsupportedQueryError(error.message);
      }
      throw error;
    }
  }

  return {
    run: (query) =>
      answer(query, async (result) => {
        let numRows = 0;
        for await (const batch of result) numRows += batch.numRows;
        return { numRows, bytesRead: result.stats.bytesRead };
      }),
    objects: (query) => answer(query, async (result) => ({ numRows: (await result.toArray()).length })),
    rows: (query) =>
      answer(query, async (result) => {
        const rows = await result.toArray();
        const names = (await result.schema).fields.map((field) => field.name);
        if (new Set(names).size < names.length) {
          throw new TypeError(`two columns of ${query.name} have the same name: rows by name lose one of them`);
        }
        return rows.map((row) => names.map((name) => toCell(row[name])));
      }),
    close: () => engine.close(),
  };
}
