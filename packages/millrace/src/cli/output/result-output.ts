import type { Query } from '@millrace/core';
import { writeArrow } from './arrow-output.ts';
import { writeCsv } from './csv-output.ts';
import { writeJson } from './json-output.ts';
import { writeNdjson } from './ndjson-output.ts';
import { writeTable } from './table-output.ts';

/** Where text and bytes of a result go; resolves when the reader is ready for more. */
export interface OutputSink {
  write(chunk: string | Uint8Array): Promise<void>;
  /** Columns of the terminal; undefined when the output is no terminal. */
  readonly width: number | undefined;
}

export interface OutputSettings {
  /** Rows that a table shows before it leaves out the middle; 0 for all. */
  readonly maxRows: number;
}

/** Writes a result as it comes; resolves with the number of rows when all is written. */
export type ResultOutput = (query: Query, sink: OutputSink, settings: OutputSettings) => Promise<number>;

/** Formats of `-f`, by name. */
export const OUTPUT_FORMATS = {
  table: writeTable,
  csv: writeCsv,
  json: writeJson,
  ndjson: writeNdjson,
  arrow: writeArrow,
} as const satisfies Record<string, ResultOutput>;

export type OutputFormat = keyof typeof OUTPUT_FORMATS;
