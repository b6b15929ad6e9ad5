import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { SUITE_NAMES, selectQueries, suiteByName } from './suite.ts';

describe('suites', () => {
  it('have the queries that they are known for', () => {
    const sizes = SUITE_NAMES.map((name) => [name, suiteByName(name).queries(1).length]);
    expect(Object.fromEntries(sizes)).toMatchObject({ tpch: 22, clickbench: 43 });
  });

  it.each(SUITE_NAMES)('%s has ids that are unique', (name) => {
    const ids = suiteByName(name)
      .queries(0.1)
      .map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('are chosen from by id or by number', () => {
    const tpch = suiteByName('tpch');
    expect(selectQueries(tpch, 1, ['6', 'q1']).map(({ id }) => id)).toEqual(['q6', 'q1']);
    expect(selectQueries(tpch, 1, undefined)).toHaveLength(22);
    expect(() => selectQueries(suiteByName('join'), 1, ['q1'])).toThrow(/no query 'q1': it has join_count, join_sum/);
  });

  it('scale the thresholds of ClickBench with the rows', () => {
    const [query] = selectQueries(suiteByName('clickbench'), 0.1, ['28']);
    expect(query?.sql).toContain('HAVING COUNT(*) > 100 ORDER');
  });
});

describe('the columns that checks name', () => {
  it('are numbers where ORDER BY says so', async () => {
    const { hitsRows, numHits } = await import('../clickbench/hits-rows.ts');
    const numRows = numHits(0.001);
    const rows = hitsRows(0, numRows, numRows);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const types: Record<string, string> = {
      Int16: 'SMALLINT',
      Int32: 'INTEGER',
      Int64: 'BIGINT',
      Utf8: 'VARCHAR',
      'Date32<DAY>': 'DATE',
      'Timestamp<MICROSECOND>': 'TIMESTAMP',
    };
    const columns = rows.schema.fields.map((field) => `${field.name} ${types[String(field.type)]}`);
    await connection.run(`CREATE TABLE hits (${columns.join(', ')})`);
    for (const { id, sql, check } of suiteByName('clickbench').queries(0.001)) {
      const result = await connection.run(sql);
      const names = result.columnNames();
      expect(new Set(names).size, `${id} has names of its own for all columns`).toBe(names.length);
      if (check.kind !== 'ordered-columns') continue;
      for (const column of check.columns) {
        expect(String(result.columnType(column)), `${id}: column ${column}`).toMatch(/INT|DOUBLE|TIMESTAMP/);
      }
    }
    connection.closeSync();
    instance.closeSync();
  });
});
