import type { Arena } from '../vector/index.ts';
import { flatten, Vector } from '../vector/index.ts';
import { parquetKernels } from './parquet-kernels.ts';

/** The rows of several vectors of one type as one: dictionary where all share a dictionary, otherwise flat. */
export function concatenateVectors(parts: readonly Vector[], arena: Arena): Vector {
  const first = parts[0]!;
  if (parts.length === 1) return first;
  const { dictionary } = first;
  const isDictionary = dictionary !== undefined && parts.every((part) => part.dictionary === dictionary);
  const pieces = isDictionary ? parts : parts.map((part) => flatten(part, arena));
  const { width } = pieces[0]!;
  const numRows = parts.reduce((sum, part) => sum + part.length, 0);
  const data = arena.allocate(numRows * width);
  const validity = parts.some((part) => part.validity !== 0) ? arena.allocate(numRows) : 0;
  // Not through views: on shared memory those move single bytes.
  const { copy_bytes: copy, fill_bytes: fill } = parquetKernels(arena.memory);
  let row = 0;
  for (const { data: from, length, validity: fromValidity } of pieces) {
    copy(data + row * width, from, length * width);
    if (validity !== 0) {
      if (fromValidity === 0) fill(validity + row, 1, length);
      else copy(validity + row, fromValidity, length);
    }
    row += length;
  }
  return isDictionary
    ? Vector.dictionary(dictionary, numRows, data, validity)
    : Vector.flat(first.type, numRows, data, validity);
}
