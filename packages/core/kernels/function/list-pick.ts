import { INVALID_VALUE, OK } from '../vector/status';
import { after_value } from './list-values';
import { failure, row_counts, store_null_ref, store_ref } from './row';

// Single elements of lists. Descriptions of types as in list-values.ts; positions are i32 and count from 0.

/** Writes the value at `at`, which begins with its flag, as one of a flat vector; the answer is its validity. */
@inline
function store_element(at: usize, desc: usize, out: usize): u8 {
  const code = load<u8>(desc);
  const valid = load<u8>(at);
  if (code == 0) {
    const width = <usize>load<u8>(desc, 1);
    if (valid) memory.copy(out, at + 1, width);
    else memory.fill(out, 0, width);
  } else if (!valid) store_null_ref(out);
  else if (code == 1) store_ref(out, at + 5, after_value(at, desc) - at - 5);
  else store_ref(out, at, after_value(at, desc) - at);
  return valid;
}

/** The element at a position of each list; null where there is none. */
export function list_pick(
  data: usize, stride: usize, positions: usize, position_stride: usize, validity: usize, rows: usize, desc: usize,
  out: usize, out_validity: usize,
): void {
  const fixed = load<u8>(desc) == 0;
  const width: usize = fixed ? <usize>load<u8>(desc, 1) : 8;
  for (let i: usize = 0; i < rows; i++, data += stride, positions += position_stride, out += width) {
    const list = <usize>load<u32>(data);
    const position = load<i32>(positions);
    if (list == 0 || !row_counts(validity, i) || position < 0 || <u32>position >= load<u32>(list, 1)) {
      store<u8>(out_validity + i, 0);
      memory.fill(out, 0, width);
      continue;
    }
    let at = list + 5;
    for (let k = position; k > 0; k--) at = after_value(at, desc);
    store<u8>(out_validity + i, store_element(at, desc, out));
  }
}

/**
 * Positions of a fraction of each list's elements, as SQL has them: of `percentile_disc` (`mode` 0), or the two between which
 * `percentile_cont` lies (1: the lower, 2: the upper). -1 for an empty list; a fraction outside of 0 to 1 fails.
 */
export function list_fraction_positions(
  counts: usize, fractions: usize, stride: usize, validity: usize, rows: usize, mode: i32, out: usize,
): i32 {
  for (let i: usize = 0; i < rows; i++, fractions += stride) {
    const count = load<u32>(counts + i * 4);
    if (!row_counts(validity, i) || count == 0) {
      store<i32>(out + i * 4, -1);
      continue;
    }
    const fraction = load<f64>(fractions);
    if (!(fraction >= 0 && fraction <= 1)) return failure(i, INVALID_VALUE);
    const last = <f64>(count - 1);
    let position: f64;
    if (mode == 0) position = max<f64>(ceil(fraction * <f64>count) - 1, 0);
    else position = mode == 1 ? floor(fraction * last) : ceil(fraction * last);
    store<i32>(out + i * 4, <i32>position);
  }
  return OK;
}

/** How far each fraction lies from the lower of its two elements to the upper: 0 to 1. */
export function list_fraction_rests(counts: usize, fractions: usize, stride: usize, rows: usize, out: usize): void {
  for (let i: usize = 0; i < rows; i++, fractions += stride) {
    const count = load<u32>(counts + i * 4);
    const position = count == 0 ? 0 : load<f64>(fractions) * <f64>(count - 1);
    store<f64>(out + (i << 3), position - floor(position));
  }
}

/** `from + rest * (to - from)`; `from` itself where the rest is 0, so that infinity stays what it is. */
export function lerp_f64(from: usize, to: usize, rests: usize, rows: usize, out: usize): void {
  for (let i: usize = 0; i < rows; i++) {
    const a = load<f64>(from + (i << 3));
    const rest = load<f64>(rests + (i << 3));
    store<f64>(out + (i << 3), rest == 0 ? a : a + rest * (load<f64>(to + (i << 3)) - a));
  }
}

/** The position of the first of the elements that occur most often, in lists whose equal elements stand side by side. */
export function list_most_frequent(
  data: usize, stride: usize, validity: usize, rows: usize, desc: usize, out: usize,
): void {
  for (let i: usize = 0; i < rows; i++, data += stride) {
    const list = <usize>load<u32>(data);
    let best: i32 = -1;
    if (list != 0 && row_counts(validity, i)) {
      const count = <i32>load<u32>(list, 1);
      let at = list + 5;
      let run_at = at;
      let run_bytes: usize = 0;
      let run_start = 0;
      let longest = 0;
      for (let k = 0; k < count; k++) {
        const end = after_value(at, desc);
        if (k == 0 || end - at != run_bytes || memory.compare(at, run_at, run_bytes) != 0) {
          run_at = at;
          run_bytes = end - at;
          run_start = k;
        }
        if (k - run_start + 1 > longest) {
          longest = k - run_start + 1;
          best = run_start;
        }
        at = end;
      }
    }
    store<i32>(out + i * 4, best);
  }
}
