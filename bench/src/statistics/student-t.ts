/**
 * The value that a variable with Student's t distribution stays below with probability `p` (0.5 to 1), for `degrees` of freedom
 * (one or more). Relative error below 1e-6 for the usual intervals.
 *
 * Source: G. W. Hill, Algorithm 396, Communications of the ACM 13 (1970), with one step of Newton's method on the exact
 * distribution for few degrees of freedom.
 */
export function studentTQuantile(p: number, degrees: number): number {
  if (!(p >= 0.5 && p < 1) || !(degrees >= 1)) throw new RangeError(`no t quantile for p ${p}, ${degrees} degrees`);
  const twoTails = 2 * (1 - p);
  if (degrees === 1) return 1 / Math.tan((twoTails * Math.PI) / 2);
  if (degrees === 2) return Math.sqrt(2 / (twoTails * (2 - twoTails)) - 2);
  const a = 1 / (degrees - 0.5);
  const b = (48 / (a * a)) ** 1;
  let c = ((20_700 * a) / b - 98) * a - 16;
  c = c * a + 96.36;
  const d = ((94.5 / (b + c) - 3) / b + 1) * Math.sqrt((a * Math.PI) / 2) * degrees;
  let x = d * twoTails;
  let y = x ** (2 / degrees);
  if (y > 0.05 + a) {
    x = normalQuantile(p);
    y = x * x;
    if (degrees < 5) c += 0.3 * (degrees - 4.5) * (x + 0.6);
    c = (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b + c;
    y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x;
    y = Math.expm1(a * y * y);
  } else {
    y =
      ((1 / (((degrees + 6) / (degrees * y) - 0.089 * d - 0.822) * (degrees + 2) * 3) + 0.5 / (degrees + 4)) * y - 1) *
        ((degrees + 1) / (degrees + 2)) +
      1 / y;
  }
  return Math.sqrt(degrees * y);
}

/**
 * The value that a standard normal variable stays below with probability `p`. Relative error below 1.2e-9.
 *
 * Source: P. J. Acklam, An algorithm for computing the inverse normal cumulative distribution function (2003).
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`no normal quantile for ${p}`);
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return polynomial(TAIL, q) / (polynomial(TAIL_DIVISOR, q) * q + 1);
  }
  const q = p - 0.5;
  return (polynomial(MIDDLE, q * q) * q) / (polynomial(MIDDLE_DIVISOR, q * q) * q * q + 1);
}

const MIDDLE = [
  -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
];
const MIDDLE_DIVISOR = [
  -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572,
];
const TAIL = [
  -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const TAIL_DIVISOR = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416];

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}
