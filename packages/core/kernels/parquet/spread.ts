// Values that are stored without nulls, put into the rows that have one. A null row gets 0, which is what refs and codes need.

/** Values of 1 byte: row i gets the next of `values` where `validity[i]` is 1. */
export function spread_1(out: usize, values: usize, validity: usize, n: u32): void {
  for (let i: u32 = 0; i < n; i++) {
    const valid = <u32>load<u8>(validity + i);
    store<u8>(out + i, <u8>(<u32>load<u8>(values) & -valid));
    values += valid;
  }
}

/** Values of 4 bytes. Reads up to 4 bytes past the last value. */
export function spread_4(out: usize, values: usize, validity: usize, n: u32): void {
  for (let i: u32 = 0; i < n; i++) {
    const valid = <u32>load<u8>(validity + i);
    store<u32>(out, load<u32>(values) & -valid);
    out += 4;
    values += valid << 2;
  }
}

/** Values of 8 bytes. Reads up to 8 bytes past the last value. */
export function spread_8(out: usize, values: usize, validity: usize, n: u32): void {
  for (let i: u32 = 0; i < n; i++) {
    const valid = <u32>load<u8>(validity + i);
    store<u64>(out, load<u64>(values) & -<u64>valid);
    out += 8;
    values += valid << 3;
  }
}

/** Values of 16 bytes. Reads up to 16 bytes past the last value. */
export function spread_16(out: usize, values: usize, validity: usize, n: u32): void {
  for (let i: u32 = 0; i < n; i++) {
    const valid = <u32>load<u8>(validity + i);
    v128.store(out, v128.and(v128.load(values), i64x2.splat(-<i64>valid)));
    out += 16;
    values += valid << 4;
  }
}
