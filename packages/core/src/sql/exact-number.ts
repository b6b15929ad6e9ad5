import { type DataType, type DecimalType, decimal, MAX_DECIMAL_PRECISION } from '../types/index.ts';

const INTEGER = /^[+-]?(?:\d+(?:_\d+)*|0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+)$/;
const NUMBER = /^([+-]?)(\d+(?:_\d+)*)?(?:\.(\d+(?:_\d+)*)?)?(?:[eE]([+-]?\d+(?:_\d+)*))?$/;
/** Beyond this exponent no type has room, and the digits would only cost memory. */
const MAX_EXPONENT = 1000;

const RANGE: Readonly<Record<string, readonly [bigint, bigint]>> = Object.fromEntries(
  [8n, 16n, 32n, 64n].flatMap((bits) => [
    [`int${bits}`, [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n]],
    [`uint${bits}`, [0n, 2n ** bits - 1n]],
  ]),
);
const WIDE: ReadonlySet<string> = new Set(['int64', 'uint32', 'uint64']);

/** Whether an integer type holds a value. */
export function integerHolds(type: DataType, value: bigint): boolean {
  const range = RANGE[type.id];
  return range !== undefined && value >= range[0] && value <= range[1];
}

/** A value of an integer type in the form that literals have. */
export function integerLiteral(type: DataType, value: bigint): number | bigint {
  return WIDE.has(type.id) ? value : Number(value);
}

/** A number as it was written: `unscaled` / 10^`scale`. A scale below 0 means an exponent beyond reason. */
export interface ExactNumber {
  readonly unscaled: bigint;
  readonly scale: number;
}

/** The exact value of decimal notation, or of an integer's; undefined for anything else. */
export function exactNumber(text: string): ExactNumber | undefined {
  const trimmed = text.trim();
  if (INTEGER.test(trimmed)) {
    const digits = trimmed.replaceAll('_', '').replace(/^[+-]/, '');
    return { unscaled: trimmed.startsWith('-') ? -BigInt(digits) : BigInt(digits), scale: 0 };
  }
  const match = NUMBER.exec(trimmed);
  const whole = match?.[2] ?? '';
  const fraction = (match?.[3] ?? '').replaceAll('_', '');
  if (!match || (whole === '' && fraction === '')) return undefined;
  const exponent = Number((match[4] ?? '0').replaceAll('_', ''));
  const digits = BigInt(whole.replaceAll('_', '') + fraction);
  const unscaled = match[1] === '-' ? -digits : digits;
  const scale = fraction.length - exponent;
  if (digits === 0n) return { unscaled, scale: Math.min(Math.max(scale, 0), MAX_EXPONENT) };
  if (Math.abs(exponent) > MAX_EXPONENT) return { unscaled, scale: -exponent };
  return scale >= 0 ? { unscaled, scale } : { unscaled: unscaled * 10n ** BigInt(-scale), scale: 0 };
}

/** The narrowest decimal that holds a number with all its digits; undefined when 38 are not enough. */
export function naturalDecimal({ unscaled, scale }: ExactNumber): DecimalType | undefined {
  if (scale < 0) return undefined;
  const digits = unscaled === 0n ? 1 : (unscaled < 0n ? -unscaled : unscaled).toString().length;
  const precision = Math.max(digits, scale, 1);
  return precision > MAX_DECIMAL_PRECISION ? undefined : decimal(precision, scale);
}

/** A number in the scale of a decimal type, rounded half away from zero; undefined when the type has too few digits. */
export function toUnscaled({ unscaled, scale }: ExactNumber, type: DecimalType): bigint | undefined {
  if (scale < 0) return undefined;
  const value = rescale(unscaled, scale, type.scale);
  return (value < 0n ? -value : value) < 10n ** BigInt(type.precision) ? value : undefined;
}

/** `unscaled` / 10^`from` as a multiple of 10^-`to`, rounded half away from zero. */
export function rescale(unscaled: bigint, from: number, to: number): bigint {
  if (to >= from) return unscaled * 10n ** BigInt(to - from);
  const divisor = 10n ** BigInt(from - to);
  const half = divisor / 2n;
  return (unscaled + (unscaled < 0n ? -half : half)) / divisor;
}
