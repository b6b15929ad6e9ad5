import type { FrameBound, SortKey, WindowCall, WindowFrame } from '../../expression/index.ts';
import { expressionKey } from '../../expression/traverse.ts';
import type { Address } from '../../vector/index.ts';
import { WINDOW_KERNELS } from '../operator-kernels.ts';
import { describeSortKey, KEY_BYTES } from '../sort/sort-keys.ts';
import type { Runs, WindowRows } from './window-rows.ts';

/** As in `kernels/window/frame-pieces.ts`. */
const EXCLUDE: Readonly<Record<WindowFrame['exclude'], number>> = {
  nothing: 0,
  'current-row': 1,
  group: 2,
  ties: 3,
};

/** The frame of every row: from `starts` to `ends` (exclusive), u32 by place, without what `exclude` takes out of it. */
export interface RowFrames extends Runs {
  readonly exclude: number;
  readonly peers: Runs;
  /** The whole partition. */
  readonly isWhole: boolean;
  /** From the first row of the partition on. */
  readonly isPrefix: boolean;
}

/** Computes frames; calls with the same one share it. */
export class WindowFrames {
  readonly #rows: WindowRows;
  readonly #orderBy: readonly SortKey[];
  readonly #bounds = new Map<string, Address>();

  constructor(rows: WindowRows, orderBy: readonly SortKey[]) {
    this.#rows = rows;
    this.#orderBy = orderBy;
  }

  of({ frame, numOrderKeys }: WindowCall): RowFrames {
    const { partitions } = this.#rows;
    const starts = this.#bound(frame, 'start', numOrderKeys);
    const ends = this.#bound(frame, 'end', numOrderKeys);
    const isPrefix = starts === partitions.starts && frame.exclude === 'nothing';
    return {
      starts,
      ends,
      exclude: EXCLUDE[frame.exclude],
      peers: this.#rows.peers(numOrderKeys),
      isPrefix,
      isWhole: isPrefix && ends === partitions.ends,
    };
  }

  #bound(frame: WindowFrame, edge: 'start' | 'end', numOrderKeys: number): Address {
    const { unit } = frame;
    const bound = frame[edge];
    const side = edge === 'start' ? 'starts' : 'ends';
    if (bound.kind === 'partition') return this.#rows.partitions[side];
    if (bound.kind === 'current-row' && unit !== 'rows') return this.#rows.peers(numOrderKeys)[side];
    const key = JSON.stringify([edge, unit, numOrderKeys, boundKey(bound)]);
    let address = this.#bounds.get(key);
    if (address === undefined) {
      address = this.#compute(bound, unit, edge === 'end' ? 1 : 0, numOrderKeys);
      this.#bounds.set(key, address);
    }
    return address;
  }

  #compute(bound: FrameBound, unit: WindowFrame['unit'], isEnd: 0 | 1, numOrderKeys: number): Address {
    const rows = this.#rows;
    const { memory, numRows } = rows;
    const { starts, ends } = rows.partitions;
    const out = rows.allocatePlaces();
    const kernels = memory.kernels(WINDOW_KERNELS);
    if (bound.kind === 'distance') {
      const [order] = this.#orderBy;
      const vectors = [rows.column(bound.key), rows.column(bound.limit)] as const;
      const description = rows.kept.allocate(2 * KEY_BYTES);
      for (const [i, vector] of vectors.entries()) {
        describeSortKey(description + i * KEY_BYTES, vector, order!, memory);
      }
      kernels.frame_range(out, rows.rows, starts, ends, numRows, description, description + KEY_BYTES, isEnd);
      return out;
    }
    const count = bound.kind === 'count' ? bound.count : 0;
    if (unit === 'rows') {
      kernels.frame_rows(out, starts, ends, numRows, count, isEnd);
    } else {
      const numbers = rows.groupNumbers(numOrderKeys);
      const peers = rows.peers(numOrderKeys);
      kernels.frame_groups(out, numbers, peers.ends, starts, ends, numRows, count, isEnd);
    }
    return out;
  }
}

function boundKey(bound: FrameBound): unknown {
  return bound.kind === 'distance' ? [expressionKey(bound.key), expressionKey(bound.limit)] : bound;
}
