/** A number as `digits` × 10^`power`. */
interface DecimalText {
  readonly digits: bigint;
  readonly power: number;
}

function readDecimal(text: string): DecimalText {
  const match = /^\s*[+-]?(\d*)\.?(\d*)(?:e([+-]?\d+))?\s*$/i.exec(text)!;
  const fraction = match[2] ?? '';
  return { digits: BigInt(`${match[1]}${fraction}`), power: Number(match[3] ?? 0) - fraction.length };
}

/** Sign of |text| - `value`, exactly; `value` is positive and finite. */
function compareExactly(text: string, value: number): number {
  const { digits, power } = readDecimal(text);
  let mantissa = value;
  let exponent = 0;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    exponent--;
  }
  const shift = BigInt(-exponent);
  const left = digits * 2n ** shift * (power > 0 ? 10n ** BigInt(power) : 1n);
  const right = BigInt(mantissa) * (power < 0 ? 10n ** BigInt(-power) : 1n);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The float32 next to a positive one, above (`step` 1) or below (-1). */
function neighbour(value: number, step: number): number {
  const bits = new Int32Array(1);
  new Float32Array(bits.buffer)[0] = value;
  bits[0]! += step;
  return new Float32Array(bits.buffer)[0]!;
}

/**
 * The float32 nearest to a decimal text. Rounding the nearest double again is wrong only when that double lies exactly in the
 * middle of two float32 and the text does not; then the text decides.
 */
export function nearestFloat32(text: string): number {
  const double = Number(text);
  const single = Math.fround(double);
  if (single === double || !Number.isFinite(single)) return single;
  const size = Math.abs(double);
  const near = Math.abs(single);
  const other = neighbour(near, size > near ? 1 : -1);
  if (near + (other - near) / 2 !== size) return single;
  const side = compareExactly(text, size);
  if (side === 0) return single;
  const chosen = side > 0 ? Math.max(near, other) : Math.min(near, other);
  return double < 0 ? -chosen : chosen;
}
