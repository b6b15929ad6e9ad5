// From the physical values of Parquet, one after another, to the values of the engine's kinds.
// Kept equal with CONVERSION in src/parquet/leaf-conversion.ts.
import { INVALID_VALUE, OK, OVERFLOW } from '../vector/status';

const INT8: i32 = 1;
const UINT8: i32 = 2;
const INT16: i32 = 3;
const UINT16: i32 = 4;
const INT32_TO_I64: i32 = 5;
const UINT32_TO_I64: i32 = 6;
const INT32_MILLIS: i32 = 7;
const INT32_TO_I128: i32 = 8;
const INT64_MILLIS: i32 = 9;
const INT64_NANOS: i32 = 10;
const INT64_TO_I128: i32 = 11;
const UINT64_TO_I128: i32 = 12;
const INT96: i32 = 13;
const FLOAT: i32 = 14;
const FLOAT16: i32 = 15;
const FIXED_TO_I64: i32 = 16;
const FIXED_TO_I128: i32 = 17;
const BYTES_TO_I64: i32 = 18;
const BYTES_TO_I128: i32 = 19;
const FIXED_TO_REF: i32 = 20;
const INTERVAL: i32 = 21;

const MICROS_PER_DAY: i64 = 86400000000;
/** The Julian day number of 1970-01-01. */
const JULIAN_EPOCH: i64 = 2440588;

/**
 * Converts `n` values. `width`: bytes of a FIXED_LEN_BYTE_ARRAY. OVERFLOW for a timestamp beyond 64 bits of microseconds,
 * INVALID_VALUE for a decimal with more digits than its type can hold.
 */
export function convert(operation: i32, out: usize, source: usize, n: u32, width: u32): i32 {
  const end = source + n * (operation == FIXED_TO_I64 || operation == FIXED_TO_I128 || operation == FIXED_TO_REF ? width : sourceWidth(operation));
  switch (operation) {
    case INT8:
      for (; source < end; source += 4, out += 4) store<i32>(out, <i32>load<i8>(source));
      return OK;
    case UINT8:
      for (; source < end; source += 4, out += 4) store<i32>(out, <i32>load<u8>(source));
      return OK;
    case INT16:
      for (; source < end; source += 4, out += 4) store<i32>(out, <i32>load<i16>(source));
      return OK;
    case UINT16:
      for (; source < end; source += 4, out += 4) store<i32>(out, <i32>load<u16>(source));
      return OK;
    case INT32_TO_I64:
      for (; source < end; source += 4, out += 8) store<i64>(out, <i64>load<i32>(source));
      return OK;
    case UINT32_TO_I64:
      for (; source < end; source += 4, out += 8) store<u64>(out, <u64>load<u32>(source));
      return OK;
    case INT32_MILLIS:
      for (; source < end; source += 4, out += 8) store<i64>(out, <i64>load<i32>(source) * 1000);
      return OK;
    case INT32_TO_I128:
      for (; source < end; source += 4, out += 16) store_i128(out, <i64>load<i32>(source));
      return OK;
    case INT64_MILLIS:
      for (; source < end; source += 8, out += 8) {
        const value = load<i64>(source);
        const micros = value * 1000;
        if (micros / 1000 != value) return OVERFLOW;
        store<i64>(out, micros);
      }
      return OK;
    case INT64_NANOS:
      for (; source < end; source += 8, out += 8) store<i64>(out, floor_thousandth(load<i64>(source)));
      return OK;
    case INT64_TO_I128:
      for (; source < end; source += 8, out += 16) store_i128(out, load<i64>(source));
      return OK;
    case UINT64_TO_I128:
      for (; source < end; source += 8, out += 16) {
        store<u64>(out, load<u64>(source));
        store<u64>(out, 0, 8);
      }
      return OK;
    case INT96:
      for (; source < end; source += 12, out += 8) {
        const days = <i64>load<i32>(source, 8) - JULIAN_EPOCH;
        // More than 2^31 days would not fit; days of 32 bits times microseconds of a day may not.
        if (days > 106751990 || days < -106751990) return OVERFLOW;
        store<i64>(out, days * MICROS_PER_DAY + floor_thousandth(load<i64>(source)));
      }
      return OK;
    case FLOAT:
      for (; source < end; source += 4, out += 8) store<f64>(out, <f64>load<f32>(source));
      return OK;
    case FLOAT16:
      for (; source < end; source += 2, out += 8) store<f64>(out, half_to_double(<u32>load<u16>(source)));
      return OK;
    case FIXED_TO_I64:
      for (; source < end; source += width, out += 8) if (!decimal_i64(out, source, width)) return INVALID_VALUE;
      return OK;
    case FIXED_TO_I128:
      for (; source < end; source += width, out += 16) if (!decimal_i128(out, source, width)) return INVALID_VALUE;
      return OK;
    case BYTES_TO_I64:
      for (; source < end; source += 8, out += 8) {
        if (!decimal_i64(out, load<u32>(source), load<u32>(source, 4))) return INVALID_VALUE;
      }
      return OK;
    case BYTES_TO_I128:
      for (; source < end; source += 8, out += 16) {
        if (!decimal_i128(out, load<u32>(source), load<u32>(source, 4))) return INVALID_VALUE;
      }
      return OK;
    case FIXED_TO_REF:
      for (; source < end; source += width, out += 8) {
        store<u32>(out, <u32>source);
        store<u32>(out, width, 4);
      }
      return OK;
    case INTERVAL:
      // Three unsigned numbers: months, days, milliseconds.
      for (; source < end; source += 12, out += 16) {
        const millis = <i64>load<u32>(source, 8);
        store<u64>(out, load<u64>(source));
        store<i64>(out, millis * 1000, 8);
      }
      return OK;
    default:
      return INVALID_VALUE;
  }
}

function sourceWidth(operation: i32): u32 {
  if (operation == INT96 || operation == INTERVAL) return 12;
  if (operation == FLOAT16) return 2;
  if (operation >= INT64_MILLIS && operation <= UINT64_TO_I128) return 8;
  return operation == BYTES_TO_I64 || operation == BYTES_TO_I128 ? 8 : 4;
}

/** From one kind to a wider one: `from` and `to` are their bytes. */
export function widen(out: usize, source: usize, n: u32, from: u32, to: u32): void {
  const end = source + n * from;
  if (to == 8) for (; source < end; source += 4, out += 8) store<i64>(out, <i64>load<i32>(source));
  else if (from == 4) for (; source < end; source += 4, out += 16) store_i128(out, <i64>load<i32>(source));
  else for (; source < end; source += 8, out += 16) store_i128(out, load<i64>(source));
}

// @ts-ignore: decorator
@inline
function store_i128(out: usize, value: i64): void {
  store<i64>(out, value);
  store<i64>(out, value >> 63, 8);
}

// @ts-ignore: decorator
@inline
function floor_thousandth(value: i64): i64 {
  const quotient = value / 1000;
  return quotient - <i64>(value - quotient * 1000 < 0);
}

function half_to_double(bits: u32): f64 {
  const exponent = (bits >> 10) & 31;
  const fraction = <u64>(bits & 0x3ff);
  const sign = <u64>(bits >> 15) << 63;
  if (exponent == 31) return reinterpret<f64>(sign | 0x7ff0000000000000 | (fraction << 42));
  if (exponent == 0) {
    const magnitude = <f64>fraction * 5.9604644775390625e-8;
    return sign != 0 ? -magnitude : magnitude;
  }
  return reinterpret<f64>(sign | (<u64>(exponent + 1008) << 52) | (fraction << 42));
}

/** A big-endian two's complement number of `width` bytes; false when it needs more than 64 bits. */
// @ts-ignore: decorator
@inline
function decimal_i64(out: usize, at: usize, width: u32): bool {
  if (width == 0) {
    store<i64>(out, 0);
    return true;
  }
  let value = <i64>load<i8>(at);
  for (let i: u32 = 1; i < width; i++) {
    // What is shifted out must repeat the sign.
    if (i >= 8 && (value >> 55) != 0 && (value >> 55) != -1) return false;
    value = (value << 8) | <i64>load<u8>(at + i);
  }
  store<i64>(out, value);
  return true;
}

function decimal_i128(out: usize, at: usize, width: u32): bool {
  let low: u64 = 0;
  let high: u64 = width > 0 && load<i8>(at) < 0 ? 0xffffffffffffffff : 0;
  low = high;
  for (let i: u32 = 0; i < width; i++) {
    const top = <i64>high >> 55;
    if (i >= 16 && top != 0 && top != -1) return false;
    high = (high << 8) | (low >> 56);
    low = (low << 8) | <u64>load<u8>(at + i);
  }
  store<u64>(out, low);
  store<u64>(out, high, 8);
  return true;
}
