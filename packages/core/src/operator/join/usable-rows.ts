import { type Address, type Arena, VECTOR_KERNELS, type Vector } from '../../vector/index.ts';

/** One byte a row, 0 where a key is null that matches nothing; 0 when there is no such row. */
export function usableRows(
  keys: readonly Vector[],
  nullSafe: readonly boolean[],
  numRows: number,
  arena: Arena,
): Address {
  let usable: Address = 0;
  keys.forEach(({ validity }, i) => {
    if (nullSafe[i] || validity === 0) return;
    if (usable === 0) {
      usable = validity;
      return;
    }
    const both = arena.allocate(numRows);
    arena.memory.kernels(VECTOR_KERNELS).and_bytes(both, usable, validity, numRows);
    usable = both;
  });
  return usable;
}
