import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Engine } from '@millrace/core';
import { endsStatement } from './ends-statement.ts';
import type { OutputSink } from './output/result-output.ts';
import { OUTPUT_FORMATS, type OutputFormat } from './output/result-output.ts';
import { type RunSettings, runStatement } from './run-statement.ts';

const HELP = `  SQL ends with a semicolon and may take several lines.
  \\?              this help
  \\f FORMAT       output as ${Object.keys(OUTPUT_FORMATS).join(', ')}
  \\timing         time, requests and bytes after each result, on or off
  \\d              tables and views
  \\q              leave (also Ctrl-D); Ctrl-C drops the line or cancels the query
`;

const HISTORY_ENTRIES = 1000;

/** The interactive prompt: multi-line input, history over sessions, Ctrl-C for the query and not for the process. */
export async function runPrompt(engine: Engine, sink: OutputSink, initial: RunSettings): Promise<void> {
  const historyFile = join(process.env.XDG_STATE_HOME ?? join(homedir(), '.local', 'state'), 'millrace', 'history');
  const history = existsSync(historyFile) ? readFileSync(historyFile, 'utf8').split('\n').filter(Boolean) : [];
  const readline = createInterface({
    input: process.stdin,
    output: process.stdout,
    history: history.slice(-HISTORY_ENTRIES).reverse(),
    historySize: HISTORY_ENTRIES,
    removeHistoryDuplicates: true,
  });
  process.stdout.write('Millrace. SQL ends with a semicolon; \\? shows help.\n');
  let settings = initial;
  let pending = '';
  const remember: string[] = [];
  for (;;) {
    const line = await ask(readline, pending === '' ? 'millrace> ' : '     ...> ');
    if (line === undefined) break;
    if (line === INTERRUPTED) {
      pending = '';
      continue;
    }
    if (pending === '' && line.trim().startsWith('\\')) {
      const next = await metaCommand(line.trim(), settings, engine, sink);
      if (!next) break;
      settings = next;
      continue;
    }
    pending += pending === '' ? line : `\n${line}`;
    if (pending.trim() === '') pending = '';
    if (!endsStatement(pending)) continue;
    remember.push(pending.replaceAll('\n', ' '));
    await runStatement(engine, pending, sink, settings);
    pending = '';
  }
  readline.close();
  saveHistory(historyFile, [...history, ...remember]);
}

const INTERRUPTED = Symbol('interrupted');

/** One line; undefined at the end of the input, {@link INTERRUPTED} for Ctrl-C. */
function ask(readline: Interface, prompt: string): Promise<string | undefined | typeof INTERRUPTED> {
  return new Promise((resolve) => {
    const done = (value: string | undefined | typeof INTERRUPTED) => {
      readline.removeListener('line', done).removeListener('close', end).removeListener('SIGINT', interrupt);
      resolve(value);
    };
    const end = () => done(undefined);
    const interrupt = () => {
      process.stdout.write('\n');
      done(INTERRUPTED);
    };
    readline.once('line', done).once('close', end).once('SIGINT', interrupt);
    readline.setPrompt(prompt);
    readline.prompt();
  });
}

async function metaCommand(
  line: string,
  settings: RunSettings,
  engine: Engine,
  sink: OutputSink,
): Promise<RunSettings | undefined> {
  const [command, argument] = line.split(/\s+/);
  switch (command) {
    case '\\q':
      return undefined;
    case '\\timing':
      process.stdout.write(`timing is ${settings.timing ? 'off' : 'on'}\n`);
      return { ...settings, timing: !settings.timing };
    case '\\f':
      if (argument !== undefined && argument in OUTPUT_FORMATS)
        return { ...settings, format: argument as OutputFormat };
      process.stdout.write(`formats: ${Object.keys(OUTPUT_FORMATS).join(', ')}\n`);
      return settings;
    case '\\d':
      await runStatement(engine, 'SHOW TABLES', sink, settings);
      return settings;
    default:
      process.stdout.write(HELP);
      return settings;
  }
}

function saveHistory(file: string, entries: readonly string[]): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${entries.slice(-HISTORY_ENTRIES).join('\n')}\n`, { mode: 0o600 });
  } catch (error) {
    process.stderr.write(`the history was not saved: ${(error as Error).message}\n`);
  }
}
