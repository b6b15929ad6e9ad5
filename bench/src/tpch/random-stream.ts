const MULTIPLIER = 16_807;
const MODULUS = 2_147_483_647;
const TWO_POW_31 = 2_147_483_648;

/**
 * The next state of dbgen's generator: `16807 * state mod (2^31 - 1)`, the "minimal standard" of Park and Miller
 * (CACM 31(10), 1988).
 *
 * The product has 46 bits. It is built from two 16-bit halves, so that everything stays in 32-bit integers, and
 * reduced with `2^31 ≡ 1`.
 */
export function nextState(state: number): number {
  const high = Math.imul(MULTIPLIER, state >>> 16);
  const sum = (Math.imul(MULTIPLIER, state & 0xffff) + ((high & 0x7fff) << 16) + (high >>> 15)) | 0;
  return (sum & MODULUS) + (sum >>> 31);
}

/** A number in `[0, count)` chosen by a state; `count` is at most 2^31. */
export function pick(state: number, count: number): number {
  return ((state / MODULUS) * count) | 0;
}

/** `x mod (2^31 - 1)` of a non-negative integer below 2^53. */
function reduce(x: number): number {
  const high = Math.floor(x / TWO_POW_31);
  const folded = x - high * TWO_POW_31 + high;
  return folded >= MODULUS ? folded - MODULUS : folded;
}

/** `a * b mod (2^31 - 1)`, exact: no intermediate value needs more than 49 bits. */
function multiply(a: number, b: number): number {
  return reduce(reduce(a * (b >>> 16)) * 65_536 + a * (b & 0xffff)) | 0;
}

/** `16807^exponent mod (2^31 - 1)`: multiplying a state by it is the same as that many single steps. */
function jump(exponent: number): number {
  let result = 1;
  let square = MULTIPLIER;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiply(result, square);
    square = multiply(square, square);
  }
  return result;
}

/** A row of no stream draws more often than this: the 92 colours of a part's name. */
const MAX_DRAWS_PER_ROW = 92;
const JUMPS = Int32Array.from({ length: MAX_DRAWS_PER_ROW + 1 }, (_, draws) => jump(draws));

/**
 * One of dbgen's random streams: every column has its own seed, and every row of it a fixed number of draws, used or
 * not. A stream can therefore start at any row without computing the rows before it.
 *
 * After the values of a row were drawn, `finishRow` skips the draws that the row did not use.
 */
export class RandomStream {
  private state: number;
  private draws = 0;
  private readonly drawsPerRow: number;

  /** `seed` is the stream's published start value; `drawsPerRow` is at most 92. */
  constructor(seed: number, drawsPerRow = 1) {
    this.state = seed;
    this.drawsPerRow = drawsPerRow;
  }

  /** Moves on by whole rows, at the cost of 2 log2(rows) multiplications. Must stand at the start of a row. */
  skipRows(numRows: number): this {
    this.state = multiply(this.state, jump(numRows * this.drawsPerRow));
    return this;
  }

  /** Draws the raw state, in `[1, 2^31 - 2]`. */
  next(): number {
    this.draws++;
    this.state = nextState(this.state);
    return this.state;
  }

  /** Draws an integer from `low` to `high`, both included; the range must be below 2^31. */
  int(low: number, high: number): number {
    return low + pick(this.next(), high - low + 1);
  }

  /** Draws a key from 1 to `high`, which may be above 2^31. */
  key(high: number): number {
    return 1 + Math.floor((this.next() / MODULUS) * high);
  }

  /**
   * Draws 30 bits for five characters of an address. dbgen asks for 0 to 2^31 - 1 here, the size of that range
   * overflows to -2^31, and so the published data is made from negative numbers.
   */
  overflownInt(): number {
    return ((this.next() / MODULUS) * -TWO_POW_31) | 0;
  }

  /** Ends the row: skips the draws it did not use. */
  finishRow(): void {
    const unused = this.drawsPerRow - this.draws;
    if (unused > 0) this.state = multiply(this.state, JUMPS[unused]!);
    this.draws = 0;
  }
}
