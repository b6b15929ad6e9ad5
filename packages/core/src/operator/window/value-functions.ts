import { QueryError } from '../../error/index.ts';
import type { WindowCall } from '../../expression/index.ts';
import { INT32 } from '../../types/index.ts';
import { flatten, KERNEL_STATUS, literalVector } from '../../vector/index.ts';
import { WINDOW_KERNELS } from '../operator-kernels.ts';
import { takePlaces, type WindowEvaluation } from './window-evaluation.ts';
import type { RowFrames } from './window-frames.ts';
import type { WindowRows } from './window-rows.ts';

/** Values so many rows behind the current one, with `sign` -1 before it. */
export function offsetValue(rows: WindowRows, { call }: WindowCall, sign: 1 | -1): WindowEvaluation {
  const { memory, partitions } = rows;
  const [value, offset, otherwise] = call.args;
  const values = rows.column(value!);
  return {
    evaluate: (from, numRows, arena) => {
      const places = arena.allocate(numRows * 4);
      const distance = offset ? rows.slice(offset, from, numRows, arena) : literalVector(INT32, 1, numRows, arena);
      const offsets = flatten(distance, arena);
      memory
        .kernels(WINDOW_KERNELS)
        .offset_places(
          ...[places, partitions.starts, partitions.ends, from, numRows],
          ...[offsets.data, offsets.validity, sign],
        );
      const defaults = otherwise && rows.slice(otherwise, from, numRows, arena);
      return takePlaces(rows, values, rows.rows, places, numRows, arena, defaults);
    },
  };
}

/** The value in the first or the last row of each frame. */
export function edgeValue(
  rows: WindowRows,
  { call }: WindowCall,
  frames: RowFrames,
  isLast: boolean,
): WindowEvaluation {
  const values = rows.column(call.args[0]!);
  const { starts, ends, peers, exclude } = frames;
  return {
    evaluate: (from, numRows, arena) => {
      const places = arena.allocate(numRows * 4);
      rows.memory
        .kernels(WINDOW_KERNELS)
        .edge_places(places, starts, ends, peers.starts, peers.ends, exclude, from, numRows, isLast ? 1 : 0);
      return takePlaces(rows, values, rows.rows, places, numRows, arena);
    },
  };
}

/** Throws INVALID_VALUE for a number below 1. */
export function nthValue(rows: WindowRows, { call }: WindowCall, frames: RowFrames): WindowEvaluation {
  const values = rows.column(call.args[0]!);
  const { starts, ends, peers, exclude } = frames;
  return {
    evaluate: (from, numRows, arena) => {
      const places = arena.allocate(numRows * 4);
      const nths = flatten(rows.slice(call.args[1]!, from, numRows, arena), arena);
      const status = rows.memory
        .kernels(WINDOW_KERNELS)
        .nth_places(
          ...[places, starts, ends, peers.starts, peers.ends, exclude],
          ...[from, numRows, nths.data, nths.validity],
        );
      if (status !== KERNEL_STATUS.ok) {
        throw new QueryError('INVALID_VALUE', 'The second argument of nth_value must be greater than 0.', {
          span: call.span,
        });
      }
      return takePlaces(rows, values, rows.rows, places, numRows, arena);
    },
  };
}
