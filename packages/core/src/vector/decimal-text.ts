/** An unscaled decimal with its point: `decimalText(-5, 2)` is `-0.05`. A number must be an integer below 2^53. */
export function decimalText(unscaled: number | bigint, scale: number): string {
  if (scale === 0) return unscaled.toString();
  const isNegative = unscaled < 0;
  const digits = (isNegative ? -unscaled : unscaled).toString();
  const whole = digits.length > scale ? digits.slice(0, -scale) : '0';
  const fraction = digits.length > scale ? digits.slice(-scale) : digits.padStart(scale, '0');
  return `${isNegative ? '-' : ''}${whole}.${fraction}`;
}
