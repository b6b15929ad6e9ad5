import { unsupported } from '../../error/index.ts';
import { type DataType, formatType, sameType } from '../../types/index.ts';
import { flatten, isConstantNull, literalVector, Vector } from '../../vector/index.ts';
import type { EvaluationContext } from '../function.ts';
import { castFunction } from './cast-table.ts';

/**
 * Converts a vector of any encoding to another type as PostgreSQL's CAST does; with `safe`, values that cannot be converted
 * become null. Errors: `CAST_FAILED`, `OVERFLOW`, `FEATURE_NOT_IMPLEMENTED` for a pair of types without a cast.
 */
export function castVector(context: EvaluationContext, vector: Vector, target: DataType, safe: boolean): Vector {
  if (sameType(vector.type, target)) return vector;
  const { arena } = context;
  if (vector.type.id === 'null' || isConstantNull(arena.memory, vector)) {
    return literalVector(target, null, vector.length, arena);
  }
  const convert = castFunction(vector.type, target);
  if (!convert) {
    throw unsupported(`A cast from ${formatType(vector.type)} to ${formatType(target)}`, context.span);
  }
  if (vector.encoding === 'constant') {
    const one = Vector.flat(vector.type, 1, vector.data);
    const result = convert({ ...context, validity: 0, safe, castVector }, one, target);
    return Vector.constant(target, vector.length, result.data, result.validity);
  }
  const flat = flatten(vector, arena);
  return convert({ ...context, validity: flat.validity, safe, castVector }, flat, target);
}
