const GOLDEN_RATIO_32 = 0x9e3779b1;
const TWO_POW_32 = 2 ** 32;

/** The finalizer of MurmurHash3 (Appleby, public domain): every bit of the input changes each bit of the output half the time. */
function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * The random number of a row in a stream, from 0 (inclusive) to 1: the same for the same arguments, whatever was asked
 * before, so that tables can be made from any row on. Rows up to 2^32.
 */
export function rowRandom(stream: number, row: number): number {
  return mix(mix(row + Math.imul(stream, GOLDEN_RATIO_32)) ^ stream) / TWO_POW_32;
}

/** A whole number from 0 to `count - 1`, each as likely. */
export function rowInteger(stream: number, row: number, count: number): number {
  return Math.floor(rowRandom(stream, row) * count);
}

/** 64 random bits as a signed integer. */
export function rowBigInt(stream: number, row: number): bigint {
  const high = BigInt(rowInteger(stream, row, TWO_POW_32));
  return BigInt.asIntN(64, (high << 32n) | BigInt(rowInteger(~stream, row, TWO_POW_32)));
}

/**
 * A rank from 0 to `count - 1` of which the low ones are common, as words and pages are: the log of the rank is evenly
 * spread, so each rank is about as likely as one over its number.
 */
export function rowRank(stream: number, row: number, count: number): number {
  return Math.min(count - 1, Math.floor(count ** rowRandom(stream, row)) - 1);
}
