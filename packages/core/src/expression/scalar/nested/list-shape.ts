import { type DataType, INT32, type LiteralValue, VARCHAR } from '../../../types/index.ts';
import { literalVector, Vector, vectorOfLiterals, vectorValues } from '../../../vector/index.ts';
import type { ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { functionKernels } from '../function-kernels.ts';
import { withPropagatedNulls } from '../propagated-nulls.ts';
import { flatResult, overload, stride } from '../row-evaluation.ts';

/** How many dimensions arrays of a type have. */
function depthOf(type: DataType): number {
  return type.id === 'list' ? 1 + depthOf(type.element) : 0;
}

const cardinality: ScalarEvaluate = (context, [lists], numRows, type) =>
  flatResult(context, type, numRows, (out) => {
    functionKernels(context).list_cardinality(
      ...([lists!.data, stride(lists!), context.validity, numRows, depthOf(lists!.type), out] as const),
    );
  });

/** Null for an empty array and for a dimension that there is not. */
const extent: ScalarEvaluate = (context, args, numRows, type) => {
  const { arena } = context;
  const [lists, dimensions = literalVector(INT32, 1, numRows, arena)] = args as readonly [Vector, Vector];
  const { validity } = withPropagatedNulls(context, args, numRows);
  const out = arena.allocate(numRows * 4);
  const outValidity = arena.allocate(numRows);
  functionKernels(context).list_extent(
    ...([lists.data, stride(lists), dimensions.data, stride(dimensions), validity, numRows] as const),
    ...([depthOf(lists.type), out, outValidity] as const),
  );
  return Vector.flat(type, numRows, out, outValidity);
};

/** A constant wherever the array has the dimension. */
function whereThereIs(value: (type: DataType) => number): ScalarEvaluate {
  return (context, args, numRows, type) => {
    const { validity } = extent(context, args, numRows, INT32);
    const values = context.arena.allocate(numRows * 4);
    context.arena.memory.i32.fill(value(args[0]!.type), values / 4, values / 4 + numRows);
    return Vector.flat(type, numRows, values, validity);
  };
}

/** For people to read: a text is made for each row in JavaScript. */
const dimensionsText: ScalarEvaluate = (context, [lists], numRows, type) => {
  const depth = depthOf(lists!.type);
  const lengths = Array.from({ length: depth }, (_, i) => {
    const dimension = literalVector(INT32, i + 1, numRows, context.arena);
    return vectorValues(extent(context, [lists!, dimension], numRows, INT32), context.arena.memory);
  });
  const texts = Array.from({ length: numRows }, (_, row): LiteralValue => {
    const parts = lengths.flatMap((values) => (values[row] === null ? [] : [`[1:${String(values[row])}]`]));
    return parts.length === 0 ? null : parts.join('');
  });
  return vectorOfLiterals(type, texts, context.arena);
};

const CUSTOM = { nulls: 'custom' } as const;

export const LIST_SHAPE_FUNCTIONS: readonly ScalarFunction[] = [
  {
    name: 'cardinality',
    category: 'nested',
    volatility: 'immutable',
    description: 'The number of elements of an array, in all of its dimensions.',
    examples: [
      { sql: 'cardinality(ARRAY[1, 2, NULL])', result: '3' },
      { sql: 'cardinality(ARRAY[[1, 2], [3, 4]])', result: '4' },
    ],
    overloads: [overload('cardinality', ['list'], INT32, cardinality)],
  },
  {
    name: 'array_length',
    category: 'nested',
    volatility: 'immutable',
    description:
      'The number of elements of an array in a dimension; null for an empty one, and for a dimension that it has not.',
    examples: [
      { sql: 'array_length(ARRAY[1, 2, 3], 1)', result: '3' },
      { sql: 'array_length(ARRAY[[1, 2, 3], [4, 5, 6]], 2)', result: '3' },
    ],
    overloads: [overload('array_length', ['list', INT32], INT32, extent, CUSTOM)],
  },
  {
    name: 'array_upper',
    category: 'nested',
    volatility: 'immutable',
    description: 'The last position of a dimension of an array.',
    examples: [{ sql: 'array_upper(ARRAY[1, 8, 3, 7], 1)', result: '4' }],
    overloads: [overload('array_upper', ['list', INT32], INT32, extent, CUSTOM)],
  },
  {
    name: 'array_lower',
    category: 'nested',
    volatility: 'immutable',
    description: 'The first position of a dimension of an array, which is 1; null when there is no element.',
    examples: [{ sql: 'array_lower(ARRAY[5, 6], 1)', result: '1' }],
    overloads: [
      overload(
        'array_lower',
        ['list', INT32],
        INT32,
        whereThereIs(() => 1),
        CUSTOM,
      ),
    ],
  },
  {
    name: 'array_ndims',
    category: 'nested',
    volatility: 'immutable',
    description: 'The number of dimensions of an array; null for an empty one.',
    examples: [{ sql: 'array_ndims(ARRAY[[1, 2, 3], [4, 5, 6]])', result: '2' }],
    overloads: [overload('array_ndims', ['list'], INT32, whereThereIs(depthOf), CUSTOM)],
  },
  {
    name: 'array_dims',
    category: 'nested',
    volatility: 'immutable',
    description: 'The dimensions of an array as text; null for an empty one.',
    examples: [{ sql: 'array_dims(ARRAY[[1, 2, 3], [4, 5, 6]])', result: '[1:2][1:3]' }],
    overloads: [overload('array_dims', ['list'], VARCHAR, dimensionsText, CUSTOM)],
  },
];
