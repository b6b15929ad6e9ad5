import { KIND_WIDTH } from '../types/index.ts';
import type { Arena } from './arena.ts';
import type { Batch } from './batch.ts';
import { copyValidity, copyValues, gatherValues, isConstantNull } from './copy-values.ts';
import { VECTOR_KERNELS } from './kernels.ts';
import type { Address } from './linear-memory.ts';
import { Vector } from './vector.ts';

/**
 * The rows that `selection` lists (`numRows` u32 row numbers), in that order. A constant stays a constant and a dictionary
 * vector a dictionary vector over the same dictionary: 4 bytes a row are copied, whatever the values are.
 */
export function gatherVector(vector: Vector, selection: Address, numRows: number, arena: Arena): Vector {
  if (vector.encoding === 'constant') return vector.slice(0, numRows);
  const { memory } = arena;
  const { width } = vector;
  const data = arena.allocate(numRows * width);
  gatherValues(memory, width, data, vector.data, selection, numRows);
  let validity = 0;
  if (vector.validity !== 0) {
    validity = arena.allocate(numRows);
    gatherValues(memory, 1, validity, vector.validity, selection, numRows);
  }
  return vector.encoding === 'flat'
    ? Vector.flat(vector.type, numRows, data, validity)
    : Vector.dictionary(vector.dictionary!, numRows, data, validity);
}

/** The same values as a flat vector; a flat vector is answered as it is. */
export function flatten(vector: Vector, arena: Arena): Vector {
  if (vector.encoding === 'flat') return vector;
  return flattenRows(vector, 0, vector.length, arena);
}

/** The values of a column of a batch, dense: row `i` is the batch's i-th row. Flat, dictionary or constant. */
export function denseColumn(batch: Batch, index: number, arena: Arena): Vector {
  const column = batch.columns[index]!;
  if (batch.selection !== 0) return gatherVector(column, batch.selection, batch.numRows, arena);
  return column.length === batch.numRows ? column : column.slice(0, batch.numRows);
}

/** Like {@link denseColumn}, but always flat. */
export function flatColumn(batch: Batch, index: number, arena: Arena): Vector {
  const column = batch.columns[index]!;
  if (column.encoding === 'flat') return denseColumn(batch, index, arena);
  return flattenRows(column, batch.selection, batch.numRows, arena);
}

function flattenRows(vector: Vector, selection: Address, numRows: number, arena: Arena): Vector {
  const { memory } = arena;
  const { type, kind } = vector;
  const allNull = isConstantNull(memory, vector);
  const data = arena.allocate(numRows * KIND_WIDTH[kind]);
  const scratch = vector.encoding === 'dictionary' && selection !== 0 ? arena.allocate(numRows * 4) : 0;
  copyValues(memory, vector, selection, numRows, data, scratch);
  if (vector.validity === 0 || (vector.encoding === 'constant' && !allNull)) return Vector.flat(type, numRows, data);
  const validity = arena.allocate(numRows);
  copyValidity(memory, vector, selection, numRows, validity);
  if (kind === 'ref') memory.kernels(VECTOR_KERNELS).clear_null_refs(data, validity, numRows);
  return Vector.flat(type, numRows, data, validity);
}
