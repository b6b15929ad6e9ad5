/** Pairs `from` to `from + n` of all pairs of probe rows with `numBuild` build rows, the build rows of one probe row together. */
export function cross_pairs(probeRows: usize, buildRows: usize, from: f64, n: i32, numBuild: u32): void {
  const start = <u64>from;
  let probe = <u32>(start / numBuild);
  let build = <u32>(start % numBuild);
  for (let i = 0; i < n; i++) {
    store<u32>(probeRows + (<usize>i << 2), probe);
    store<u32>(buildRows + (<usize>i << 2), build);
    build++;
    if (build == numBuild) {
      build = 0;
      probe++;
    }
  }
}

/** Sets the bytes of `n` rows to 1. */
export function mark_rows(marks: usize, rows: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<u8>(marks + <usize>load<u32>(rows + (<usize>i << 2)), 1);
}

/** The rows of `from` to `from + n` whose byte is not 1; the answer is how many. */
export function unmarked_rows(out: usize, marks: usize, from: i32, n: i32): i32 {
  let end = out;
  for (let row = from; row < from + n; row++) {
    store<u32>(end, row);
    end += <usize>(load<u8>(marks + <usize>row) == 0) << 2;
  }
  return <i32>((end - out) >> 2);
}

/** The rows of 0 to `n` whose byte is 1; the answer is how many. */
export function marked_rows(out: usize, marks: usize, n: i32): i32 {
  let end = out;
  for (let row = 0; row < n; row++) {
    store<u32>(end, row);
    end += <usize>(load<u8>(marks + <usize>row) != 0) << 2;
  }
  return <i32>((end - out) >> 2);
}
