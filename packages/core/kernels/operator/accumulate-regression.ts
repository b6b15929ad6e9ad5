// Sums of pairs of numbers by group, as PostgreSQL's `float8_regr_accum` has them (Youngs and Cramer 1971). A state is 8 f64: count, sum
// of x, sum of squared differences of x from its mean, the same two of y, sum of products of both differences, and the x and the
// y that all pairs have in common (NaN when they differ), so that constant arguments give exact zeros.

const STATE_BYTES: usize = 64;

// @ts-ignore: decorator
@inline
function stateOf(states: usize, groups: usize, i: i32): usize {
  return states + (groups == 0 ? 0 : <usize>load<u32>(groups + (<usize>i << 2))) * STATE_BYTES;
}

// @ts-ignore: decorator
@inline
function isNull(validity: usize, i: i32): bool {
  return validity != 0 && load<u8>(validity + <usize>i) == 0;
}

/** Takes in pairs (y, x); one with a null adds nothing. */
export function regression_add(
  states: usize,
  groups: usize,
  ys: usize,
  yValidity: usize,
  xs: usize,
  xValidity: usize,
  n: i32,
): void {
  for (let i = 0; i < n; i++) {
    if (isNull(yValidity, i) || isNull(xValidity, i)) continue;
    const at = stateOf(states, groups, i);
    const x = load<f64>(xs + (<usize>i << 3));
    const y = load<f64>(ys + (<usize>i << 3));
    const count = load<f64>(at) + 1;
    const sumX = load<f64>(at, 8) + x;
    const sumY = load<f64>(at, 24) + y;
    store<f64>(at, count);
    store<f64>(at, sumX, 8);
    store<f64>(at, sumY, 24);
    if (count == 1) {
      // Of an infinity or NaN the differences are NaN from the start.
      store<f64>(at, x - x, 16);
      store<f64>(at, y - y, 32);
      store<f64>(at, (x - x) + (y - y), 40);
      store<f64>(at, x, 48);
      store<f64>(at, y, 56);
      continue;
    }
    if (load<f64>(at, 48) != x) store<f64>(at, NaN, 48);
    if (load<f64>(at, 56) != y) store<f64>(at, NaN, 56);
    const sameX = load<f64>(at, 48) == x;
    const sameY = load<f64>(at, 56) == y;
    const restX = x * count - sumX;
    const restY = y * count - sumY;
    const scale = 1 / (count * (count - 1));
    if (!sameX) store<f64>(at, load<f64>(at, 16) + restX * restX * scale, 16);
    if (!sameY) store<f64>(at, load<f64>(at, 32) + restY * restY * scale, 32);
    if (!sameX && !sameY) store<f64>(at, load<f64>(at, 40) + restX * restY * scale, 40);
  }
}

/** Takes in states given as 8 columns, whose addresses stand at `columns` (u32). */
export function regression_merge(states: usize, groups: usize, columns: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const row = <usize>i << 3;
    const count = load<f64>(<usize>load<u32>(columns) + row);
    if (count == 0) continue;
    const at = stateOf(states, groups, i);
    const sumX = load<f64>(<usize>load<u32>(columns, 4) + row);
    const squaresX = load<f64>(<usize>load<u32>(columns, 8) + row);
    const sumY = load<f64>(<usize>load<u32>(columns, 12) + row);
    const squaresY = load<f64>(<usize>load<u32>(columns, 16) + row);
    const products = load<f64>(<usize>load<u32>(columns, 20) + row);
    const commonX = load<f64>(<usize>load<u32>(columns, 24) + row);
    const commonY = load<f64>(<usize>load<u32>(columns, 28) + row);
    const own = load<f64>(at);
    if (own == 0) {
      store<f64>(at, count);
      store<f64>(at, sumX, 8);
      store<f64>(at, squaresX, 16);
      store<f64>(at, sumY, 24);
      store<f64>(at, squaresY, 32);
      store<f64>(at, products, 40);
      store<f64>(at, commonX, 48);
      store<f64>(at, commonY, 56);
      continue;
    }
    const total = own + count;
    const apartX = load<f64>(at, 8) / own - sumX / count;
    const apartY = load<f64>(at, 24) / own - sumY / count;
    const weight = own * count / total;
    const sameX = load<f64>(at, 48) == commonX;
    const sameY = load<f64>(at, 56) == commonY;
    store<f64>(at, total);
    store<f64>(at, load<f64>(at, 8) + sumX, 8);
    store<f64>(at, load<f64>(at, 24) + sumY, 24);
    if (!sameX) store<f64>(at, load<f64>(at, 16) + squaresX + weight * apartX * apartX, 16);
    if (!sameY) store<f64>(at, load<f64>(at, 32) + squaresY + weight * apartY * apartY, 32);
    if (!sameX && !sameY) store<f64>(at, load<f64>(at, 40) + products + weight * apartX * apartY, 40);
    if (!sameX) store<f64>(at, NaN, 48);
    if (!sameY) store<f64>(at, NaN, 56);
  }
}

/** Word `word` of `n` states as a column. */
export function regression_column(out: usize, states: usize, n: i32, word: i32): void {
  for (let i = 0; i < n; i++) {
    store<f64>(out + (<usize>i << 3), load<f64>(states + <usize>i * STATE_BYTES + (<usize>word << 3)));
  }
}

const COUNT = 0;
const COVAR_POP = 1;
const COVAR_SAMP = 2;
const CORR = 3;
const AVG_X = 4;
const AVG_Y = 5;
const SXX = 6;
const SYY = 7;
const SXY = 8;
const SLOPE = 9;
const INTERCEPT = 10;

/** One function of `n` states (`what`: as above, R2 otherwise); null (validity 0) where it has no value. The answer is how many have. */
export function regression_result(out: usize, validity: usize, states: usize, n: i32, what: i32): i32 {
  let numValid = 0;
  for (let i = 0; i < n; i++) {
    const at = states + <usize>i * STATE_BYTES;
    const count = load<f64>(at);
    const sumX = load<f64>(at, 8);
    const squaresX = load<f64>(at, 16);
    const sumY = load<f64>(at, 24);
    const squaresY = load<f64>(at, 32);
    const products = load<f64>(at, 40);
    const target = out + (<usize>i << 3);
    let valid = what == COUNT || count >= (what == COVAR_SAMP ? 2 : 1);
    let value: f64 = 0;
    if (what == COUNT) {
      store<i64>(target, <i64>count);
    } else {
      if (what == COVAR_POP) value = products / count;
      else if (what == COVAR_SAMP) value = products / (count - 1);
      else if (what == AVG_X) value = sumX / count;
      else if (what == AVG_Y) value = sumY / count;
      else if (what == SXX) value = squaresX;
      else if (what == SYY) value = squaresY;
      else if (what == SXY) value = products;
      else if (squaresX == 0) valid = false;
      else if (what == SLOPE) value = products / squaresX;
      else if (what == INTERCEPT) value = (sumY - sumX * products / squaresX) / count;
      else if (what == CORR) {
        if (squaresY == 0) valid = false;
        else {
          // One root rounds once; two of them do not leave the range of doubles.
          const square = squaresX * squaresY;
          const root = square > 0 && square < f64.MAX_VALUE ? sqrt(square) : sqrt(squaresX) * sqrt(squaresY);
          value = min<f64>(max<f64>(products / root, -1), 1);
        }
      } else value = squaresY == 0 ? 1 : products * products / (squaresX * squaresY);
      store<f64>(target, valid ? value : 0);
    }
    store<u8>(validity + <usize>i, <u8>valid);
    numValid += <i32>valid;
  }
  return numValid;
}
