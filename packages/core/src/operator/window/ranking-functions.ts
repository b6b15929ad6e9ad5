import { QueryError } from '../../error/index.ts';
import type { WindowCall } from '../../expression/index.ts';
import { FLOAT64, INT32, INT64 } from '../../types/index.ts';
import { type Arena, KERNEL_STATUS, literalVector, Vector } from '../../vector/index.ts';
import { WINDOW_KERNELS } from '../operator-kernels.ts';
import type { WindowEvaluation } from './window-evaluation.ts';
import type { WindowRows } from './window-rows.ts';

export function rowNumber(rows: WindowRows): WindowEvaluation {
  return evaluation(8, (out, from, numRows) => {
    kernelsOf(rows).places_from(out, 0, rows.partitions.starts, from, numRows);
    return Vector.flat(INT64, numRows, out);
  });
}

export function rank(rows: WindowRows, { numOrderKeys }: WindowCall): WindowEvaluation {
  const peers = rows.peers(numOrderKeys);
  return evaluation(8, (out, from, numRows) => {
    kernelsOf(rows).places_from(out, peers.starts, rows.partitions.starts, from, numRows);
    return Vector.flat(INT64, numRows, out);
  });
}

export function denseRank(rows: WindowRows, { numOrderKeys }: WindowCall): WindowEvaluation {
  const numbers = rows.groupNumbers(numOrderKeys);
  return evaluation(8, (out, from, numRows) => {
    kernelsOf(rows).dense_ranks(out, numbers, from, numRows);
    return Vector.flat(INT64, numRows, out);
  });
}

export function percentRank(rows: WindowRows, { numOrderKeys }: WindowCall): WindowEvaluation {
  const peers = rows.peers(numOrderKeys);
  return evaluation(8, (out, from, numRows) => {
    const { starts, ends } = rows.partitions;
    kernelsOf(rows).percent_ranks(out, peers.starts, starts, ends, from, numRows);
    return Vector.flat(FLOAT64, numRows, out);
  });
}

export function cumulativeDistribution(rows: WindowRows, { numOrderKeys }: WindowCall): WindowEvaluation {
  const peers = rows.peers(numOrderKeys);
  return evaluation(8, (out, from, numRows) => {
    const { starts, ends } = rows.partitions;
    kernelsOf(rows).cumulative_shares(out, peers.ends, starts, ends, from, numRows);
    return Vector.flat(FLOAT64, numRows, out);
  });
}

/** Throws INVALID_VALUE for less than one bucket. */
export function ntile(rows: WindowRows, { call }: WindowCall): WindowEvaluation {
  const argument = call.args[0]!;
  const isConstant = argument.kind === 'literal';
  const counts = isConstant ? literalVector(INT32, argument.value, 1, rows.kept) : rows.column(argument);
  return evaluation(4, (out, from, numRows, arena) => {
    const { starts, ends } = rows.partitions;
    const validity = arena.allocate(numRows);
    const status = kernelsOf(rows).buckets(
      ...[out, validity, starts, ends, from, numRows],
      ...[rows.rows, counts.data, counts.validity, isConstant ? 1 : 0],
    );
    if (status !== KERNEL_STATUS.ok) {
      throw new QueryError('INVALID_VALUE', 'The argument of ntile must be greater than 0.', { span: call.span });
    }
    return Vector.flat(INT32, numRows, out, counts.validity === 0 ? 0 : validity);
  });
}

function kernelsOf({ memory }: WindowRows) {
  return memory.kernels(WINDOW_KERNELS);
}

function evaluation(
  width: number,
  evaluate: (out: number, from: number, numRows: number, arena: Arena) => Vector,
): WindowEvaluation {
  return { evaluate: (from, numRows, arena) => evaluate(arena.allocate(numRows * width), from, numRows, arena) };
}
