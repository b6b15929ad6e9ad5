import type { QueryStats } from '@millrace/core';
import { SingleBar } from 'cli-progress';

/** Nothing is shown for queries that are over sooner. */
const DELAY_MS = 500;

/** Tasks done of all, on standard error, for queries that take longer than half a second. Shows nothing without a terminal. */
export class ProgressBar {
  #bar: SingleBar | undefined;

  readonly onProgress = (stats: QueryStats): void => {
    if (!process.stderr.isTTY || stats.elapsedMs < DELAY_MS || stats.numTasks === 0) return;
    if (!this.#bar) {
      this.#bar = new SingleBar({
        format: '{bar} {percentage}% | {value}/{total} tasks | {read} MB read | {duration_formatted}',
        stream: process.stderr,
        clearOnComplete: true,
        hideCursor: true,
        barsize: 30,
      });
      this.#bar.start(stats.numTasks, stats.numTasksDone, { read: '0' });
    }
    this.#bar.setTotal(stats.numTasks);
    this.#bar.update(stats.numTasksDone, { read: (stats.bytesRead / 1e6).toFixed(1) });
  };

  /** Takes the bar away. */
  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }
}
