import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { isQueryError, splitStatements } from '@millrace/core';
import { Command, InvalidArgumentError, Option } from 'commander';
import packageJson from 'millrace/package.json' with { type: 'json' };
import { errorText } from './cli/error-text.ts';
import { EXIT, exitCode } from './cli/exit-code.ts';
import { OUTPUT_FORMATS, type OutputFormat, type OutputSink } from './cli/output/result-output.ts';
import { runPrompt } from './cli/prompt.ts';
import { runStatement } from './cli/run-statement.ts';
import { createEngine } from './create-engine.ts';

interface CliOptions {
  readonly format: OutputFormat;
  readonly file?: string;
  readonly threads: number;
  readonly memory: string;
  readonly timing: boolean;
  readonly explain?: string | true;
  readonly maxRows: number;
}

const EXPLAIN_FORMS = ['plan', 'analyze', 'cost'];

const wholeNumber = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('It must be a whole number.');
  return value;
};

const command = new Command('millrace')
  .description('SQL over Parquet files and object stores.')
  .version(packageJson.version)
  .argument('[sql]', 'the query; without one it is read from --file or standard input, or asked for')
  .addOption(new Option('-f, --format <format>', 'output format').choices(Object.keys(OUTPUT_FORMATS)).default('table'))
  .option('--file <path>', 'run the statements of a file')
  .option(
    '--threads <n>',
    'workers that compute; 0 runs everything on the main thread',
    wholeNumber,
    availableParallelism(),
  )
  .option('--memory <size>', "what all queries may hold together, such as '512MB'", '2GiB')
  .option('--timing', 'show time, requests and bytes after each result', false)
  .option('--explain [what]', 'show the plan instead of the result: plan, analyze (runs the query) or cost')
  .option('--max-rows <n>', 'rows that a table shows before it leaves out the middle; 0 for all', wholeNumber, 40)
  .addHelpText(
    'after',
    `
Examples:
  millrace "SELECT count(*) FROM read_parquet('data/*.parquet')"
  millrace -f csv --file report.sql > report.csv
  millrace --explain=cost "SELECT * FROM read_parquet('data/**/*.parquet') WHERE day = '2026-01-01'"
  echo 'SELECT 1' | millrace -f json

Exit codes: 0 done, 1 a bug, 2 bad usage, 3 the SQL is at fault, 4 the data is, 5 a limit was reached, 6 try again later, 130 cancelled.`,
  )
  .showHelpAfterError('(--help shows all options)')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? EXIT.ok : EXIT.usage));

command.parse();
process.exitCode = await main(...sqlAndOptions(command.args[0], command.opts<CliOptions>()));

/** `--explain "SELECT ..."`: what follows the option is its form only when it is one. */
function sqlAndOptions(sql: string | undefined, options: CliOptions): [string | undefined, CliOptions] {
  const { explain } = options;
  if (typeof explain !== 'string' || EXPLAIN_FORMS.includes(explain)) return [sql, options];
  if (sql !== undefined) command.error(`error: --explain takes ${EXPLAIN_FORMS.join(', ')}, not '${explain}'`);
  return [explain, { ...options, explain: true }];
}

async function main(argument: string | undefined, options: CliOptions): Promise<number> {
  const sink = standardOutput();
  const { format, timing, maxRows } = options;
  const settings = { format, timing, maxRows };
  let engine: ReturnType<typeof createEngine>;
  try {
    engine = createEngine({ threads: options.threads, settings: { memory: options.memory } });
  } catch (error) {
    if (!isQueryError(error)) throw error;
    process.stderr.write(errorText(error, undefined));
    return exitCode(error.kind);
  }
  try {
    const text = argument ?? (await sqlFromFileOrInput(options.file));
    if (text === undefined) {
      await runPrompt(engine, sink, settings);
      return EXIT.ok;
    }
    let statements: readonly string[];
    try {
      statements = await splitStatements(text);
    } catch (error) {
      if (!isQueryError(error)) throw error;
      process.stderr.write(errorText(error, text));
      return exitCode(error.kind);
    }
    if (statements.length === 0) {
      process.stderr.write('error: there is no SQL to run\n');
      return EXIT.usage;
    }
    for (const statement of statements) {
      const code = await runStatement(engine, explained(statement, options.explain), sink, settings);
      if (code !== EXIT.ok) return code;
    }
    return EXIT.ok;
  } catch (error) {
    process.stderr.write(`error: ${(error as Error).message}\n`);
    return EXIT.usage;
  } finally {
    await engine.close();
  }
}

async function sqlFromFileOrInput(file: string | undefined): Promise<string | undefined> {
  if (file !== undefined) return readFile(file, 'utf8');
  if (process.stdin.isTTY) return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function explained(sql: string, what: CliOptions['explain']): string {
  if (what === undefined) return sql;
  return what === true || what === 'plan' ? `EXPLAIN ${sql}` : `EXPLAIN (${what.toUpperCase()}) ${sql}`;
}

function standardOutput(): OutputSink {
  // A reader that goes away (`| head`) is no failure; the write below reports it to whoever waits for it.
  process.stdout.on('error', () => {});
  return {
    width: process.stdout.isTTY ? process.stdout.columns : undefined,
    write: (chunk) =>
      new Promise((resolve, reject) => process.stdout.write(chunk, (error) => (error ? reject(error) : resolve()))),
  };
}
