import { row_counts, store_null_ref, store_ref } from './row';
import { NODE_BYTES, NODE_FIELD, node_field, node_type, write_node, write_ordinal } from './template';

// `to_char` of numbers: NUM_processor in PostgreSQL's formatting.c, whose steps and names are kept. Fields have the codes of
// src/expression/scalar/format/number-template.ts.

export const COMMA = 0;
export const POINT = 1;
export const ZERO_DIGIT = 2;
export const DIGIT = 3;
export const LOCALE_POINT = 4;
export const LOCALE_GROUP = 5;
export const CURRENCY = 6;
export const MINUS_SIGN = 7;
export const PLUS_SIGN = 8;
export const ROMAN_UPPER = 10;
export const ROMAN_LOWER = 11;
export const ANY_SIGN = 12;
export const ORDINAL_UPPER = 15;
export const ORDINAL_LOWER = 16;

export const FLAG_DECIMAL: u32 = 1;
export const FLAG_ZERO: u32 = 2;
export const FLAG_BLANK: u32 = 4;
export const FLAG_FILL: u32 = 8;
export const FLAG_LSIGN: u32 = 16;
export const FLAG_BRACKET: u32 = 32;
export const FLAG_MINUS: u32 = 64;
export const FLAG_PLUS: u32 = 128;
export const FLAG_ROMAN: u32 = 256;

// What the template says: see `desc` of number_to_char.
let flags: u32 = 0;
let pre: i32 = 0;
let post: i32 = 0;
let zero_start: i32 = 0;
let zero_end: i32 = 0;
let sign_behind: bool = false;

/** Digits of the number: whole digits, and behind a point those after it. */
const NUMBER: usize = memory.data(256);
let number_length: usize = 0;
let number_at: usize = 0;
let last_relevant: usize = 0;
let negative: bool = false;
let sign_wrote: bool = false;
let out_pre_spaces: i32 = 0;
let num_count: i32 = 0;
let num_current: i32 = 0;
let num_in: bool = false;

@inline
function number_byte(at: usize): u32 {
  return at < NUMBER + number_length ? <u32>load<u8>(at) : 0;
}

/** Reads `[-]ddd[.ddd]` and moves the point `shift` places to the right. Sets `negative` and answers with the whole digits. */
function take_number(at: usize, end: usize, shift: i32): i32 {
  negative = load<u8>(at) == 45;
  if (negative) at++;
  let out = NUMBER;
  let whole = 0;
  let after = -1;
  for (; at < end; at++) {
    const byte = load<u8>(at);
    if (byte == 46) {
      after = 0;
      continue;
    }
    if (after >= 0) {
      if (after == shift) {
        if (out == NUMBER) store<u8>(out++, 48);
        store<u8>(out++, 46);
      }
      after++;
    }
    // Leading zeros of what the shift has made whole go.
    if (byte == 48 && out == NUMBER && shift > 0 && at + 1 < end) continue;
    if (after < 0 || after <= shift) whole++;
    store<u8>(out++, byte);
  }
  number_length = out - NUMBER;
  if (whole == 0) whole = 1;
  return whole;
}

@inline
function is_predecimal_space(): bool {
  return !(flags & FLAG_ZERO) && number_at == NUMBER && load<u8>(NUMBER) == 48 && post != 0;
}

/** The last digit after the point that is not 0, or the point; 0 when there is no point. */
function find_last_relevant(): usize {
  let point: usize = 0;
  for (let at = NUMBER; at < NUMBER + number_length; at++) if (load<u8>(at) == 46) point = at;
  if (point == 0) return 0;
  let result = point;
  for (let at = point + 1; at < NUMBER + number_length; at++) if (load<u8>(at) != 48) result = at;
  return result;
}

@inline
function last_is_point(): bool {
  return last_relevant != 0 && load<u8>(last_relevant) == 46;
}

function write_digit_node(field: i32, out: usize): usize {
  const start = out;
  const fill = (flags & FLAG_FILL) != 0;
  const zero = (flags & FLAG_ZERO) != 0;
  num_in = false;
  if (
    !sign_wrote && (num_current >= out_pre_spaces || (zero && zero_start == num_current)) &&
    (!is_predecimal_space() || last_is_point())
  ) {
    if (flags & FLAG_LSIGN) {
      if (!sign_behind) {
        store<u8>(out++, negative ? 45 : 43);
        sign_wrote = true;
      }
    } else if (flags & FLAG_BRACKET) {
      store<u8>(out++, negative ? 60 : 32);
      sign_wrote = true;
    } else {
      if (negative) store<u8>(out++, 45);
      else if (!fill) store<u8>(out++, 32);
      sign_wrote = true;
    }
  }
  if (num_current < out_pre_spaces && (zero_start > num_current || !zero)) {
    if (!fill) store<u8>(out++, 32);
  } else if (zero && num_current < out_pre_spaces && zero_start <= num_current) {
    store<u8>(out++, 48);
    num_in = true;
  } else {
    if (number_byte(number_at) == 46) {
      if (!last_is_point() || fill) store<u8>(out++, 46);
    } else if (last_relevant != 0 && number_at > last_relevant && field != ZERO_DIGIT) {
      // A digit that says nothing.
    } else if (is_predecimal_space()) {
      if (!fill) store<u8>(out++, 32);
      else if (last_is_point()) store<u8>(out++, 48);
    } else if (number_byte(number_at) != 0) {
      store<u8>(out++, <u8>number_byte(number_at));
      num_in = true;
    }
    if (number_byte(number_at) != 0) number_at++;
  }
  let end = num_count + (out_pre_spaces ? 1 : 0) + (flags & FLAG_DECIMAL ? 1 : 0);
  if (last_relevant != 0 && last_relevant == number_at) end = num_current;
  if (num_current + 1 == end) {
    if (sign_wrote && (flags & FLAG_BRACKET)) store<u8>(out++, negative ? 62 : 32);
    else if (flags & FLAG_LSIGN && sign_behind) store<u8>(out++, negative ? 45 : 43);
  }
  num_current++;
  return out - start;
}

function write_group(out: usize): usize {
  if (!num_in && (flags & FLAG_FILL)) return 0;
  store<u8>(out, num_in ? 44 : 32);
  return 1;
}

/** The number of the digits before the point, as far as its last two digits tell. */
function number_ending(): u64 {
  let value: u64 = 0;
  for (let at = NUMBER; number_byte(at) - 48 < 10; at++) value = (value * 10 + <u64>(load<u8>(at) - 48)) % 1000;
  return value;
}

const ROMAN_VALUES: usize = memory.data<u16>([1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1]);
/** Two letters each; a space is no letter. */
const ROMAN_LETTERS: usize = memory.data<u8>([
  77, 32, 67, 77, 68, 32, 67, 68, 67, 32, 88, 67, 76, 32, 88, 76, 88, 32, 73, 88, 86, 32, 73, 86, 73, 32,
]);

function write_roman(out: usize, lower: bool): usize {
  let value: u32 = 0;
  for (let at = NUMBER; number_byte(at) - 48 < 10 && value < 10000; at++) value = value * 10 + <u32>(load<u8>(at) - 48);
  let length: usize = 0;
  if (negative || value < 1 || value > 3999) {
    memory.fill(out, 35, 15);
    return 15;
  }
  for (let i: usize = 0; i < 13; i++) {
    const unit = <u32>load<u16>(ROMAN_VALUES + i * 2);
    for (; value >= unit; value -= unit) {
      for (let j: usize = 0; j < 2; j++) {
        const letter = load<u8>(ROMAN_LETTERS + i * 2 + j);
        if (letter != 32) store<u8>(out + length++, lower ? letter | 32 : letter);
      }
    }
  }
  if (flags & FLAG_FILL) return length;
  memory.copy(out + 15 - length, out, length);
  memory.fill(out, 32, 15 - length);
  return 15;
}

function write_field(field: i32, out: usize): usize {
  const fill = (flags & FLAG_FILL) != 0;
  switch (field) {
    case DIGIT:
    case ZERO_DIGIT:
    case POINT:
    case LOCALE_POINT:
      return flags & FLAG_ROMAN ? 0 : write_digit_node(field, out);
    case COMMA:
    case LOCALE_GROUP:
      return write_group(out);
    case CURRENCY:
      store<u8>(out, 32);
      return 1;
    case MINUS_SIGN:
      if (!negative && fill) return 0;
      store<u8>(out, negative ? 45 : 32);
      return 1;
    case PLUS_SIGN:
      if (negative && fill) return 0;
      store<u8>(out, negative ? 32 : 43);
      return 1;
    case ANY_SIGN:
      store<u8>(out, negative ? 45 : 43);
      return 1;
    case ROMAN_UPPER:
    case ROMAN_LOWER:
      return write_roman(out, field == ROMAN_LOWER);
    case ORDINAL_UPPER:
    case ORDINAL_LOWER:
      if (flags & (FLAG_ROMAN | FLAG_DECIMAL) || negative || load<u8>(NUMBER) == 35) return 0;
      write_ordinal(out, number_ending(), field == ORDINAL_LOWER);
      return 2;
  }
  return 0;
}

/**
 * Numbers, given as decimal texts, by a template. `desc` has i32s: flags, digits before the point, digits after it, places by which the point
 * moves, first zero, last zero, 1 when a sign stands behind, 1 when that sign was before all digits. `bytes` has room for the
 * template and the numbers.
 */
export function number_to_char(
  data: usize, stride: usize, template: usize, num_nodes: usize, desc: usize, validity: usize, rows: usize,
  out: usize, bytes: usize,
): void {
  const template_end = template + num_nodes * NODE_BYTES;
  for (let i: usize = 0; i < rows; i++, data += stride, out += 8) {
    if (!row_counts(validity, i)) {
      store_null_ref(out);
      continue;
    }
    flags = load<u32>(desc);
    pre = load<i32>(desc, 4);
    post = load<i32>(desc, 8);
    const shift = load<i32>(desc, 12);
    zero_start = load<i32>(desc, 16);
    zero_end = load<i32>(desc, 20);
    sign_behind = load<i32>(desc, 24) != 0;
    const at = <usize>load<u32>(data);
    const whole = take_number(at, at + <usize>load<u32>(data, 4), shift);
    out_pre_spaces = 0;
    if (whole < pre) out_pre_spaces = pre - whole;
    else if (whole > pre && !(flags & FLAG_ROMAN)) {
      // No room.
      memory.fill(NUMBER, 35, <usize>(pre + post + 1));
      store<u8>(NUMBER + <usize>pre, 46);
      number_length = <usize>(pre + post + 1);
    }
    number_at = NUMBER;
    if (zero_start > 0) zero_start--;
    if (flags & (FLAG_PLUS | FLAG_MINUS)) sign_wrote = !((flags & FLAG_PLUS) != 0 && (flags & FLAG_MINUS) == 0);
    else {
      if (!negative && (flags & FLAG_FILL)) flags &= ~FLAG_BRACKET;
      sign_wrote = !negative && (flags & FLAG_FILL) != 0 && (flags & FLAG_LSIGN) == 0;
      if (flags & FLAG_LSIGN && load<i32>(desc, 28) != 0) sign_behind = true;
    }
    num_count = post + pre - 1;
    last_relevant = 0;
    if (flags & FLAG_FILL && flags & FLAG_DECIMAL) {
      last_relevant = find_last_relevant();
      if (last_relevant != 0 && zero_end > out_pre_spaces) {
        const last_zero = NUMBER + <usize>min(<i32>number_length - 1, zero_end - out_pre_spaces);
        if (last_relevant < last_zero) last_relevant = last_zero;
      }
    }
    if (!sign_wrote && out_pre_spaces == 0) num_count++;
    num_in = false;
    num_current = 0;
    const start = bytes;
    for (let node = template; node < template_end; node += NODE_BYTES) {
      if (node_type(node) == NODE_FIELD) bytes += write_field(node_field(node), bytes);
      else bytes += write_node(node, bytes);
    }
    store_ref(out, start, bytes - start);
  }
}
