import { VARCHAR } from '../../../types/index.ts';
import { flatten, type Vector } from '../../../vector/index.ts';
import { castVector } from '../../cast/cast-vector.ts';
import { booleanToLetter } from '../../cast/text-output-casts.ts';
import type { EvaluationContext } from '../../function.ts';

/**
 * Any value as the text that PostgreSQL's output function makes, which is what `concat` and `format` put in: as a cast to text, but
 * booleans are `t` and `f`. Nulls stay null.
 */
export function printedText(context: EvaluationContext, vector: Vector): Vector {
  if (vector.type.id !== 'boolean') return castVector(context, vector, VARCHAR, false);
  const flat = flatten(vector, context.arena);
  return booleanToLetter({ ...context, validity: flat.validity, safe: false, castVector }, flat, VARCHAR);
}
