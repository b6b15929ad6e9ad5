import { formatBytes } from '../aligned-table.ts';
import type { TpchProgress } from './generation-options.ts';

const PERCENT = 100;

/** A line about a generation under way: ` 42%  lineitem  2,580,480 of 8,661,245 rows  123.4 MB  12.3 MB/s`. */
export function progressText({ table, numRows, totalRows, bytes }: TpchProgress, elapsedMs: number): string {
  const percent = Math.floor((PERCENT * numRows) / totalRows);
  const rows = `${numRows.toLocaleString('en-US')} of ${totalRows.toLocaleString('en-US')} rows`;
  const rate = `${formatBytes((bytes / elapsedMs) * 1000)}/s`;
  return `${String(percent).padStart(3)}%  ${table.padEnd(8)}  ${rows}  ${formatBytes(bytes)}  ${rate}`;
}
