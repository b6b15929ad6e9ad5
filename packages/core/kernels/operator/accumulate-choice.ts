// Rows with the least or greatest key by group. Kinds as in sort-order.ts.
import { orderValues } from './sort-order';

const WIDTHS: usize = memory.data<u8>([1, 4, 8, 8, 16, 8, 16]);

/**
 * Keeps the extreme key of each group (`has`: one byte a group, whether there is one yet). Rows that become the choice of their
 * group go to `rows`, and their groups to `rowGroups`, in order, so that the last one of a group counts; the answer is how many. Nulls
 * of the key or of the value are passed over.
 */
export function choose_rows(
  kind: i32,
  states: usize,
  has: usize,
  groups: usize,
  keys: usize,
  keyValidity: usize,
  valueValidity: usize,
  n: i32,
  greatest: i32,
  rows: usize,
  rowGroups: usize,
): i32 {
  const width = <usize>load<u8>(WIDTHS + <usize>kind);
  let count: usize = 0;
  for (let i = 0; i < n; i++) {
    if (keyValidity != 0 && load<u8>(keyValidity + <usize>i) == 0) continue;
    if (valueValidity != 0 && load<u8>(valueValidity + <usize>i) == 0) continue;
    const group: usize = groups == 0 ? 0 : <usize>load<u32>(groups + (<usize>i << 2));
    if (load<u8>(has + group) != 0) {
      const order = orderValues(<u32>kind, keys, <usize>i, states, group);
      if (greatest ? order <= 0 : order >= 0) continue;
    }
    memory.copy(states + group * width, keys + <usize>i * width, width);
    store<u8>(has + group, 1);
    store<u32>(rows + (count << 2), i);
    store<u32>(rowGroups + (count << 2), <u32>group);
    count++;
  }
  return <i32>count;
}
