import type { ResultBatch, ResultColumn } from 'millrace';
import { encodeArrow } from './arrow-format.ts';
import { encodeCsv } from './csv-format.ts';
import { encodeJson } from './json-format.ts';
import { encodeNdjson } from './ndjson-format.ts';
import { encodeParquet } from './parquet-format.ts';
import { encodeTextTable } from './text-table-format.ts';

/** A result as it comes. `batches` throws when the query fails. */
export interface ResultSource {
  readonly columns: readonly ResultColumn[];
  readonly batches: AsyncIterable<ResultBatch>;
}

/**
 * Turns a result into the bytes of a format, no faster than they are taken. What `batches` throws is thrown on, after what the format has
 * to say about it.
 */
export type ResultEncoder = (source: ResultSource) => AsyncGenerator<Uint8Array | string, void, undefined>;

export interface ResultFormat {
  readonly name: string;
  readonly mediaType: string;
  readonly encode: ResultEncoder;
  /** Whether HTTP compression is of use. */
  readonly isCompressible: boolean;
}

/** The first is what is sent to whoever does not care. */
export const RESULT_FORMATS: readonly ResultFormat[] = [
  { name: 'json', mediaType: 'application/json', encode: encodeJson, isCompressible: true },
  { name: 'ndjson', mediaType: 'application/x-ndjson', encode: encodeNdjson, isCompressible: true },
  { name: 'csv', mediaType: 'text/csv', encode: encodeCsv, isCompressible: true },
  { name: 'arrow', mediaType: 'application/vnd.apache.arrow.stream', encode: encodeArrow, isCompressible: true },
  // Compressed within; a second time is never worth it.
  { name: 'parquet', mediaType: 'application/vnd.apache.parquet', encode: encodeParquet, isCompressible: false },
  { name: 'text', mediaType: 'text/plain', encode: encodeTextTable, isCompressible: true },
];
