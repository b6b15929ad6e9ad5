import { unsupported } from '../../../error/index.ts';
import { BOOLEAN, INT32, type ListType, list } from '../../../types/index.ts';
import { literalVector, Vector } from '../../../vector/index.ts';
import type { EvaluationContext, ReturnTypeOf, ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { functionKernels } from '../function-kernels.ts';
import { JSONB_CONTAINED, JSONB_CONTAINS } from '../json/json-reading.ts';
import { withPropagatedNulls } from '../propagated-nulls.ts';
import { flatResult, overload, stride } from '../row-evaluation.ts';
import { sizedText } from '../sized-text.ts';
import { nestedOf } from './list-constructor.ts';
import { orderDescription } from './list-elements.ts';

function elementsOrder(context: EvaluationContext, lists: Vector): number {
  const { element } = lists.type as ListType;
  if (element.id === 'list') throw unsupported('This function of an array of more than one dimension', context.span);
  return orderDescription(context, element);
}

const CONTAINS = 0;
const OVERLAPS = 1;

function relation(mode: number): ScalarEvaluate {
  return (context, [a, b], numRows, type) =>
    flatResult(context, type, numRows, (out) => {
      const order = elementsOrder(context, a!);
      functionKernels(context).list_relation(
        ...([mode, a!.data, stride(a!), b!.data, stride(b!), context.validity, numRows, order, out] as const),
      );
    });
}

const swapped =
  (evaluate: ScalarEvaluate): ScalarEvaluate =>
  (context, [a, b], numRows, type) =>
    evaluate(context, [b!, a!], numRows, type);

/** Lists of one element each, in which a kernel finds what it looks for. */
function singles(context: EvaluationContext, values: Vector, numRows: number): Vector {
  return nestedOf(context, [values], values.encoding === 'constant' ? 1 : numRows, list(values.type));
}

const strideOfSingles = (values: Vector) => (values.encoding === 'constant' ? 0 : 8);

const position: ScalarEvaluate = (context, args, numRows, type) => {
  const { arena } = context;
  const [lists, values, starts = literalVector(INT32, 1, numRows, arena)] = args as readonly [Vector, Vector, Vector];
  const { validity } = withPropagatedNulls(context, args.length > 2 ? [lists, starts] : [lists], numRows);
  const out = arena.allocate(numRows * 4);
  const outValidity = arena.allocate(numRows);
  functionKernels(context).list_position(
    ...([lists.data, stride(lists), singles(context, values, numRows).data, strideOfSingles(values)] as const),
    ...([starts.data, stride(starts), validity, numRows, elementsOrder(context, lists), out, outValidity] as const),
  );
  return Vector.flat(type, numRows, out, outValidity);
};

const contains: ScalarEvaluate = (context, args, numRows, type) => {
  const found = position(context, args, numRows, INT32);
  return Vector.flat(type, numRows, found.validity);
};

const REMOVE = 0;
const REPLACE = 1;
const POSITIONS = 2;

function edit(mode: number): ScalarEvaluate {
  return (context, args, numRows, type) => {
    const [lists, wanted, other] = args as readonly [Vector, Vector, Vector | undefined];
    const { validity } = withPropagatedNulls(context, [lists], numRows);
    const others = other ? singles(context, other, numRows).data : 0;
    const wantedLists = singles(context, wanted, numRows).data;
    const order = elementsOrder(context, lists);
    const result = sizedText(context, type, numRows, (out, bytes) =>
      functionKernels(context).list_edit(
        ...([mode, lists.data, stride(lists), wantedLists, strideOfSingles(wanted)] as const),
        ...([others, other ? strideOfSingles(other) : 0, validity, numRows, order, out, bytes] as const),
      ),
    );
    return Vector.flat(type, numRows, result.data, validity);
  };
}

const sameType: ReturnTypeOf = ([type]) => type!;
const CUSTOM = { nulls: 'custom' } as const;

/** Operators and functions that look for elements. Nulls are found by functions, as `IS NOT DISTINCT FROM` has it, but not by operators. */
export const LIST_SEARCH_FUNCTIONS: readonly ScalarFunction[] = [
  {
    name: 'array_position',
    aliases: ['list_position', 'list_indexof'],
    category: 'nested',
    volatility: 'immutable',
    description:
      'The position of the first element that equals a value, from 1 or from where the third argument says; null for none.',
    examples: [{ sql: "array_position(ARRAY['sun', 'mon', 'tue'], 'mon')", result: '2' }],
    overloads: [
      overload('array_position', ['same-list', 'same'], INT32, position, CUSTOM),
      overload('array_position', ['same-list', 'same', INT32], INT32, position, CUSTOM),
    ],
  },
  {
    name: 'array_positions',
    category: 'nested',
    volatility: 'immutable',
    description: 'The positions of all elements that equal a value.',
    examples: [{ sql: "array_positions(ARRAY['A', 'A', 'B', 'A'], 'A')", result: '{1,2,4}' }],
    overloads: [overload('array_positions', ['same-list', 'same'], list(INT32), edit(POSITIONS), CUSTOM)],
  },
  {
    name: 'array_remove',
    category: 'nested',
    volatility: 'immutable',
    description: 'The array without the elements that equal a value.',
    examples: [{ sql: 'array_remove(ARRAY[1, 2, 3, 2], 2)', result: '{1,3}' }],
    overloads: [overload('array_remove', ['same-list', 'same'], sameType, edit(REMOVE), CUSTOM)],
  },
  {
    name: 'array_replace',
    category: 'nested',
    volatility: 'immutable',
    description: 'The array with another value in the place of the elements that equal one.',
    examples: [{ sql: 'array_replace(ARRAY[1, 2, 5, 4], 5, 3)', result: '{1,2,3,4}' }],
    overloads: [overload('array_replace', ['same-list', 'same', 'same'], sameType, edit(REPLACE), CUSTOM)],
  },
  {
    name: 'array_contains',
    aliases: ['list_contains', 'list_has', 'array_has'],
    category: 'nested',
    volatility: 'immutable',
    description: 'Whether an array has an element that equals a value.',
    examples: [{ sql: 'array_contains(ARRAY[1, 2], 2)', result: 'true' }],
    overloads: [overload('array_contains', ['same-list', 'same'], BOOLEAN, contains)],
  },
  {
    name: '@>',
    category: 'operator',
    volatility: 'immutable',
    description: 'Whether an array has every element of another. A null is no element that an array could have.',
    examples: [{ sql: 'ARRAY[1, 4, 3] @> ARRAY[3, 1, 3]', result: 'true' }],
    overloads: [overload('@>', ['same-list', 'same-list'], BOOLEAN, relation(CONTAINS)), JSONB_CONTAINS],
  },
  {
    name: '<@',
    category: 'operator',
    volatility: 'immutable',
    description: 'Whether every element of an array is one of another, too.',
    examples: [{ sql: 'ARRAY[2, 2, 7] <@ ARRAY[1, 7, 4, 2, 6]', result: 'true' }],
    overloads: [overload('<@', ['same-list', 'same-list'], BOOLEAN, swapped(relation(CONTAINS))), JSONB_CONTAINED],
  },
  {
    name: '&&',
    category: 'operator',
    volatility: 'immutable',
    description: 'Whether two arrays have an element in common.',
    examples: [{ sql: 'ARRAY[1, 4, 3] && ARRAY[2, 1]', result: 'true' }],
    overloads: [overload('&&', ['same-list', 'same-list'], BOOLEAN, relation(OVERLAPS))],
  },
];
