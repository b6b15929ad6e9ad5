import { Batch } from '../vector/index.ts';

/** Rows `from` to `to` (exclusive) of a batch, without copying. */
export function sliceBatch(batch: Batch, from: number, to: number): Batch {
  if (from === 0 && to === batch.numRows) return batch;
  if (batch.selection !== 0) return batch.select(batch.selection + from * 4, to - from);
  return new Batch(
    batch.columns.map((column) => column.slice(from, to)),
    to - from,
  );
}
