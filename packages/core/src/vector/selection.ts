import type { Arena } from './arena.ts';
import { Batch } from './batch.ts';
import { gatherValues, isConstantNull } from './copy-values.ts';
import { VECTOR_KERNELS } from './kernels.ts';
import type { Address } from './linear-memory.ts';
import type { Vector } from './vector.ts';

/** Row numbers, ascending, and how many they are. */
export interface Selection {
  readonly address: Address;
  readonly numRows: number;
}

/** Room for the row numbers of `numRows` rows, with the slack that the selection kernels write into. */
export function allocateSelection(numRows: number, arena: Arena): Address {
  return arena.allocate(numRows * 4);
}

/** The rows of a flat or constant boolean vector that are true and not null. */
export function selectTrue(vector: Vector, arena: Arena): Selection {
  return select(vector, arena, 'select_true');
}

/** The rows that are false or null. */
export function selectNotTrue(vector: Vector, arena: Arena): Selection {
  return select(vector, arena, 'select_not_true');
}

/** The rows that are true or null. */
export function selectNotFalse(vector: Vector, arena: Arena): Selection {
  return select(vector, arena, 'select_not_false');
}

/** The rows whose value is null. */
export function selectNull(vector: Vector, arena: Arena): Selection {
  const { memory } = arena;
  const numRows = vector.length;
  const address = allocateSelection(numRows, arena);
  if (vector.encoding === 'constant' || vector.validity === 0) {
    if (!isConstantNull(memory, vector)) return { address, numRows: 0 };
    memory.kernels(VECTOR_KERNELS).sequence_u32(address, 0, numRows);
    return { address, numRows };
  }
  return { address, numRows: memory.kernels(VECTOR_KERNELS).select_null(address, vector.validity, numRows) };
}

/** `inner` lists rows of what `outer` lists; the answer lists them as rows of what `outer` selects from. 0 is all rows. */
export function composeSelections(outer: Address, inner: Address, numRows: number, arena: Arena): Address {
  if (outer === 0) return inner;
  const address = allocateSelection(numRows, arena);
  gatherValues(arena.memory, 4, address, outer, inner, numRows);
  return address;
}

/** The rows of a batch for which a dense boolean vector (flat or constant) is true. The same batch when all are. */
export function selectBatch(batch: Batch, mask: Vector, arena: Arena): Batch {
  const { memory } = arena;
  const kernels = memory.kernels(VECTOR_KERNELS);
  const { numRows } = batch;
  if (mask.encoding === 'constant') {
    const isTrue = !isConstantNull(memory, mask) && memory.u8[mask.data] !== 0;
    return isTrue ? batch : batch.select(allocateSelection(0, arena), 0);
  }
  const address = allocateSelection(numRows, arena);
  const numSelected =
    batch.selection === 0
      ? kernels.select_true(address, mask.data, mask.validity, numRows)
      : kernels.refine_true(address, batch.selection, mask.data, mask.validity, numRows);
  return numSelected === numRows ? batch : batch.select(address, numSelected);
}

/** The rows of a batch that `inner` lists by their place in the batch. */
export function narrowBatch(batch: Batch, inner: Selection, arena: Arena): Batch {
  if (inner.numRows === batch.numRows) return batch;
  return new Batch(
    batch.columns,
    batch.numStoredRows,
    composeSelections(batch.selection, inner.address, inner.numRows, arena),
    inner.numRows,
  );
}

function select(
  vector: Vector,
  arena: Arena,
  kernel: 'select_true' | 'select_not_true' | 'select_not_false',
): Selection {
  const { memory } = arena;
  const numRows = vector.length;
  const address = allocateSelection(numRows, arena);
  if (vector.encoding === 'constant') {
    const isNull = isConstantNull(memory, vector);
    const isTrue = !isNull && memory.u8[vector.data] !== 0;
    const taken = kernel === 'select_true' ? isTrue : kernel === 'select_not_true' ? !isTrue : isNull || isTrue;
    if (!taken) return { address, numRows: 0 };
    memory.kernels(VECTOR_KERNELS).sequence_u32(address, 0, numRows);
    return { address, numRows };
  }
  return { address, numRows: memory.kernels(VECTOR_KERNELS)[kernel](address, vector.data, vector.validity, numRows) };
}
