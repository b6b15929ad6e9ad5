// The order of rows by several keys. A key is described by 16 bytes: address of its flat values, address of its validity bytes (0
// without nulls), kind (see `KIND_*`), flags (`DESCENDING`, `NULLS_FIRST`), each a u32.
import { orderF64, orderI128, orderInterval, orderRef } from '../expression/value-order';

const KEY_BYTES: usize = 16;

const KIND_BOOL: u32 = 0;
const KIND_I32: u32 = 1;
const KIND_I64: u32 = 2;
const KIND_F64: u32 = 3;
const KIND_I128: u32 = 4;
const KIND_INTERVAL: u32 = 6;

const DESCENDING: u32 = 1;
const NULLS_FIRST: u32 = 2;

/** Less than 0, 0 or more than 0: value `i` of those at `a` and value `j` of those at `b`, of one kind. */
export function orderValues(kind: u32, a: usize, i: usize, b: usize, j: usize): i32 {
  if (kind == KIND_BOOL) return <i32>load<u8>(a + i) - <i32>load<u8>(b + j);
  if (kind == KIND_I32) {
    const x = load<i32>(a + (i << 2));
    const y = load<i32>(b + (j << 2));
    return <i32>(x > y) - <i32>(x < y);
  }
  if (kind == KIND_I64) {
    const x = load<i64>(a + (i << 3));
    const y = load<i64>(b + (j << 3));
    return <i32>(x > y) - <i32>(x < y);
  }
  if (kind == KIND_F64) return orderF64(load<f64>(a + (i << 3)), load<f64>(b + (j << 3)));
  if (kind == KIND_I128) return orderI128(a + (i << 4), b + (j << 4));
  if (kind == KIND_INTERVAL) return orderInterval(a + (i << 4), b + (j << 4));
  return orderRef(a + (i << 3), b + (j << 3));
}

/**
 * Less than 0 when row `i` of the keys at `a` comes before row `j` of those at `b`, more when it comes after, from key `first`
 * on. Kinds and flags are those of `a`.
 */
export function orderRows(a: usize, i: usize, b: usize, j: usize, first: i32, numKeys: i32): i32 {
  for (let key = first; key < numKeys; key++) {
    const p = a + <usize>key * KEY_BYTES;
    const q = b + <usize>key * KEY_BYTES;
    const flags = load<u32>(p, 12);
    const pv = <usize>load<u32>(p, 4);
    const qv = <usize>load<u32>(q, 4);
    const aValid = pv == 0 || load<u8>(pv + i) != 0;
    const bValid = qv == 0 || load<u8>(qv + j) != 0;
    if (aValid && bValid) {
      const order = orderValues(load<u32>(p, 8), <usize>load<u32>(p), i, <usize>load<u32>(q), j);
      if (order != 0) return (flags & DESCENDING) != 0 ? -order : order;
    } else if (aValid != bValid) {
      const nullIsLess = (flags & NULLS_FIRST) != 0;
      return aValid == nullIsLess ? 1 : -1;
    }
  }
  return 0;
}

// Prefixes: 64 unsigned bits a row that are in the order of the first key, flags included. A prefix decides between rows unless it
// is equal; then the whole keys do, except where the kind says that equal prefixes are equal keys (bool, i32, and with
// `nullable` 0 i64, f64 and 64-bit i128).

const SIGN: u64 = 0x8000000000000000;

// @ts-ignore: decorator
@inline
function floatBits(value: f64): u64 {
  if (value != value) return 0xffffffffffffffff;
  const bits = reinterpret<u64>(value + 0.0);
  return (bits & SIGN) != 0 ? ~bits : bits | SIGN;
}

// @ts-ignore: decorator
@inline
function saturated(low: u64, high: i64): u64 {
  if (high == <i64>low >> 63) return low ^ SIGN;
  return high < 0 ? 0 : 0xffffffffffffffff;
}

// @ts-ignore: decorator
@inline
function refBits(ref: usize): u64 {
  const length = <u64>load<u32>(ref, 4);
  if (length == 0) return 0;
  const word = bswap<u64>(load<u64>(<usize>load<u32>(ref)));
  return length >= 8 ? word : word & ~((<u64>0xffffffffffffffff) >> (length << 3));
}

function valueBits(kind: u32, data: usize, i: usize): u64 {
  if (kind == KIND_BOOL) return <u64>load<u8>(data + i) << 63;
  if (kind == KIND_I32) return (<u64>load<u32>(data + (i << 2)) ^ 0x80000000) << 32;
  if (kind == KIND_I64) return load<u64>(data + (i << 3)) ^ SIGN;
  if (kind == KIND_F64) return floatBits(load<f64>(data + (i << 3)));
  if (kind == KIND_I128) return saturated(load<u64>(data + (i << 4)), load<i64>(data + (i << 4), 8));
  if (kind == KIND_INTERVAL) return 0;
  return refBits(data + (i << 3));
}

/**
 * The prefix of row `i` of the key at `key`. With `nullable` the lowest bit gives way to one that sets nulls apart; prefixes are
 * only comparable with others made the same way.
 */
// @ts-ignore: decorator
@inline
export function prefixOf(key: usize, i: usize, nullable: i32): u64 {
  const flags = load<u32>(key, 12);
  const validity = <usize>load<u32>(key, 4);
  const nullsFirst = (flags & NULLS_FIRST) != 0;
  if (nullable && validity != 0 && load<u8>(validity + i) == 0) return nullsFirst ? 0 : 0xffffffffffffffff;
  let bits = valueBits(load<u32>(key, 8), <usize>load<u32>(key), i);
  if ((flags & DESCENDING) != 0) bits = ~bits;
  if (!nullable) return bits;
  return nullsFirst ? (bits >> 1) | SIGN : bits >> 1;
}
