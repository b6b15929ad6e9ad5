import type { ProducedBlock } from '@millrace/core/executor';
import { budgetUnits } from './shared-budget.ts';

/** Units of the memory budget that blocks of an exchange hold: those of their buffers, which blocks share. */
export function exchangeUnits(blocks: readonly ProducedBlock[]): number {
  const buffers = new Set<ArrayBufferLike>();
  for (const { block } of blocks) if (block.location.kind === 'memory') buffers.add(block.location.buffer);
  let bytes = 0;
  for (const { byteLength } of buffers) bytes += byteLength;
  return budgetUnits(bytes);
}
