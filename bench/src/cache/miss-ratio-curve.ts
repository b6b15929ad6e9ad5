import type { CacheCurve } from '../model/workload-model.ts';

/** A block that was read: what it is called, and its bytes. */
export interface BlockReference {
  readonly key: string;
  readonly bytes: number;
}

/** Beyond this many references the curve is made of a sample of the blocks (SHARDS). */
const EXACT_REFERENCES = 5_000_000;
const LEAST_SAMPLES = 8_192;

/** Sums over a line of cells, each changed and asked for in logarithmic time: a Fenwick tree. */
class PrefixSums {
  readonly #cells: Float64Array;

  constructor(size: number) {
    this.#cells = new Float64Array(size + 1);
  }

  add(index: number, value: number): void {
    for (let i = index + 1; i < this.#cells.length; i += i & -i) this.#cells[i]! += value;
  }

  /** The sum of the cells before `index`. */
  before(index: number): number {
    let sum = 0;
    for (let i = index; i > 0; i -= i & -i) sum += this.#cells[i]!;
    return sum;
  }
}

/**
 * The share of references that a least-recently-used cache answers, for every capacity at which it changes: pairs of bytes and hit ratio,
 * ascending. A reference hits when the bytes of all blocks used since its last use, its own included, fit into the capacity. Exact up to five
 * million references; beyond that by sampling blocks by their hash (Waldspurger et al., SHARDS, FAST 2015) with 8,192 blocks or more.
 *
 * Source: Mattson et al., Evaluation techniques for storage hierarchies (1970), with distances by a Fenwick tree.
 */
export function lruHitCurve(references: readonly BlockReference[]): CacheCurve {
  if (references.length === 0) return [];
  const { sample, rate } = sampled(references);
  const sums = new PrefixSums(sample.length);
  const lastUse = new Map<string, number>();
  const distances: number[] = [];
  sample.forEach(({ key, bytes }, now) => {
    const last = lastUse.get(key);
    if (last !== undefined) {
      distances.push((sums.before(now) - sums.before(last)) / rate);
      sums.add(last, -bytes);
    }
    sums.add(now, bytes);
    lastUse.set(key, now);
  });
  distances.sort((a, b) => a - b);
  const curve: [number, number][] = [[0, 0]];
  distances.forEach((distance, i) => {
    const point: [number, number] = [distance, Math.min(1, (i + 1) / sample.length)];
    if (curve.at(-1)![0] === distance) curve[curve.length - 1] = point;
    else curve.push(point);
  });
  return curve;
}

/** The hit ratio at a capacity. */
export function hitRatioAt(curve: CacheCurve, bytes: number): number {
  let low = 0;
  let high = curve.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (curve[middle]![0] <= bytes) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? 0 : Math.min(1, Math.max(0, curve[low - 1]![1]));
}

/** The hit ratio of each of so many caches of this capacity: shared out by the data each caches its part, at random each caches all. */
export function fleetHitRatio(
  curve: CacheCurve,
  bytesPerNode: number,
  numNodes: number,
  placement: 'hash' | 'random',
): number {
  return hitRatioAt(curve, placement === 'hash' ? bytesPerNode * numNodes : bytesPerNode);
}

/** A curve of no more than so many points. */
export function thinCurve(curve: CacheCurve, numPoints: number): CacheCurve {
  if (curve.length <= numPoints) return curve;
  return Array.from({ length: numPoints }, (_, i) => curve[Math.round((i * (curve.length - 1)) / (numPoints - 1))]!);
}

function sampled(references: readonly BlockReference[]): { sample: readonly BlockReference[]; rate: number } {
  if (references.length <= EXACT_REFERENCES) return { sample: references, rate: 1 };
  const numBlocks = new Set(references.map(({ key }) => key)).size;
  const rate = Math.min(1, Math.max(EXACT_REFERENCES / references.length, LEAST_SAMPLES / numBlocks));
  return { sample: references.filter(({ key }) => hash(key) < rate * 2 ** 32), rate };
}

/** FNV-1a with a finish that spreads the high bits. */
function hash(key: string): number {
  let state = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) state = Math.imul(state ^ key.charCodeAt(i), 0x01000193);
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  return (state ^ (state >>> 13)) >>> 0;
}
