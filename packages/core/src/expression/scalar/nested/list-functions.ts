import { unsupported } from '../../../error/index.ts';
import { type DataType, formatType, type ListType, list, sameType, VARCHAR } from '../../../types/index.ts';
import { Vector } from '../../../vector/index.ts';
import { castVector } from '../../cast/cast-vector.ts';
import type {
  EvaluationContext,
  ReturnTypeOf,
  ScalarEvaluate,
  ScalarFunction,
  ScalarOverload,
} from '../../function.ts';
import { functionKernels } from '../function-kernels.ts';
import { withPropagatedNulls } from '../propagated-nulls.ts';
import { overload, stride } from '../row-evaluation.ts';
import { sizedText } from '../sized-text.ts';
import { printedText } from '../string/printed-text.ts';
import { elementWidth, listElements } from './list-elements.ts';

/** What works on the elements of an array of one dimension only. */
const oneDimensional = (evaluate: ScalarEvaluate): ScalarEvaluate => {
  return (context, args, numRows, type) => {
    const lists = args.find((arg) => arg.type.id === 'list');
    if (lists && (lists.type as ListType).element.id === 'list') {
      throw unsupported('This function of an array of more than one dimension', context.span);
    }
    return evaluate(context, args, numRows, type);
  };
};

const arrayToString: ScalarEvaluate = (context, args, numRows, type) => {
  const [lists, separators, nulls] = args as readonly [Vector, Vector, Vector | undefined];
  const { validity } = withPropagatedNulls(context, [lists, separators], numRows);
  const elements = listElements(context, lists, validity, numRows);
  const texts = printedText({ ...context, validity: elements.validity }, elements.values);
  const result = sizedText(context, type, numRows, (out, bytes) =>
    functionKernels(context).list_join(
      elements.counts,
      texts.data,
      elements.validity,
      separators.data,
      stride(separators),
      ...described(nulls),
      validity,
      numRows,
      out,
      bytes,
    ),
  );
  return Vector.flat(type, numRows, result.data, validity);
};

const validityStride = (vector: Vector | undefined) => (!vector || vector.encoding === 'constant' ? 0 : 1);

/** Data, stride, validity and its stride, as the kernels take an argument that may be null or missing. */
function described(vector: Vector | undefined): readonly [number, number, number, number] {
  if (!vector) return [0, 0, 0, 0];
  return [vector.data, stride(vector), vector.validity, validityStride(vector)];
}

const stringToArray: ScalarEvaluate = (context, args, numRows, type) => {
  const [texts, delimiters, nulls] = args as readonly [Vector, Vector, Vector | undefined];
  const { validity } = withPropagatedNulls(context, [texts], numRows);
  const kernels = functionKernels(context);
  const result = sizedText(context, type, numRows, (out, bytes) =>
    kernels.text_to_list(
      texts.data,
      stride(texts),
      ...described(delimiters),
      ...described(nulls),
      validity,
      numRows,
      out,
      bytes,
    ),
  );
  return Vector.flat(type, numRows, result.data, validity);
};

interface ListParts {
  readonly first?: Vector | undefined;
  readonly element?: Vector | undefined;
  readonly second?: Vector | undefined;
}

function joined(
  context: EvaluationContext,
  { first, element, second }: ListParts,
  numRows: number,
  type: DataType,
): Vector {
  const width = element ? elementWidth(element.type) : 0;
  return sizedText(context, type, numRows, (out, bytes) =>
    functionKernels(context).list_append(
      ...described(first),
      ...described(element),
      width,
      ...described(second),
      numRows,
      out,
      bytes,
    ),
  );
}

/** An element in the type that the elements of the list have. */
const asElement = (context: EvaluationContext, value: Vector, type: DataType) =>
  castVector(context, value, (type as ListType).element, false);

const append: ScalarEvaluate = (context, [first, value], numRows, type) =>
  joined(context, { first, element: asElement(context, value!, type) }, numRows, type);

const prepend: ScalarEvaluate = (context, [value, second], numRows, type) =>
  joined(context, { element: asElement(context, value!, type), second }, numRows, type);

const concatenate: ScalarEvaluate = (context, args, numRows, type) => {
  const [first, second] = args as readonly [Vector, Vector];
  if (!sameType(first.type, second.type)) {
    // An array of arrays and one of its elements; or arrays whose elements are of types that go together.
    const [outer, inner] = [first.type as ListType, second.type as ListType];
    if (sameType(outer.element, inner)) return append(context, args, numRows, type);
    if (sameType(inner.element, outer)) return prepend(context, args, numRows, type);
    throw unsupported(`Joining ${formatType(first.type)} and ${formatType(second.type)}`, context.span);
  }
  const result = joined(context, { first, second }, numRows, type);
  // Null only where both are.
  if (first.validity === 0 || second.validity === 0) return result;
  const { arena } = context;
  const validity = arena.allocate(numRows);
  const validityArgs = [first.validity, validityStride(first), second.validity, validityStride(second)] as const;
  functionKernels(context).either_valid(...validityArgs, numRows, validity, result.data);
  return Vector.flat(type, numRows, result.data, validity);
};

/** The type of the list; of two lists, that of the one whose elements are the other. */
const listType: ReturnTypeOf = ([first, second]) => {
  if (first!.id !== 'list') return second!;
  return second!.id === 'list' && sameType((second as ListType).element, first!) ? second! : first!;
};

/** The overloads of `||` that take an array. */
export const LIST_CONCAT_OVERLOADS: readonly ScalarOverload[] = [
  overload('||', ['same-list', 'same-list'], listType, concatenate, { nulls: 'custom' }),
  overload('||', ['same-list', 'same'], listType, append, { nulls: 'custom' }),
  overload('||', ['same', 'same-list'], listType, prepend, { nulls: 'custom' }),
];

export const LIST_FUNCTIONS: readonly ScalarFunction[] = [
  {
    name: 'array_to_string',
    category: 'nested',
    volatility: 'stable',
    description:
      'Joins the texts of the elements with a separator; nulls are left out, or stand as the third argument.',
    examples: [
      { sql: "array_to_string(ARRAY[1, 2, 3, NULL, 5], ',', '*')", result: '1,2,3,*,5' },
      { sql: "array_to_string(ARRAY[1, 2, NULL], ',')", result: '1,2' },
    ],
    overloads: [
      overload('array_to_string', ['list', VARCHAR], VARCHAR, oneDimensional(arrayToString), { nulls: 'custom' }),
      overload('array_to_string', ['list', VARCHAR, VARCHAR], VARCHAR, oneDimensional(arrayToString), {
        nulls: 'custom',
      }),
    ],
  },
  {
    name: 'string_to_array',
    category: 'nested',
    volatility: 'immutable',
    description:
      'Cuts a string at a delimiter; with a null delimiter, into its characters. A piece that equals the third argument is null.',
    examples: [
      { sql: "array_to_string(string_to_array('xx~~yy~~zz', '~~', 'yy'), '/', '?')", result: 'xx/?/zz' },
      { sql: "array_to_string(string_to_array('abc', NULL), '-')", result: 'a-b-c' },
    ],
    overloads: [
      overload('string_to_array', [VARCHAR, VARCHAR], list(VARCHAR), stringToArray, { nulls: 'custom' }),
      overload('string_to_array', [VARCHAR, VARCHAR, VARCHAR], list(VARCHAR), stringToArray, { nulls: 'custom' }),
    ],
  },
  {
    name: 'array_append',
    aliases: ['list_append'],
    category: 'nested',
    volatility: 'immutable',
    description: 'The array with an element more at its end; a null array counts as an empty one.',
    examples: [{ sql: 'array_append(ARRAY[1, 2], 3)', result: '{1,2,3}' }],
    overloads: [overload('array_append', ['same-list', 'same'], listType, append, { nulls: 'custom' })],
  },
  {
    name: 'array_prepend',
    category: 'nested',
    volatility: 'immutable',
    description: 'The array with an element more at its start; a null array counts as an empty one.',
    examples: [{ sql: "array_to_string(array_prepend(1, ARRAY[2, 3]), ',')", result: '1,2,3' }],
    overloads: [overload('array_prepend', ['same', 'same-list'], listType, prepend, { nulls: 'custom' })],
  },
  {
    name: 'array_cat',
    aliases: ['list_concat'],
    category: 'nested',
    volatility: 'immutable',
    description: 'Two arrays behind each other; a null one counts as empty, two of them are null.',
    examples: [{ sql: "array_to_string(array_cat(ARRAY[1, 2], ARRAY[3]), ',')", result: '1,2,3' }],
    overloads: [overload('array_cat', ['same-list', 'same-list'], listType, concatenate, { nulls: 'custom' })],
  },
];
