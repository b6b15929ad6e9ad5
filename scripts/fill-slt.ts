/**
 * Fills the expected rows of .slt files from their oracle: PostgreSQL, or DuckDB where the file begins with `# oracle: duckdb`.
 *
 *     npm run slt:fill -- packages/millrace/slt/joins.slt ...
 *
 * Letters of column types and rows are written as the oracle gives them, in the order in which the sort mode compares them. The
 * code of `statement error CODE` is Millrace's and written by hand; the oracle only has to fail as well. What the oracle
 * cannot run is for `skipif`. A file filled twice is the same as filled once; one with a problem is left as it was.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { sortRows } from '../packages/millrace/src/slt/compare-results.fixture.ts';
import { type Oracle, openOracle } from '../packages/millrace/src/slt/oracle.fixture.ts';
import { type ParquetTables, parquetTables } from '../packages/millrace/src/slt/parquet-tables.fixture.ts';
import {
  appliesTo,
  formatCell,
  formatSlt,
  parseSlt,
  type SltRecord,
} from '../packages/millrace/src/slt/slt-file.fixture.ts';

async function fillRecord(oracle: Oracle, record: SltRecord): Promise<SltRecord> {
  if (record.kind === 'comment') return record;
  if (record.kind === 'query') {
    const { types, rows } = await oracle.query(record.sql);
    const cells = rows.map((row) => row.map(formatCell));
    return { ...record, types, rows: sortRows(cells, types, record.sort === 'rowsort' ? 'rowsort' : 'nosort') };
  }
  if (record.errorCode === undefined) {
    await oracle.execute(record.sql);
    return record;
  }
  const hasFailed = await oracle.execute(record.sql).then(
    () => false,
    () => true,
  );
  if (!hasFailed) throw new Error('succeeded, but the file says that it fails');
  return record;
}

/** What went wrong, a text each; the file is written only when there is nothing. */
async function fillFile(path: string, tables: ParquetTables): Promise<string[]> {
  const file = parseSlt(path, readFileSync(path, 'utf8'));
  await using oracle = await openOracle(file.oracle, tables);
  const problems: string[] = [];
  const records: SltRecord[] = [];
  for (const record of file.records) {
    if (record.kind !== 'comment' && !appliesTo(record, file.oracle)) {
      records.push(record);
      continue;
    }
    try {
      records.push(await fillRecord(oracle, record));
    } catch (error) {
      const sql = record.kind === 'comment' ? '' : record.sql;
      problems.push(`${path}:${record.line}: ${(error as Error).message}\n  ${sql}`);
    }
  }
  if (problems.length === 0) writeFileSync(path, formatSlt({ ...file, records }));
  return problems;
}

const paths = process.argv.slice(2);
if (paths.length === 0) {
  process.stderr.write('usage: npm run slt:fill -- FILE...\n');
  process.exitCode = 2;
}
using tables = await parquetTables();
for (const path of paths) {
  const problems = await fillFile(path, tables);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length > 0) process.exitCode = 1;
}
