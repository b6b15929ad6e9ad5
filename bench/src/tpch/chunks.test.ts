import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChunkEncoder } from './chunk-encoder.ts';
import type { PlannedChunk } from './generation-plan.ts';
import { planChunks, planFiles } from './generation-plan.ts';
import { TPCH_TABLE_NAMES, type TpchTableName } from './table-definition.ts';
import { allocateTextPool } from './text-pool.ts';

const SCALE_FACTOR = 0.003;
const encoder = new ChunkEncoder({
  scaleFactor: SCALE_FACTOR,
  format: 'tbl',
  compression: 'none',
  pool: allocateTextPool(),
});

async function chunksOf(table: TpchTableName, numFiles: number): Promise<PlannedChunk[]> {
  const files = await planFiles({ scaleFactor: SCALE_FACTOR, tables: [table], numFiles });
  return [...planChunks(files, 'tbl')];
}

function textOf(chunks: readonly PlannedChunk[]): string {
  return chunks.map((chunk) => Buffer.from(encoder.encode(chunk)).toString('latin1')).join('');
}

describe('chunks', () => {
  it.each(TPCH_TABLE_NAMES)(
    'of %s are the whole, wherever it is cut and in whatever order they are made',
    async (table) => {
      const whole = textOf(await chunksOf(table, 1));
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 2, max: 60 }), async (numFiles) => {
          const chunks = await chunksOf(table, numFiles);
          const backwards = chunks
            .toReversed()
            .map((chunk) => textOf([chunk]))
            .toReversed();
          expect(backwards.join('')).toBe(whole);
        }),
        { numRuns: 8 },
      );
    },
  );

  it('split rows evenly and leave no file empty', async () => {
    const files = await planFiles({ scaleFactor: 0.001, tables: TPCH_TABLE_NAMES, numFiles: 64 });
    for (const table of TPCH_TABLE_NAMES) {
      const sizes = files.filter((file) => file.table === table).map((file) => file.numRows);
      expect(Math.min(...sizes)).toBeGreaterThan(0);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }
    const count = (table: TpchTableName) => files.filter((file) => file.table === table).length;
    expect([count('region'), count('nation'), count('supplier'), count('lineitem')]).toEqual([1, 1, 10, 64]);
  });
});
