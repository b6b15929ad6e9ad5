import {
  type DataType,
  FLOAT64,
  INTERVAL,
  KIND_WIDTH,
  type ListType,
  list,
  physicalKind,
  TIMESTAMP,
  TIMESTAMPTZ,
} from '../../../types/index.ts';
import { Vector } from '../../../vector/index.ts';
import type { EvaluationContext, ReturnTypeOf, ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { pairKernel, scaledInterval, signedKernel, timestampPlusInterval } from '../../operator/datetime-evaluation.ts';
import { functionKernels } from '../function-kernels.ts';
import { checkAnswer } from '../kernel-failure.ts';
import { withPropagatedNulls } from '../propagated-nulls.ts';
import { flatResult, overload, stride } from '../row-evaluation.ts';
import { typeDescription } from './list-elements.ts';

/** The element at a position (i32, from 0) of each list; null where there is none. `context.validity` tells which lists count. */
export function pickElements(
  context: EvaluationContext,
  lists: Vector,
  positions: Pick<Vector, 'data'> & { readonly stride: number },
  numRows: number,
): Vector {
  const { arena, validity } = context;
  const { element } = lists.type as ListType;
  const out = arena.allocate(numRows * KIND_WIDTH[physicalKind(element)]);
  const outValidity = arena.allocate(numRows);
  const description = typeDescription(context, element);
  functionKernels(context).list_pick(
    ...([lists.data, stride(lists), positions.data, positions.stride, validity, numRows] as const),
    ...[description, out, outValidity],
  );
  return Vector.flat(element, numRows, out, outValidity);
}

const elementType: ReturnTypeOf = ([type]) => (type as ListType).element;

const DISCRETE = 0;
const LOWER = 1;
const UPPER = 2;

/** Lists and fractions that count, and how many elements each has. */
function fractions(context: EvaluationContext, args: readonly Vector[], numRows: number) {
  const [lists, fraction] = args as readonly [Vector, Vector];
  const counted = withPropagatedNulls(context, args, numRows);
  const kernels = functionKernels(context);
  const counts = context.arena.allocate(numRows * 4);
  kernels.list_lengths(lists.data, stride(lists), counted.validity, numRows, counts);
  const given = [counts, fraction.data, stride(fraction)] as const;
  const at = (mode: number): Vector => {
    const data = context.arena.allocate(numRows * 4);
    const answer = kernels.list_fraction_positions(...given, counted.validity, numRows, mode, data);
    checkAnswer(answer, context, { invalidValue: 'a fraction of a percentile must be between 0 and 1' });
    return pickElements(counted, lists, { data, stride: 4 }, numRows);
  };
  return { at, given, kernels };
}

const discretePercentile: ScalarEvaluate = (context, args, numRows) => fractions(context, args, numRows).at(DISCRETE);

type Interpolate = (context: EvaluationContext, from: Vector, to: Vector, rests: Vector, numRows: number) => Vector;

const interpolateFloats: Interpolate = (context, from, to, rests, numRows) =>
  flatResult(context, FLOAT64, numRows, (out) => {
    functionKernels(context).lerp_f64(from.data, to.data, rests.data, numRows, out);
  });

const interpolateIntervals: Interpolate = (context, from, to, rests, numRows) => {
  const distance = signedKernel('interval_add', -1)(context, [to, from], numRows, INTERVAL);
  const part = scaledInterval('multiplication')(context, [distance, rests], numRows, INTERVAL);
  return signedKernel('interval_add', 1)(context, [from, part], numRows, INTERVAL);
};

const interpolateTimestamps: Interpolate = (context, from, to, rests, numRows) => {
  const distance = pairKernel('timestamp_difference', 'subtraction')(context, [to, from], numRows, INTERVAL);
  const part = scaledInterval('multiplication')(context, [distance, rests], numRows, INTERVAL);
  return timestampPlusInterval(1)(context, [from, part], numRows, from.type);
};

function continuousPercentile(interpolate: Interpolate): ScalarEvaluate {
  return (context, args, numRows, type) => {
    const { at, given, kernels } = fractions(context, args, numRows);
    const [from, to] = [at(LOWER), at(UPPER)];
    const rests = flatResult(context, FLOAT64, numRows, (out) => {
      kernels.list_fraction_rests(...given, numRows, out);
    });
    const { data } = interpolate({ ...context, validity: from.validity }, from, to, rests, numRows);
    return Vector.flat(type, numRows, data, from.validity);
  };
}

const mostFrequent: ScalarEvaluate = (context, [lists], numRows) => {
  const { arena } = context;
  const counted = withPropagatedNulls(context, [lists!], numRows);
  const data = arena.allocate(numRows * 4);
  const description = typeDescription(context, (lists!.type as ListType).element);
  functionKernels(context).list_most_frequent(
    ...([lists!.data, stride(lists!), counted.validity, numRows, description, data] as const),
  );
  return pickElements(counted, lists!, { data, stride: 4 }, numRows);
};

const continuous = (element: DataType, interpolate: Interpolate) =>
  overload('continuous percentile', [list(element), FLOAT64], element, continuousPercentile(interpolate), {
    nulls: 'custom',
  });

/** What ordered-set aggregates make of the sorted list of their values; SQL calls them by the aggregates' names only. */
export const SORTED_LIST_FUNCTIONS: readonly ScalarFunction[] = [
  {
    name: 'discrete percentile',
    category: 'nested',
    volatility: 'immutable',
    description: 'The first element of a sorted array up to which there is at least a fraction of its elements.',
    examples: [],
    overloads: [
      overload('discrete percentile', ['list', FLOAT64], elementType, discretePercentile, { nulls: 'custom' }),
    ],
  },
  {
    name: 'continuous percentile',
    category: 'nested',
    volatility: 'immutable',
    description: 'The value at a fraction of a sorted array, interpolated between two elements.',
    examples: [],
    overloads: [
      continuous(FLOAT64, interpolateFloats),
      continuous(INTERVAL, interpolateIntervals),
      continuous(TIMESTAMP, interpolateTimestamps),
      continuous(TIMESTAMPTZ, interpolateTimestamps),
    ],
  },
  {
    name: 'most frequent',
    category: 'nested',
    volatility: 'immutable',
    description: 'The element that occurs most often in a sorted array; of several, the first.',
    examples: [],
    overloads: [overload('most frequent', ['list'], elementType, mostFrequent, { nulls: 'custom' })],
  },
];
