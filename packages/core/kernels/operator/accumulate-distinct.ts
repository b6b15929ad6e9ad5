// Sketches for the number of distinct values by group: HyperLogLog with 1,024 registers of one byte (Flajolet et al. 2007), read by the
// improved estimator of Ertl ("New cardinality estimation algorithms for HyperLogLog sketches", 2017, algorithm 6), which needs
// no correction by tables. The standard error is 3.3 %.

const INDEX_BITS: u64 = 10;
const NUM_REGISTERS: usize = 1024;
/** Bits of a hash behind the index. */
const REST_BITS: i32 = 54;

/** Takes in 64-bit hashes; rows that are null add nothing. */
export function sketch_add(states: usize, groups: usize, hashes: usize, validity: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    if (validity != 0 && load<u8>(validity + <usize>i) == 0) continue;
    const hash = load<u64>(hashes + (<usize>i << 3));
    const group: usize = groups == 0 ? 0 : <usize>load<u32>(groups + (<usize>i << 2));
    const register = states + group * NUM_REGISTERS + <usize>(hash & ((1 << INDEX_BITS) - 1));
    const rank = <u8>min<i64>(<i64>clz(hash >> INDEX_BITS) - <i64>INDEX_BITS + 1, REST_BITS + 1);
    if (rank > load<u8>(register)) store<u8>(register, rank);
  }
}

/** Takes in sketches that refs point to. */
export function sketch_merge(states: usize, groups: usize, refs: usize, validity: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    if (validity != 0 && load<u8>(validity + <usize>i) == 0) continue;
    const group: usize = groups == 0 ? 0 : <usize>load<u32>(groups + (<usize>i << 2));
    const target = states + group * NUM_REGISTERS;
    const source = <usize>load<u32>(refs + (<usize>i << 3));
    for (let k: usize = 0; k < NUM_REGISTERS; k += 16) {
      v128.store(target + k, i8x16.max_u(v128.load(target + k), v128.load(source + k)));
    }
  }
}

/** Refs to the sketches of `n` groups. */
export function sketch_refs(out: usize, states: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    store<u32>(out + (<usize>i << 3), <u32>(states + <usize>i * NUM_REGISTERS));
    store<u32>(out + (<usize>i << 3), <u32>NUM_REGISTERS, 4);
  }
}

function sigma(x: f64): f64 {
  if (x == 1) return Infinity;
  let y: f64 = 1;
  let z = x;
  let before: f64;
  do {
    x *= x;
    before = z;
    z += x * y;
    y += y;
  } while (z != before);
  return z;
}

function tau(x: f64): f64 {
  if (x == 0 || x == 1) return 0;
  let y: f64 = 1;
  let z = 1 - x;
  let before: f64;
  do {
    x = sqrt(x);
    before = z;
    y *= 0.5;
    z -= (1 - x) * (1 - x) * y;
  } while (z != before);
  return z / 3;
}

const COUNTS: usize = memory.data(256);

/** The estimates of `n` sketches, rounded, as i64. */
export function sketch_estimates(out: usize, states: usize, n: i32): void {
  const m = <f64>NUM_REGISTERS;
  for (let i = 0; i < n; i++) {
    memory.fill(COUNTS, 0, 256);
    const state = states + <usize>i * NUM_REGISTERS;
    for (let k: usize = 0; k < NUM_REGISTERS; k++) {
      const at = COUNTS + (<usize>load<u8>(state + k) << 2);
      store<u32>(at, load<u32>(at) + 1);
    }
    let z = m * tau(1 - <f64>load<u32>(COUNTS + (<usize>(REST_BITS + 1) << 2)) / m);
    for (let rank = REST_BITS; rank >= 1; rank--) z = 0.5 * (z + <f64>load<u32>(COUNTS + (<usize>rank << 2)));
    z += m * sigma(<f64>load<u32>(COUNTS) / m);
    // 1 / (2 ln 2)
    store<i64>(out + (<usize>i << 3), <i64>nearest(0.7213475204444817 * m * m / z));
  }
}
