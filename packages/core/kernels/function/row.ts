// How the kernels of this module see rows.
//
// Every argument is an address and a stride: the bytes from one row's value to the next, 0 for a constant. `validity` is one
// byte a row, or 0 when every row counts; a row that does not count gets no value (a `ref` of 0/0) and cannot fail.
//
// A kernel that can fail answers 0, or which row failed and why (`failure`). One that tells how many bytes its results
// need answers with an f64, because sums of 32-bit lengths do not fit 32 bits; there a failure is negative.

/** Whether row `i` counts. */
@inline
export function row_counts(validity: usize, i: usize): bool {
  return validity == 0 || load<u8>(validity + i) != 0;
}

/** Row and status in one number. Read by src/expression/scalar/kernel-failure.ts. */
@inline
export function failure(row: usize, status: i32): i32 {
  return <i32>(((<u32>row + 1) << 4) | <u32>status);
}

/** Stores a string's address and length; an empty string keeps its address so that it is not taken for a null. */
@inline
export function store_ref(out: usize, address: usize, length: usize): void {
  store<u32>(out, <u32>address);
  store<u32>(out, <u32>length, 4);
}

@inline
export function store_null_ref(out: usize): void {
  store<u64>(out, 0);
}

/** Clears the bytes of `target` where `validity` (stride 1, or 0 for one byte for all) is 0. */
export function combine_nulls(target: usize, validity: usize, validity_stride: usize, rows: usize): void {
  for (let i: usize = 0; i < rows; i++, validity += validity_stride) {
    store<u8>(target + i, load<u8>(target + i) & load<u8>(validity));
  }
}

/** How many of the arguments have the validity `wanted`, as i32. `table`: validity and its stride (u32) of each. */
export function count_validity(table: usize, num_arguments: usize, wanted: u32, rows: usize, out: usize): void {
  const end = table + num_arguments * 8;
  for (let i: usize = 0; i < rows; i++) {
    let count = 0;
    for (let entry = table; entry < end; entry += 8) {
      const validity = <usize>load<u32>(entry);
      const valid: u32 = validity == 0 ? 1 : load<u8>(validity + i * <usize>load<u32>(entry, 4));
      if (valid == wanted) count++;
    }
    store<i32>(out + i * 4, count);
  }
}
