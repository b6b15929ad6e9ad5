import { Vector } from '../../vector/index.ts';
import { functionKernels } from '../scalar/function-kernels.ts';
import { kernelFailure } from '../scalar/kernel-failure.ts';
import { refText } from '../scalar/ref-text.ts';
import { type CastDefinition, type CastFunction, castsBetween, failuresTo } from './cast-function.ts';
import { nearestFloat32 } from './exact-float.ts';
import { checkTextCast } from './text-cast-failure.ts';

/** `UNDECIDED` of kernels/function/scan.ts. */
const UNDECIDED = 6;

/**
 * Text to the nearest float. The kernel leaves numbers of more than 19 digits that lie next to the middle of two floats to
 * JavaScript's own parser, which is exact; such texts are rare.
 */
const textToFloat: CastFunction = (context, values, target) => {
  const { arena } = context;
  const { data, validity, length } = values;
  const single = target.id === 'float32';
  const out = arena.allocate(length * 8);
  const failures = failuresTo(context, values);
  const kernels = functionKernels(context);
  for (let first = 0; first < length; ) {
    const answer = kernels.text_to_float(data, 8, validity, first, length, single ? 1 : 0, out, failures);
    const failure = kernelFailure(answer);
    if (!failure) break;
    if (failure.status !== UNDECIDED) checkTextCast(context, values, target, answer);
    const text = refText(arena.memory, data + 8 * failure.row);
    arena.memory.f64[(out >>> 3) + failure.row] = single ? nearestFloat32(text) : Number(text);
    first = failure.row + 1;
  }
  return Vector.flat(target, length, out, failures || validity);
};

/** Casts from text to floats, correctly rounded. */
export const TEXT_FLOAT_INPUT_CASTS: readonly CastDefinition[] = castsBetween(
  ['varchar'],
  ['float32', 'float64'],
  textToFloat,
);
