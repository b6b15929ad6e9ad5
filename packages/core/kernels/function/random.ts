// The generator sfc32 (Chris Doty-Humphrey, PractRand), seeded by the host for each batch: what one row gets depends on the
// seed and on the row's place only.

let a: u32 = 0;
let b: u32 = 0;
let c: u32 = 0;
let counter: u32 = 1;

function next(): u32 {
  const t = a + b + counter;
  counter++;
  a = b ^ (b >> 9);
  b = c + (c << 3);
  c = rotl<u32>(c, 21) + t;
  return t;
}

/** Doubles in [0, 1) with 53 random bits. */
export function random_f64(seed_a: u32, seed_b: u32, rows: usize, out: usize): void {
  a = seed_a;
  b = seed_b;
  c = 0x9e3779b9;
  counter = 1;
  for (let i = 0; i < 12; i++) next();
  for (let i: usize = 0; i < rows; i++) {
    const bits = ((<u64>next() << 32) | <u64>next()) >> 11;
    store<f64>(out + i * 8, <f64>bits * 1.1102230246251565e-16);
  }
}
