import { orderF64, orderI128, orderInterval, orderRef } from '../expression/value-order';

// Kinds: 0 bool, 1 i32, 2 i64, 3 f64, 4 i128, 5 ref, 6 interval.

function order(kind: i32, a: usize, b: usize): i32 {
  switch (kind) {
    case 0:
      return <i32>load<u8>(a) - <i32>load<u8>(b);
    case 1:
      return <i32>(load<i32>(a) > load<i32>(b)) - <i32>(load<i32>(a) < load<i32>(b));
    case 2:
      return <i32>(load<i64>(a) > load<i64>(b)) - <i32>(load<i64>(a) < load<i64>(b));
    case 3:
      return orderF64(load<f64>(a), load<f64>(b));
    case 4:
      return orderI128(a, b);
    case 5:
      return orderRef(a, b);
    default:
      return orderInterval(a, b);
  }
}

/**
 * The greatest (`sign` 1) or least (-1) of the arguments that are not null. `parts`: data, stride, validity, validity stride (u32) of each.
 * `out_validity` gets 0 where all are null.
 */
export function extremum(
  parts: usize, num_parts: usize, kind: i32, width: usize, sign: i32, rows: usize, out: usize, out_validity: usize,
): void {
  const end = parts + num_parts * 16;
  for (let i: usize = 0; i < rows; i++, out += width) {
    let best: usize = 0;
    for (let part = parts; part < end; part += 16) {
      const validity = <usize>load<u32>(part, 8);
      if (validity != 0 && load<u8>(validity + i * <usize>load<u32>(part, 12)) == 0) continue;
      const value = <usize>load<u32>(part) + i * <usize>load<u32>(part, 4);
      if (best == 0 || order(kind, value, best) * sign > 0) best = value;
    }
    store<u8>(out_validity + i, <u8>(best != 0));
    if (best == 0) memory.fill(out, 0, width);
    else memory.copy(out, best, width);
  }
}
