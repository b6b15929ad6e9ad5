import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { EngineName } from '../engines/engine-name.ts';

const BENCH_DIRECTORY = fileURLToPath(new URL('../..', import.meta.url));

/** What is started: an engine, or Node.js alone, which is in all the others' times. */
export type ColdProgram = Extract<EngineName, 'millrace' | 'duckdb'> | 'node';

/**
 * The programs, as a user would write them: plain JavaScript, so that no time goes into types. `$SQL` stands for the query.
 * Each writes its answer and then ends by itself.
 */
const PROGRAMS: Readonly<Record<ColdProgram, string>> = {
  node: 'process.stdout.write("1");',
  millrace: `
    const { createEngine } = await import('millrace');
    const engine = createEngine();
    const rows = await engine.query($SQL).toArray();
    process.stdout.write(String(rows.length));
    await engine.close();`,
  duckdb: `
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const reader = await connection.runAndReadAll($SQL);
    process.stdout.write(String(reader.getRowObjectsJS().length));
    connection.closeSync();
    instance.closeSync();`,
};

/** From the start of a process. */
export interface ColdStart {
  /** Until its answer came. */
  readonly answerMs: number;
  /** Until it had ended. */
  readonly exitMs: number;
}

/** Starts a process that answers one query of one row and ends. Rejects with what it wrote to stderr when it fails. */
export function coldStart(program: ColdProgram, sql: string, signal: AbortSignal | undefined): Promise<ColdStart> {
  const code = PROGRAMS[program].replace('$SQL', () => JSON.stringify(sql));
  const { promise, resolve, reject } = Promise.withResolvers<ColdStart>();
  const startMs = performance.now();
  const child = spawn(process.execPath, ['--eval', code], {
    cwd: BENCH_DIRECTORY,
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  let answerMs: number | undefined;
  let answer = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => {
    answerMs ??= performance.now() - startMs;
    answer += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk;
  });
  child.on('error', reject);
  child.on('close', (exitCode) => {
    if (exitCode === 0 && answer === '1' && answerMs !== undefined) {
      resolve({ answerMs, exitMs: performance.now() - startMs });
    } else {
      reject(new Error(`a process with ${program} answered '${answer}' and ended with ${exitCode}: ${errors.trim()}`));
    }
  });
  return promise;
}
