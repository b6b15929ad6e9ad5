import { type ListType, VARCHAR } from '../../types/index.ts';
import { Vector } from '../../vector/index.ts';
import { functionKernels } from '../scalar/function-kernels.ts';
import { listElements } from '../scalar/nested/list-elements.ts';
import { type CastDefinition, type CastFunction, castsBetween } from './cast-function.ts';
import { booleanToLetter } from './text-output-casts.ts';

/** Arrays as PostgreSQL prints them: `{1,2}`, `{"a b",NULL}`, `{{1},{2}}`. */
const listToText: CastFunction = (context, values, target) => {
  const { arena } = context;
  const { validity, length } = values;
  const { element } = values.type as ListType;
  const elements = listElements(context, values, validity, length);
  const texts =
    element.id === 'boolean'
      ? booleanToLetter({ ...context, validity: elements.validity }, elements.values, VARCHAR)
      : context.castVector({ ...context, validity: elements.validity }, elements.values, VARCHAR, false);
  const kernels = functionKernels(context);
  const nested = element.id === 'list' ? 1 : 0;
  const args = [elements.counts, texts.data, elements.validity, nested, validity, length] as const;
  const out = arena.allocate(length * 8);
  const bytes = arena.allocate(kernels.list_to_text(...args, 0, 0));
  kernels.list_to_text(...args, out, bytes);
  return Vector.flat(target, length, out, validity);
};

/** Casts from arrays to text. */
export const TEXT_LIST_CASTS: readonly CastDefinition[] = castsBetween(['list'], ['varchar'], listToText);
