// The order of single values, as PostgreSQL has it. Sorting and hashing kernels use it too.

/** Less than 0, 0 or more than 0: the 128-bit integers at `a` and `b`. */
@inline
export function orderI128(a: usize, b: usize): i32 {
  const ah = load<i64>(a, 8);
  const bh = load<i64>(b, 8);
  if (ah != bh) return ah < bh ? -1 : 1;
  const al = load<u64>(a);
  const bl = load<u64>(b);
  return <i32>(al > bl) - <i32>(al < bl);
}

/** Floats: NaN equals NaN and is greater than all else; -0 equals 0. */
@inline
export function orderF64(a: f64, b: f64): i32 {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a == b) return 0;
  return <i32>(a != a) - <i32>(b != b);
}

/** Bytes of the `ref`s at `a` and `b`, unsigned; a prefix comes first. May read up to 7 bytes past their ends. */
export function orderRef(a: usize, b: usize): i32 {
  const aLength = load<u32>(a, 4);
  const bLength = load<u32>(b, 4);
  let p = <usize>load<u32>(a);
  let q = <usize>load<u32>(b);
  const n = min(aLength, bLength);
  const end = p + n;
  while (p + 8 <= end) {
    const x = load<u64>(p);
    const y = load<u64>(q);
    if (x != y) return bswap<u64>(x) < bswap<u64>(y) ? -1 : 1;
    p += 8;
    q += 8;
  }
  if (p < end) {
    const shift = (8 - <u64>(end - p)) << 3;
    const x = load<u64>(p) << shift;
    const y = load<u64>(q) << shift;
    if (x != y) return bswap<u64>(x) < bswap<u64>(y) ? -1 : 1;
  }
  return <i32>(aLength > bLength) - <i32>(aLength < bLength);
}

/** Whether the `ref`s at `a` and `b` have the same bytes. May read up to 7 bytes past their ends. */
@inline
export function equalRef(a: usize, b: usize): bool {
  const length = load<u32>(a, 4);
  if (length != load<u32>(b, 4)) return false;
  return equalBytes(<usize>load<u32>(a), <usize>load<u32>(b), length);
}

/** Whether `n` bytes are the same. May read up to 7 bytes past their ends. */
export function equalBytes(p: usize, q: usize, n: usize): bool {
  const end = p + n;
  while (p + 8 <= end) {
    if (load<u64>(p) != load<u64>(q)) return false;
    p += 8;
    q += 8;
  }
  if (p == end) return true;
  return ((load<u64>(p) ^ load<u64>(q)) << ((8 - <u64>(end - p)) << 3)) == 0;
}

const MICROS_A_DAY: i64 = 86400000000;

/** Whole days of an interval with 30 days a month; what the microseconds exceed a day is carried over. */
@inline
export function intervalDays(at: usize): i64 {
  const micros = load<i64>(at, 8);
  let carried = micros / MICROS_A_DAY;
  if (micros < carried * MICROS_A_DAY) carried--;
  return <i64>load<i32>(at) * 30 + <i64>load<i32>(at, 4) + carried;
}

/** What is left of the microseconds after {@link intervalDays}: 0 to a day. */
@inline
export function intervalMicrosOfDay(at: usize): i64 {
  const micros = load<i64>(at, 8);
  const rest = micros % MICROS_A_DAY;
  return rest < 0 ? rest + MICROS_A_DAY : rest;
}

/** Intervals by their length with 30 days a month and 24 hours a day, as PostgreSQL's `interval_cmp`. */
export function orderInterval(a: usize, b: usize): i32 {
  const ad = intervalDays(a);
  const bd = intervalDays(b);
  if (ad != bd) return ad < bd ? -1 : 1;
  const am = intervalMicrosOfDay(a);
  const bm = intervalMicrosOfDay(b);
  return <i32>(am > bm) - <i32>(am < bm);
}
