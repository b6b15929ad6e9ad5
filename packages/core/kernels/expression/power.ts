import { INVALID_VALUE, OK, OVERFLOW } from '../vector/status';

/**
 * `a ^ b` on float64, operands with strides (0 for a constant). As in PostgreSQL, 0 to a negative power and a negative number
 * to a fraction are invalid, and a result of finite operands that leaves the range is an overflow. Rows whose `validity` byte
 * is 0 never fail. The answer is a status.
 */
export function pow_f64(out: usize, a: usize, aStride: usize, b: usize, bStride: usize, validity: usize, n: i32): i32 {
  for (let i = 0; i < n; i++) {
    if (validity != 0 && load<u8>(validity + i) == 0) continue;
    const x = load<f64>(a + <usize>i * aStride);
    const y = load<f64>(b + <usize>i * bStride);
    let r: f64;
    if (x == 1) {
      r = 1;
    } else if (x != x || y != y) {
      r = y == 0 ? 1 : NaN;
    } else {
      if (x == 0 && y < 0) return INVALID_VALUE;
      if (x < 0 && floor(y) != y) return INVALID_VALUE;
      r = x == -1 && abs(y) == Infinity ? 1 : Math.pow(x, y);
      const finite = abs(x) != Infinity && abs(y) != Infinity;
      if (finite && (abs(r) == Infinity || (r == 0 && x != 0))) return OVERFLOW;
    }
    store<f64>(out + (<usize>i << 3), r);
  }
  return OK;
}
