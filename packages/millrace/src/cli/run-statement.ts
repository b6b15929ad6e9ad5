import { type Engine, isQueryError, type QueryStats, toQueryError } from '@millrace/core';
import { errorText } from './error-text.ts';
import { EXIT, exitCode } from './exit-code.ts';
import { writePlan } from './output/plan-output.ts';
import { OUTPUT_FORMATS, type OutputFormat, type OutputSettings, type OutputSink } from './output/result-output.ts';
import { ProgressBar } from './progress-bar.ts';

export interface RunSettings extends OutputSettings {
  readonly format: OutputFormat;
  /** Prints time, rows, requests and bytes after the result, on standard error. */
  readonly timing: boolean;
}

/**
 * Runs one statement, writes its result, and reports errors with their place in the SQL. Ctrl-C cancels the query. Resolves with
 * an exit code; never rejects for a query's failure.
 */
export async function runStatement(
  engine: Engine,
  sql: string,
  sink: OutputSink,
  settings: RunSettings,
): Promise<number> {
  const controller = new AbortController();
  const interrupt = () => controller.abort();
  process.once('SIGINT', interrupt);
  const progress = new ProgressBar();
  try {
    const query = engine.query(sql, [], { signal: controller.signal, onProgress: progress.onProgress });
    const isPlan = settings.format === 'table' && /^\s*explain\b/i.test(sql);
    const write = isPlan ? writePlan : OUTPUT_FORMATS[settings.format];
    await write(query, sink, settings);
    progress.stop();
    if (settings.timing) process.stderr.write(`${timingText(query.stats)}\n`);
    return EXIT.ok;
  } catch (thrown) {
    progress.stop();
    if (isBrokenPipe(thrown)) return EXIT.ok;
    const error = isQueryError(thrown) ? thrown : toQueryError(thrown);
    process.stderr.write(errorText(error, sql));
    return exitCode(error.kind);
  } finally {
    process.removeListener('SIGINT', interrupt);
  }
}

/** `3 rows in 12.3 ms (plan 2.1 ms) · 4 requests, 1.2 MB · 3 tasks · peak 12.0 MB`. */
function timingText(stats: QueryStats): string {
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  return [
    `${stats.numRows.toLocaleString('en-US')} ${stats.numRows === 1 ? 'row' : 'rows'} in ${stats.elapsedMs.toFixed(1)} ms (plan ${stats.planMs.toFixed(1)} ms)`,
    `${stats.numRequests + stats.numPlanRequests} requests, ${mb(stats.bytesRead + stats.planBytes)}`,
    `${stats.numTasks} tasks`,
    `peak ${mb(stats.peakBytes)}`,
  ].join(' · ');
}

function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'EPIPE';
}
