/**
 * Runs SQL cases that others wrote and says how many are answered rightly, and why the rest are not.
 *
 *     node scripts/run-cases.ts DIR [--suite NAME] [--limit N] [--threads N] [--timeout MS] [--report FILE]
 *
 * DIR has a folder for each suite with `dev.jsonl` (a {@link SqlCase} a line) and `tables/`. Cases run one after another in a
 * process of their own: one that hangs or crashes it counts as such, and the next one gets a new process. The report has
 * every case that did not pass, as JSON lines.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { CaseOutcome, SqlCase } from './sql-case.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    suite: { type: 'string' },
    limit: { type: 'string' },
    threads: { type: 'string', default: '0' },
    timeout: { type: 'string', default: '10000' },
    report: { type: 'string' },
    reasons: { type: 'string', default: '40' },
  },
});

/** Beyond the time-out of the query: for what does not look at it. */
const GRACE_MS = 5000;

/** A process for cases, started anew after one that ended or had to be ended. */
class CaseProcess {
  readonly #tables: string;
  #child: ChildProcess | undefined;

  constructor(tables: string) {
    this.#tables = tables;
  }

  run(sqlCase: SqlCase): Promise<CaseOutcome> {
    this.#child ??= fork(
      join(import.meta.dirname, 'sql-case-worker.ts'),
      [this.#tables, values.threads, values.timeout],
      {
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      },
    );
    const child = this.#child;
    return new Promise((resolve) => {
      let errors = '';
      const onError = (chunk: Buffer) => {
        errors = (errors + chunk).slice(-2000);
      };
      const finish = (outcome: CaseOutcome, isAlive: boolean) => {
        clearTimeout(timer);
        child.removeAllListeners('message').removeAllListeners('exit');
        child.stderr?.removeListener('data', onError);
        if (!isAlive) this.close();
        resolve(outcome);
      };
      const timer = setTimeout(
        () => finish({ status: 'hang', reason: 'does not end', detail: '' }, false),
        Number(values.timeout) + GRACE_MS,
      );
      child.stderr?.on('data', onError);
      child.once('message', (outcome) => finish(outcome as CaseOutcome, true));
      child.once('exit', (code, signal) => {
        finish({ status: 'crash', reason: `the process ended with ${code ?? signal}`, detail: errors.trim() }, false);
      });
      child.send(sqlCase);
    });
  }

  close(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }
}

interface CaseResult extends CaseOutcome {
  readonly suite: string;
  readonly sqlCase: SqlCase;
}

async function runSuite(directory: string, suite: string): Promise<CaseResult[]> {
  const lines = readFileSync(join(directory, suite, 'dev.jsonl'), 'utf8')
    .trim()
    .split('\n');
  const cases = lines.slice(0, Number(values.limit ?? lines.length)).map((line) => JSON.parse(line) as SqlCase);
  const worker = new CaseProcess(join(directory, suite, 'tables'));
  const results: CaseResult[] = [];
  for (const sqlCase of cases) results.push({ ...(await worker.run(sqlCase)), suite, sqlCase });
  worker.close();
  return results;
}

function printSuite(suite: string, results: readonly CaseResult[]): void {
  const counts = new Map<string, number>();
  for (const { status } of results) counts.set(status, (counts.get(status) ?? 0) + 1);
  const share = ((100 * (counts.get('pass') ?? 0)) / results.length).toFixed(1);
  const rest = ['wrong', 'unsupported', 'error', 'crash', 'hang'].map(
    (status) => `${counts.get(status) ?? 0} ${status}`,
  );
  console.log(`${suite}: ${counts.get('pass') ?? 0} of ${results.length} pass (${share} %), ${rest.join(', ')}`);
}

function printReasons(results: readonly CaseResult[]): void {
  const groups = new Map<string, CaseResult[]>();
  for (const result of results) {
    if (result.status === 'pass') continue;
    const key = `${result.status}: ${result.reason}`;
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  const ordered = [...groups].sort(([, a], [, b]) => b.length - a.length).slice(0, Number(values.reasons));
  for (const [key, group] of ordered) {
    console.log(`${String(group.length).padStart(5)}  ${key}`);
    console.log(`       ${group[0]!.sqlCase.sql.replace(/\s+/g, ' ').slice(0, 140)}`);
  }
}

const [directory] = positionals;
if (directory === undefined || positionals.length > 1 || !existsSync(directory)) {
  process.stderr.write(
    'usage: node scripts/run-cases.ts DIR [--suite NAME] [--limit N] [--threads N] [--report FILE]\n',
  );
  process.exit(2);
}
const suites = readdirSync(directory)
  .filter((name) => existsSync(join(directory, name, 'dev.jsonl')))
  .filter((name) => values.suite === undefined || name === values.suite);
const all: CaseResult[] = [];
for (const suite of suites) {
  const results = await runSuite(directory, suite);
  printSuite(suite, results);
  all.push(...results);
}
if (suites.length > 1) printSuite('all', all);
console.log();
printReasons(all);
if (values.report !== undefined) {
  const lines = all
    .filter(({ status }) => status !== 'pass')
    .map(({ suite, sqlCase, ...outcome }) => JSON.stringify({ suite, ...outcome, ...sqlCase }));
  writeFileSync(values.report, `${lines.join('\n')}\n`);
}
