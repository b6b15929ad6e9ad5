// Variance by group. A state is 24 bytes: count (i64), mean and sum of squared differences from it (f64).

/** Takes in values one by one (Welford 1962; Knuth, TAOCP 2, 4.2.2). */
export function variance_add(states: usize, groups: usize, values: usize, validity: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    if (validity != 0 && load<u8>(validity + <usize>i) == 0) continue;
    const at = states + (groups == 0 ? 0 : <usize>load<u32>(groups + (<usize>i << 2))) * 24;
    const value = load<f64>(values + (<usize>i << 3));
    const count = load<i64>(at) + 1;
    const mean = load<f64>(at, 8);
    const difference = value - mean;
    const next = mean + difference / <f64>count;
    store<i64>(at, count);
    store<f64>(at, next, 8);
    store<f64>(at, load<f64>(at, 16) + difference * (value - next), 16);
  }
}

/** Takes in states given as three columns (Chan, Golub, LeVeque 1979). */
export function variance_merge(states: usize, groups: usize, counts: usize, means: usize, squares: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const at = states + (groups == 0 ? 0 : <usize>load<u32>(groups + (<usize>i << 2))) * 24;
    const row = <usize>i << 3;
    const countB = load<i64>(counts + row);
    if (countB == 0) continue;
    const countA = load<i64>(at);
    const meanA = load<f64>(at, 8);
    const count = countA + countB;
    const difference = load<f64>(means + row) - meanA;
    const share = <f64>countB / <f64>count;
    store<i64>(at, count);
    store<f64>(at, meanA + difference * share, 8);
    const between = difference * difference * <f64>countA * share;
    store<f64>(at, load<f64>(at, 16) + load<f64>(squares + row) + between, 16);
  }
}

/** Word `word` (0 to 2) of `n` states as a column. */
export function variance_column(out: usize, states: usize, n: i32, word: i32): void {
  for (let i = 0; i < n; i++) {
    store<u64>(out + (<usize>i << 3), load<u64>(states + <usize>i * 24 + (<usize>word << 3)));
  }
}

/**
 * Variances (`root` 0) or their square roots; `sample` 1 divides by the count minus 1. `validity` gets 0 where there are too
 * few values; the answer is how many are valid.
 */
export function variance_result(out: usize, validity: usize, states: usize, n: i32, sample: i32, root: i32): i32 {
  let numValid = 0;
  for (let i = 0; i < n; i++) {
    const at = states + <usize>i * 24;
    const count = load<i64>(at);
    const valid = <i32>(count > <i64>sample);
    const variance = load<f64>(at, 16) / <f64>(count - <i64>sample);
    store<f64>(out + (<usize>i << 3), valid ? (root ? sqrt<f64>(variance) : variance) : 0);
    store<u8>(validity + <usize>i, <u8>valid);
    numValid += valid;
  }
  return numValid;
}
