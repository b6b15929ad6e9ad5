import { INT32, type ListType } from '../../../types/index.ts';
import type { Vector } from '../../../vector/index.ts';
import type { ReturnTypeOf, ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { functionKernels } from '../function-kernels.ts';
import { withPropagatedNulls } from '../propagated-nulls.ts';
import { flatResult, overload, stride } from '../row-evaluation.ts';
import { sizedText } from '../sized-text.ts';
import { orderDescription } from './list-elements.ts';
import { pickElements } from './list-pick.ts';

const elementType: ReturnTypeOf = ([type]) => (type as ListType).element;

const elementAt: ScalarEvaluate = (context, args, numRows) => {
  const [lists, positions] = args as readonly [Vector, Vector];
  const counted = withPropagatedNulls(context, args, numRows);
  const fromZero = flatResult(context, INT32, numRows, (out) => {
    functionKernels(context).positions_from_zero(positions.data, stride(positions), numRows, out);
  });
  return pickElements(counted, lists, { data: fromZero.data, stride: 4 }, numRows);
};

/** `array[position]`, from 1; null where there is no such element. */
const ELEMENT_AT: ScalarFunction = {
  name: 'element at',
  category: 'nested',
  volatility: 'immutable',
  description: 'The element of an array at a position.',
  examples: [],
  overloads: [overload('element at', ['list', INT32], elementType, elementAt, { nulls: 'custom' })],
};

/** Which bounds of a slice are written. */
function slice(hasLower: boolean, hasUpper: boolean): ScalarEvaluate {
  return (context, args, numRows, type) => {
    const [lists, ...bounds] = args as readonly [Vector, ...Vector[]];
    const lower = hasLower ? bounds[0] : undefined;
    const upper = hasUpper ? bounds.at(-1) : undefined;
    const order = orderDescription(context, (type as ListType).element);
    return sizedText(context, type, numRows, (out, bytes) =>
      functionKernels(context).list_slice(
        ...([lists.data, stride(lists), lower?.data ?? 0, lower ? stride(lower) : 0] as const),
        ...([upper?.data ?? 0, upper ? stride(upper) : 0, context.validity, numRows, order, out, bytes] as const),
      ),
    );
  };
}

const sliceFunction = (name: string, hasLower: boolean, hasUpper: boolean): ScalarFunction => {
  const bounds = [hasLower, hasUpper].filter(Boolean).map(() => INT32);
  return {
    name,
    category: 'nested',
    volatility: 'immutable',
    description: 'The elements of an array between two positions.',
    examples: [],
    overloads: [overload(name, ['list', ...bounds], ([type]) => type!, slice(hasLower, hasUpper))],
  };
};

/** What `array[position]` and `array[from:to]` become. */
export const SUBSCRIPT_FUNCTIONS: readonly ScalarFunction[] = [
  ELEMENT_AT,
  sliceFunction('slice of', true, true),
  sliceFunction('slice from', true, false),
  sliceFunction('slice to', false, true),
];
