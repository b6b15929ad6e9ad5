// Values by place.
import { isSet, NO_PLACE, NULL_PLACE, rowOf, setU32, u32At } from './place';

/**
 * The values of `width` bytes (1, 4, 8 or 16) at `places`, with their validity; the answer is how many are not null. Values lie by row
 * number. `defaults` (0: none) has one value for each of the `n`, for those without a place. Nulls are 0.
 */
export function take_places(
  out: usize,
  outValidity: usize,
  rows: usize,
  values: usize,
  validity: usize,
  defaults: usize,
  defaultsValidity: usize,
  places: usize,
  n: i32,
  width: i32,
): i32 {
  let numValid = 0;
  for (let i: usize = 0; i < <usize>n; i++) {
    const place = u32At(places, i);
    let from: usize = 0;
    if (place < NULL_PLACE) {
      const row = rowOf(rows, <usize>place);
      if (isSet(validity, row)) from = values + row * <usize>width;
    } else if (place == NO_PLACE && defaults != 0 && isSet(defaultsValidity, i)) {
      from = defaults + i * <usize>width;
    }
    const to = out + i * <usize>width;
    store<u8>(outValidity + i, <u8>(from != 0));
    numValid += <i32>(from != 0);
    if (width == 8) store<u64>(to, from == 0 ? 0 : load<u64>(from));
    else if (width == 4) store<u32>(to, from == 0 ? 0 : load<u32>(from));
    else if (width == 1) store<u8>(to, from == 0 ? 0 : load<u8>(from));
    else v128.store(to, from == 0 ? i64x2.splat(0) : v128.load(from));
  }
  return numValid;
}

/** `out[i] = via[places[i]]` for arrays of places; what is no place stays as it is. */
export function follow_places(out: usize, via: usize, places: usize, n: i32): void {
  for (let i: usize = 0; i < <usize>n; i++) {
    const place = u32At(places, i);
    setU32(out, i, place < NULL_PLACE ? u32At(via, <usize>place) : place);
  }
}
