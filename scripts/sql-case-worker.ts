/** The process in which `run-cases.ts` runs cases: one engine, one case at a time, each answered with a `CaseOutcome`. */
import { createEngine } from '../packages/millrace/src/create-engine.ts';
import { fileSystemStore, isQueryError } from '../packages/millrace/src/index.ts';
import { rowsAsText } from '../packages/millrace/src/slt/arrow-text.fixture.ts';
import { type CaseOutcome, differenceOf, type SqlCase } from './sql-case.ts';

const [tables, threads, timeoutMs] = process.argv.slice(2);
const engine = createEngine({
  threads: Number(threads),
  stores: { t: fileSystemStore({ root: tables! }) },
});

process.on('message', async (sqlCase: SqlCase) => {
  process.send!(await run(sqlCase));
});
process.on('disconnect', () => process.exit());

async function run(sqlCase: SqlCase): Promise<CaseOutcome> {
  try {
    for (const [name, file] of Object.entries(sqlCase.tables)) {
      engine.registerTable(name, { location: `t/${file.replace(/^tables\//, '')}` });
    }
    const table = await engine.query(sqlCase.sql, [], { timeoutMs: Number(timeoutMs) }).toTable();
    const rows = rowsAsText(table.batches);
    if (sqlCase.error !== undefined) {
      return {
        status: 'wrong',
        reason: `an answer where PostgreSQL fails with ${sqlCase.error}`,
        detail: JSON.stringify(rows.slice(0, 3)),
      };
    }
    const difference = differenceOf(rows, sqlCase);
    return difference ? { status: 'wrong', ...difference } : { status: 'pass', reason: '', detail: '' };
  } catch (error) {
    return outcomeOfError(error, sqlCase);
  } finally {
    // A table of one case must not answer for a missing one of the next.
    for (const name of Object.keys(sqlCase.tables)) {
      await engine.query(`DROP FOREIGN TABLE IF EXISTS "${name}"`).toArray();
    }
  }
}

function outcomeOfError(error: unknown, sqlCase: SqlCase): CaseOutcome {
  if (!isQueryError(error)) return { status: 'crash', reason: 'not a QueryError', detail: String(error) };
  const { kind, code, message } = error;
  if (kind === 'Internal')
    return { status: 'error', reason: `INTERNAL ${generalized(message)}`, detail: stackOf(error) };
  if (sqlCase.error !== undefined) return { status: 'pass', reason: '', detail: '' };
  const status = kind === 'Unsupported' ? 'unsupported' : 'error';
  const text = code === 'UNKNOWN_FUNCTION' ? message : generalized(message);
  return { status, reason: `${code} ${text}`, detail: message };
}

/** Where in the engine it broke: the message alone often says little. */
function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? error.cause : error;
  return `${cause.message} ${cause.stack?.split('\n').slice(1, 4).join(' ').replace(/\s+/g, ' ') ?? ''}`;
}

/** Without names and numbers, so that like reasons count together. */
function generalized(message: string): string {
  return message
    .replace(/"[^"]*"/g, '"…"')
    .replace(/'[^']*'/g, "'…'")
    .replace(/\d+/g, '#')
    .slice(0, 160);
}
