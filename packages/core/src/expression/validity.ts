import { type Address, type Arena, Vector } from '../vector/index.ts';
import { vectorKernels } from './expression-kernels.ts';

/** AND of the validity of dense vectors, none of them the constant null; 0 when none has a null. */
export function combineValidity(vectors: readonly Vector[], numRows: number, arena: Arena): Address {
  let combined: Address = 0;
  let owned = false;
  for (const { encoding, validity } of vectors) {
    if (validity === 0 || encoding === 'constant' || validity === combined) continue;
    if (combined === 0) {
      combined = validity;
      continue;
    }
    const target = owned ? combined : arena.allocate(numRows);
    vectorKernels(arena).and_bytes(target, combined, validity, numRows);
    combined = target;
    owned = true;
  }
  return combined;
}

/**
 * A flat vector that is null where `validity` says so (0: nowhere), its `ref`s cleared there. `data` must belong to the
 * caller when the type is a `ref` kind.
 */
export function vectorWithValidity(vector: Vector, validity: Address, arena: Arena): Vector {
  if (validity !== 0 && vector.kind === 'ref') {
    vectorKernels(arena).clear_null_refs(vector.data, validity, vector.length);
  }
  return Vector.flat(vector.type, vector.length, vector.data, validity);
}
