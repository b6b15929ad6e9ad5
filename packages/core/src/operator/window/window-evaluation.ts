import type { DataType } from '../../types/index.ts';
import { KIND_WIDTH } from '../../types/index.ts';
import { type Address, type Arena, flatten, Vector } from '../../vector/index.ts';
import { WINDOW_KERNELS } from '../operator-kernels.ts';
import type { WindowRows } from './window-rows.ts';

/** Computes a window function for rows in their order, a stretch at a time from the first row on. */
export interface WindowEvaluation {
  /** The values of `numRows` rows from place `from` on. They live until the next call, or as long as `arena`. */
  evaluate(from: number, numRows: number, arena: Arena): Vector;
  /** Frees what does not live in arenas. */
  close?(): void;
}

/** Values that `places` names, of a flat vector by row number (`rows`; 0 when by place). */
export function takePlaces(
  { memory }: WindowRows,
  values: Vector,
  rows: Address,
  places: Address,
  numRows: number,
  arena: Arena,
  defaults?: Vector,
): Vector {
  const type: DataType = values.type;
  const width = KIND_WIDTH[values.kind];
  const others = defaults && flatten(defaults, arena);
  const out = arena.allocate(numRows * width);
  const validity = arena.allocate(numRows);
  const numValid = memory
    .kernels(WINDOW_KERNELS)
    .take_places(
      ...[out, validity, rows, values.data, values.validity],
      ...[others?.data ?? 0, others?.validity ?? 0, places, numRows, width],
    );
  return Vector.flat(type, numRows, out, numValid === numRows ? 0 : validity);
}
