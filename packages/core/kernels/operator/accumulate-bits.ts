// Bitwise AND (0), OR (1) and exclusive OR (2) by group; see accumulate-extreme for the parameters.

// @ts-ignore: decorator
@inline
function bitsOf<T>(op: i32, states: usize, has: usize, groups: usize, values: usize, validity: usize, n: i32): void {
  const width: usize = sizeof<T>();
  for (let i = 0; i < n; i++) {
    if (validity != 0 && load<u8>(validity + <usize>i) == 0) continue;
    const group: usize = groups == 0 ? 0 : <usize>load<u32>(groups + (<usize>i << 2));
    const at = states + group * width;
    const value = load<T>(values + <usize>i * width);
    if (load<u8>(has + group) == 0) {
      store<u8>(has + group, 1);
      store<T>(at, value);
    } else {
      const state = load<T>(at);
      store<T>(at, op == 0 ? state & value : op == 1 ? state | value : state ^ value);
    }
  }
}

export function bits_i32(op: i32, s: usize, h: usize, g: usize, v: usize, validity: usize, n: i32): void {
  bitsOf<i32>(op, s, h, g, v, validity, n);
}

export function bits_i64(op: i32, s: usize, h: usize, g: usize, v: usize, validity: usize, n: i32): void {
  bitsOf<i64>(op, s, h, g, v, validity, n);
}
