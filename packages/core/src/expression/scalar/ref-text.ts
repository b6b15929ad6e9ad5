import type { Address, LinearMemory } from '../../vector/index.ts';

const TEXT = new TextDecoder('utf-8', { ignoreBOM: true });

/** The text that the `ref` at `address` points to. Copied, because a TextDecoder refuses views of shared memory. */
export function refText(memory: LinearMemory, address: Address): string {
  const start = memory.u32[address >>> 2]!;
  return TEXT.decode(memory.u8.slice(start, start + memory.u32[(address >>> 2) + 1]!));
}
