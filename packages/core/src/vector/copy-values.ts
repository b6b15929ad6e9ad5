import { KIND_WIDTH, type PhysicalKind } from '../types/index.ts';
import { VECTOR_KERNELS } from './kernels.ts';
import type { Address, LinearMemory } from './linear-memory.ts';
import type { Vector } from './vector.ts';

type WideKind = Exclude<PhysicalKind, 'bool'>;

const GATHER = { 1: 'gather_1', 4: 'gather_4', 8: 'gather_8', 16: 'gather_16' } as const;
const SCATTER = { 1: 'scatter_1', 4: 'scatter_4', 8: 'scatter_8', 16: 'scatter_16' } as const;
const FILL = {
  i32: 'fill_4',
  i64: 'fill_8',
  f64: 'fill_8',
  ref: 'fill_8',
  i128: 'fill_16',
  interval: 'fill_16',
} as const;

type Width = keyof typeof GATHER;

/** `target[i] = data[indexes[i]]` for values of `width` bytes (1, 4, 8 or 16). */
export function gatherValues(
  memory: LinearMemory,
  width: number,
  target: Address,
  data: Address,
  indexes: Address,
  numRows: number,
): void {
  memory.kernels(VECTOR_KERNELS)[GATHER[width as Width]](target, data, indexes, numRows);
}

/** `target[indexes[i]] = data[i]` for values of `width` bytes (1, 4, 8 or 16). */
export function scatterValues(
  memory: LinearMemory,
  width: number,
  target: Address,
  data: Address,
  indexes: Address,
  numRows: number,
): void {
  memory.kernels(VECTOR_KERNELS)[SCATTER[width as Width]](target, data, indexes, numRows);
}

/** `numRows` copies of the value at `value`; needs 16 bytes of slack after the target. */
function fillValues(memory: LinearMemory, kind: PhysicalKind, target: Address, value: Address, numRows: number): void {
  const kernels = memory.kernels(VECTOR_KERNELS);
  if (kind === 'bool') kernels.fill_bytes(target, memory.u8[value]!, numRows);
  else kernels[FILL[kind as WideKind]](target, value, numRows);
}

/**
 * Writes the flat values of a vector of any encoding to `target`: of the rows that `selection` lists (u32 row numbers), or
 * of its first `numRows` rows when it is 0. `scratch` must have room for `4 * numRows` bytes when the vector is a dictionary
 * and there is a selection, and may be the address of the selection itself no longer needed. Needs 16 bytes of slack after
 * the target.
 *
 * Null rows of a dictionary vector give the value of code 0: whoever copies `ref`s clears them (`clear_null_refs`).
 */
export function copyValues(
  memory: LinearMemory,
  vector: Vector,
  selection: Address,
  numRows: number,
  target: Address,
  scratch: Address,
): void {
  if (numRows === 0) return;
  const width = KIND_WIDTH[vector.kind];
  switch (vector.encoding) {
    case 'constant':
      fillValues(memory, vector.kind, target, vector.data, numRows);
      return;
    case 'flat':
      if (selection !== 0) gatherValues(memory, width, target, vector.data, selection, numRows);
      else memory.kernels(VECTOR_KERNELS).copy_bytes(target, vector.data, numRows * width);
      return;
    case 'dictionary': {
      let codes = vector.data;
      if (selection !== 0) {
        gatherValues(memory, 4, scratch, codes, selection, numRows);
        codes = scratch;
      }
      gatherValues(memory, width, target, vector.dictionary!.data, codes, numRows);
    }
  }
}

/** Writes one validity byte a row to `target`, ones where the vector has no nulls; selection as in {@link copyValues}. */
export function copyValidity(
  memory: LinearMemory,
  vector: Vector,
  selection: Address,
  numRows: number,
  target: Address,
): void {
  const kernels = memory.kernels(VECTOR_KERNELS);
  if (vector.validity === 0) kernels.fill_bytes(target, 1, numRows);
  else if (vector.encoding === 'constant') kernels.fill_bytes(target, memory.u8[vector.validity]!, numRows);
  else if (selection !== 0) gatherValues(memory, 1, target, vector.validity, selection, numRows);
  else kernels.copy_bytes(target, vector.validity, numRows);
}

/** Whether a constant vector is the constant null. */
export function isConstantNull(memory: LinearMemory, vector: Vector): boolean {
  return vector.encoding === 'constant' && vector.validity !== 0 && memory.u8[vector.validity] === 0;
}
