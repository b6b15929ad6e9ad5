// The hash of values: 64 bits, no seed, the same for equal values of one type whatever their encoding, so that a hash
// computed on one worker means the same on another.
//
// - fixed widths: `finish(value)`, integers sign-extended to 64 bits; -0 as 0, every NaN as one; 128 bits as
//   `finish(low ^ finish(high + P3))`; intervals as their whole days (a month is 30) and the rest in microseconds, like i128.
// - bytes: words of 8 (the last one filled up with 0), each `h = rotl(h ^ word * P2, 31) * P1`, from `h = length * P3`;
//   at last `finish(h)`.
// - null: NULL_HASH.
// - several columns: `h = finish(rotl(h, 32) + next)` from left to right.
//
// The constants are xxHash64's primes, `finish` is MurmurHash3's 64-bit finalizer.
import { intervalDays, intervalMicrosOfDay } from '../expression/value-order';

const P1: u64 = 0x9e3779b185ebca87;
const P2: u64 = 0xc2b2ae3d27d4eb4f;
const P3: u64 = 0x165667b19e3779f9;
const NULL_HASH: u64 = 0x27d4eb2f165667c5;

// @ts-ignore: decorator
@inline
export function finish(value: u64): u64 {
  value ^= value >> 33;
  value *= 0xff51afd7ed558ccd;
  value ^= value >> 33;
  value *= 0xc4ceb9fe1a85ec53;
  return value ^ (value >> 33);
}

// @ts-ignore: decorator
@inline
function put(out: usize, i: i32, hash: u64, combine: i32): void {
  const at = out + (<usize>i << 3);
  store<u64>(at, combine ? finish(rotl(load<u64>(at), 32) + hash) : hash);
}

// @ts-ignore: decorator
@inline
function isNull(validity: usize, i: i32): bool {
  return validity != 0 && load<u8>(validity + <usize>i) == 0;
}

export function hashBytes(address: usize, length: usize): u64 {
  let h = <u64>length * P3;
  let i: usize = 0;
  for (; i + 8 <= length; i += 8) h = rotl(h ^ (load<u64>(address + i) * P2), 31) * P1;
  if (i < length) {
    // Blocks have slack, so the load past the end is safe; the bytes that do not belong are cut off.
    const word = load<u64>(address + i) & (~(<u64>0) >> (<u64>(8 - (length - i)) << 3));
    h = rotl(h ^ (word * P2), 31) * P1;
  }
  return finish(h);
}

// @ts-ignore: decorator
@inline
function hashWide(low: u64, high: u64): u64 {
  return finish(low ^ finish(high + P3));
}

export function hash_bool(out: usize, values: usize, validity: usize, n: i32, combine: i32): void {
  for (let i = 0; i < n; i++) {
    const hash = isNull(validity, i) ? NULL_HASH : finish(<u64>(load<u8>(values + <usize>i) != 0));
    put(out, i, hash, combine);
  }
}

export function hash_i32(out: usize, values: usize, validity: usize, n: i32, combine: i32): void {
  for (let i = 0; i < n; i++) {
    const hash = isNull(validity, i) ? NULL_HASH : finish(<u64>(<i64>load<i32>(values + (<usize>i << 2))));
    put(out, i, hash, combine);
  }
}

export function hash_i64(out: usize, values: usize, validity: usize, n: i32, combine: i32): void {
  for (let i = 0; i < n; i++) {
    const hash = isNull(validity, i) ? NULL_HASH : finish(load<u64>(values + (<usize>i << 3)));
    put(out, i, hash, combine);
  }
}

export function hash_f64(out: usize, values: usize, validity: usize, n: i32, combine: i32): void {
  for (let i = 0; i < n; i++) {
    const value = load<f64>(values + (<usize>i << 3));
    let bits = reinterpret<u64>(value + 0.0);
    if (value != value) bits = 0x7ff8000000000000;
    put(out, i, isNull(validity, i) ? NULL_HASH : finish(bits), combine);
  }
}

export function hash_i128(out: usize, values: usize, validity: usize, n: i32, combine: i32): void {
  for (let i = 0; i < n; i++) {
    const at = values + (<usize>i << 4);
    put(out, i, isNull(validity, i) ? NULL_HASH : hashWide(load<u64>(at), load<u64>(at, 8)), combine);
  }
}

export function hash_interval(out: usize, values: usize, validity: usize, n: i32, combine: i32): void {
  for (let i = 0; i < n; i++) {
    const at = values + (<usize>i << 4);
    const hash = hashWide(<u64>intervalMicrosOfDay(at), <u64>intervalDays(at));
    put(out, i, isNull(validity, i) ? NULL_HASH : hash, combine);
  }
}

export function hash_ref(out: usize, values: usize, validity: usize, n: i32, combine: i32): void {
  for (let i = 0; i < n; i++) {
    const ref = values + (<usize>i << 3);
    const hash = isNull(validity, i) ? NULL_HASH : hashBytes(<usize>load<u32>(ref), <usize>load<u32>(ref, 4));
    put(out, i, hash, combine);
  }
}

/** Rows of a dictionary vector, from the hashes of its entries. */
export function hash_codes(
  out: usize,
  codes: usize,
  entryHashes: usize,
  validity: usize,
  n: i32,
  combine: i32,
): void {
  for (let i = 0; i < n; i++) {
    const code = <usize>load<u32>(codes + (<usize>i << 2));
    const hash = isNull(validity, i) ? NULL_HASH : load<u64>(entryHashes + (code << 3));
    put(out, i, hash, combine);
  }
}

/** The partition of each row: the high half of its hash, scaled to `numPartitions` (Lemire's multiplicative range). */
export function partition_of_hashes(out: usize, hashes: usize, n: i32, numPartitions: i32): void {
  for (let i = 0; i < n; i++) {
    const high = load<u64>(hashes + (<usize>i << 3)) >> 32;
    store<u32>(out + (<usize>i << 2), <u32>((high * <u64>(<u32>numPartitions)) >> 32));
  }
}

/**
 * The partition of each row at a depth of 1 or more. Hashes are mixed anew with the depth: rows that share a partition at one
 * depth are spread over all of the next.
 */
export function partition_of_hashes_at(out: usize, hashes: usize, n: i32, numPartitions: i32, depth: i32): void {
  const salt = <u64>(<u32>depth) * P1;
  for (let i = 0; i < n; i++) {
    const high = finish(load<u64>(hashes + (<usize>i << 3)) ^ salt) >> 32;
    store<u32>(out + (<usize>i << 2), <u32>((high * <u64>(<u32>numPartitions)) >> 32));
  }
}
