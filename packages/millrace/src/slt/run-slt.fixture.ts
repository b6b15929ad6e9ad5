import type { Engine } from '../index.ts';
import { isQueryError } from '../index.ts';
import { rowsAsText, typeLetters } from './arrow-text.fixture.ts';
import { findDifference } from './compare-results.fixture.ts';
import { appliesTo, formatCell, type QueryRecord, type SltFile, type StatementRecord } from './slt-file.fixture.ts';

/** Runs a file's records in order; gives a text for each that did not come out as the file says, with `path:line` and the SQL. */
export async function runSlt(engine: Engine, file: SltFile): Promise<string[]> {
  const failures: string[] = [];
  for (const record of file.records) {
    if (record.kind === 'comment' || !appliesTo(record, 'millrace')) continue;
    const failure = await (record.kind === 'query' ? failureOfQuery : failureOfStatement)(engine, record as never);
    if (failure !== undefined) failures.push(`${file.path}:${record.line}: ${failure}\n  ${record.sql}`);
  }
  return failures;
}

async function failureOfQuery(engine: Engine, record: QueryRecord): Promise<string | undefined> {
  try {
    const table = await engine.query(record.sql).toTable();
    const letters = typeLetters(table.schema);
    if (letters !== record.types) return `columns are ${letters}, expected ${record.types}`;
    const rows = rowsAsText(table.batches).map((row) => row.map(formatCell));
    return findDifference(rows, record.rows, record.types, record.sort);
  } catch (error) {
    return `failed with ${describeError(error)}`;
  }
}

async function failureOfStatement(engine: Engine, record: StatementRecord): Promise<string | undefined> {
  const { errorCode } = record;
  if (errorCode === '') return 'the file does not say with what code it fails';
  try {
    await engine.query(record.sql).toTable();
  } catch (error) {
    const isExpected = errorCode !== undefined && isQueryError(error) && error.code === errorCode;
    return isExpected ? undefined : `failed with ${describeError(error)}, expected ${errorCode ?? 'success'}`;
  }
  return errorCode === undefined ? undefined : `succeeded, expected ${errorCode}`;
}

function describeError(error: unknown): string {
  return isQueryError(error) ? `${error.code}: ${error.message}` : String(error);
}
