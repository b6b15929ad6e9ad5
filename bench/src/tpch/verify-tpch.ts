import { createHash, type Hash } from 'node:crypto';
import { ChunkWorkers } from './chunk-workers.ts';
import { resolveSelection, type TpchSelection } from './generation-options.ts';
import { planChunks, planFiles } from './generation-plan.ts';
import referenceChecksums from './reference-checksums.json' with { type: 'json' };
import { TPCH_TABLE_NAMES, type TpchTableName } from './table-definition.ts';
import { allocateTextPool } from './text-pool.ts';
import { TpchError } from './tpch-error.ts';

/** The text of a table: its rows, bytes and MD5. */
export interface TextDigest {
  readonly numRows: number;
  readonly bytes: number;
  readonly md5: string;
}

/** How a table's text compares with that of the reference generator. */
export interface TpchVerification {
  readonly table: TpchTableName;
  readonly expected: TextDigest;
  readonly actual: TextDigest;
  readonly isEqual: boolean;
}

const REFERENCE: Readonly<Record<string, Readonly<Record<TpchTableName, TextDigest>>>> =
  referenceChecksums.scaleFactors;

/** Scale factors whose checksums are known. */
export const VERIFIABLE_SCALE_FACTORS: readonly number[] = Object.keys(REFERENCE)
  .map(Number)
  .sort((a, b) => a - b);

/**
 * Generates the text of tables without writing it, and compares its rows, bytes and MD5 with what dbgen 2.17 wrote.
 * Rejects as `generateTpch` does, and with BAD_ARGUMENT for a scale factor without known checksums.
 */
export async function verifyTpch(selection: TpchSelection): Promise<TpchVerification[]> {
  const { scaleFactor, tables, numThreads } = resolveSelection(selection);
  const { signal, onProgress } = selection;
  const reference = REFERENCE[String(scaleFactor)];
  if (reference === undefined) {
    const known = VERIFIABLE_SCALE_FACTORS.join(', ');
    throw new TpchError('BAD_ARGUMENT', `checksums are known for the scale factors ${known} only, not ${scaleFactor}`);
  }
  signal?.throwIfAborted();
  const plan = await planFiles({ scaleFactor, tables, numFiles: 1, signal });
  const totalRows = plan.reduce((sum, file) => sum + file.numRows, 0);
  const sums = new Map<TpchTableName, { hash: Hash; numRows: number; bytes: number }>();
  let numRows = 0;
  let bytes = 0;
  const data = { scaleFactor, format: 'tbl', compression: 'none', pool: allocateTextPool() } as const;
  const workers = new ChunkWorkers(numThreads, data, signal);
  try {
    for await (const { chunk, bytes: text } of workers.encode(planChunks(plan, 'tbl'))) {
      const sum = sums.get(chunk.table) ?? { hash: createHash('md5'), numRows: 0, bytes: 0 };
      sums.set(chunk.table, sum);
      sum.hash.update(text);
      sum.numRows += chunk.numRows;
      sum.bytes += text.length;
      numRows += chunk.numRows;
      bytes += text.length;
      onProgress?.({ table: chunk.table, numRows, totalRows, bytes });
    }
  } finally {
    await workers.close();
  }
  return TPCH_TABLE_NAMES.flatMap((table): TpchVerification[] => {
    const sum = sums.get(table);
    if (sum === undefined) return [];
    const expected = reference[table];
    const actual = { numRows: sum.numRows, bytes: sum.bytes, md5: sum.hash.digest('hex') };
    const isEqual =
      actual.md5 === expected.md5 && actual.numRows === expected.numRows && actual.bytes === expected.bytes;
    return [{ table, expected, actual, isEqual }];
  });
}
