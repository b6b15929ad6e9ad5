import type { LatencySummary } from './run-report.ts';

/** Count, mean, p50, p90, p95, p99 and max, as cells of a table. */
export function summaryRow({ count, mean, p50, p90, p95, p99, max }: LatencySummary): (string | number)[] {
  return [count, ...[mean, p50, p90, p95, p99, max].map((ms) => (Number.isFinite(ms) ? ms.toFixed(1) : 'n/a'))];
}
