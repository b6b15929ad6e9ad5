// Sums, differences and negations of decimals as unscaled 128-bit integers (64-bit decimals are added as integers). `_vv` takes
// two vectors; in `_vc` the second, in `_cv` the first operand is the address of one value. Rows whose `validity` byte is 0 never
// fail. The answer is a status.
import { OK, OVERFLOW } from '../vector/status';
import { isTooWide } from './wide-product';

@inline
function isNull(validity: usize, i: i32): bool {
  return validity != 0 && load<u8>(validity + i) == 0;
}

/** Sums and differences; `checked` 0 where the type's digits prove that no sum is too wide. */
@inline
function addSub(subtract: bool, out: usize, a: usize, b: usize, validity: usize, n: i32, checked: i32, ac: bool, bc: bool): i32 {
  for (let i = 0; i < n; i++) {
    const at = <usize>i << 4;
    const p = ac ? a : a + at;
    const q = bc ? b : b + at;
    const al = load<u64>(p);
    const ah = load<u64>(p, 8);
    const bl = load<u64>(q);
    const bh = load<u64>(q, 8);
    const lo = subtract ? al - bl : al + bl;
    const hi = subtract ? ah - bh - <u64>(al < bl) : ah + bh + <u64>(lo < al);
    store<u64>(out + at, lo);
    store<u64>(out + at, hi, 8);
    if (checked) {
      const wrapped = subtract ? <i64>((ah ^ bh) & (ah ^ hi)) < 0 : <i64>((ah ^ hi) & (bh ^ hi)) < 0;
      if ((wrapped || isTooWide(lo, hi)) && !isNull(validity, i)) return OVERFLOW;
    }
  }
  return OK;
}

export function add_i128_vv(out: usize, a: usize, b: usize, validity: usize, n: i32, checked: i32): i32 {
  return addSub(false, out, a, b, validity, n, checked, false, false);
}
export function add_i128_vc(out: usize, a: usize, b: usize, validity: usize, n: i32, checked: i32): i32 {
  return addSub(false, out, a, b, validity, n, checked, false, true);
}
export function sub_i128_vv(out: usize, a: usize, b: usize, validity: usize, n: i32, checked: i32): i32 {
  return addSub(true, out, a, b, validity, n, checked, false, false);
}
export function sub_i128_vc(out: usize, a: usize, b: usize, validity: usize, n: i32, checked: i32): i32 {
  return addSub(true, out, a, b, validity, n, checked, false, true);
}
export function sub_i128_cv(out: usize, a: usize, b: usize, validity: usize, n: i32, checked: i32): i32 {
  return addSub(true, out, a, b, validity, n, checked, true, false);
}

/** `out = -a`, or with `absolute` 1 `|a|`. A decimal's negation always has its digits. */
export function neg_i128(out: usize, a: usize, n: i32, absolute: i32): void {
  for (let i = 0; i < n; i++) {
    const at = <usize>i << 4;
    let lo = load<u64>(a + at);
    let hi = load<u64>(a + at, 8);
    if (!absolute || <i64>hi < 0) {
      hi = 0 - hi - <u64>(lo != 0);
      lo = 0 - lo;
    }
    store<u64>(out + at, lo);
    store<u64>(out + at, hi, 8);
  }
}
