/** Randomness as an injected component, so that a seed replays a run. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** An independent stream, derived from this one and a name: the same name gives the same stream. */
  fork(name: string): Random;
}

/**
 * The `sfc32` generator (PractRand, Chris Doty-Humphrey), seeded through `splitmix32`: 128 bits of state, passes
 * PractRand, and is quick in JavaScript. Not for secrets.
 */
export function seededRandom(seed: number): Random {
  let mix = seed | 0;
  const splitmix = () => {
    mix = (mix + 0x9e3779b9) | 0;
    let t = mix ^ (mix >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t ^= t >>> 15;
    t = Math.imul(t, 0x735a2d97);
    return (t ^ (t >>> 15)) | 0;
  };
  let a = splitmix();
  let b = splitmix();
  let c = splitmix();
  let d = 1;
  const next = () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 4294967296;
  };
  for (let i = 0; i < 12; i++) next();
  return {
    next,
    fork(name) {
      let hash = seed | 0;
      for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
      return seededRandom(hash);
    },
  };
}

/** A generator seeded from the platform's entropy. */
export function systemRandom(): Random {
  return seededRandom(crypto.getRandomValues(new Int32Array(1))[0]!);
}
