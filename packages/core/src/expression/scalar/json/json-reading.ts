import { QueryError } from '../../../error/index.ts';
import {
  BOOLEAN,
  type DataType,
  INT32,
  JSON_TYPE,
  JSONB,
  type LiteralValue,
  list,
  VARCHAR,
} from '../../../types/index.ts';
import { type Vector, vectorOfLiterals, vectorValue } from '../../../vector/index.ts';
import type { ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { functionKernels } from '../function-kernels.ts';
import { rowCounts, rowStrings } from '../pattern/text-rows.ts';
import { flatResult, overload, stride } from '../row-evaluation.ts';
import { containsJson, isJsonArray, isJsonObject, type JsonValue, parseJson, typeOfJson } from './json-value.ts';

/** A function of a JSON value and perhaps a plain one, row by row in JavaScript. */
function byRow(call: (value: JsonValue, other: LiteralValue) => LiteralValue): ScalarEvaluate {
  return (context, args, numRows, type) => {
    const [values, other] = args as readonly [Vector, Vector | undefined];
    const { memory } = context.arena;
    const results = rowStrings(context, values, numRows).map((text, row) => {
      if (!rowCounts(context, row)) return null;
      const value = parseJson(text, values.type.id, context.span);
      return call(value, other ? vectorValue(other, row, memory) : null);
    });
    return vectorOfLiterals(type, results, context.arena);
  };
}

const parsed = (text: LiteralValue): JsonValue => parseJson(text as string, 'jsonb', undefined);

const arrayLength: ScalarEvaluate = (context, [values], numRows, type) => {
  const result = flatResult(context, type, numRows, (out) => {
    functionKernels(context).json_lengths(values!.data, stride(values!), context.validity, numRows, out);
  });
  if (context.arena.memory.i32.subarray(result.data / 4, result.data / 4 + numRows).includes(-1)) {
    throw new QueryError('INVALID_VALUE', 'a JSON value that is no array has no array length', { span: context.span });
  }
  return result;
};

function hasKey(value: JsonValue, key: LiteralValue): boolean {
  if (typeof key !== 'string') return false;
  if (isJsonObject(value)) return value.has(key);
  return isJsonArray(value) ? value.includes(key) : value === key;
}

const keysOf = (keys: LiteralValue) => keys as readonly LiteralValue[];

const reader = (name: string, types: readonly DataType[], returns: DataType, evaluate: ScalarEvaluate) => ({
  name,
  category: 'json' as const,
  volatility: 'immutable' as const,
  overloads: [overload(name, types, returns, evaluate)],
});

/** Overloads of operators that arrays have, too. */
export const JSONB_CONTAINS = overload(
  '@>',
  [JSONB, JSONB],
  BOOLEAN,
  byRow((a, b) => containsJson(a, parsed(b))),
);
export const JSONB_CONTAINED = overload(
  '<@',
  [JSONB, JSONB],
  BOOLEAN,
  byRow((a, b) => containsJson(parsed(b), a)),
);

export const JSON_READING_FUNCTIONS: readonly ScalarFunction[] = [
  ...[JSON_TYPE, JSONB].flatMap((type): ScalarFunction[] => [
    {
      ...reader(`${type.id}_array_length`, [type], INT32, arrayLength),
      description: 'The number of elements of a JSON array.',
      examples: [{ sql: `${type.id}_array_length('[1, 2, [3]]')`, result: '3' }],
    },
    {
      ...reader(`${type.id}_typeof`, [type], VARCHAR, byRow(typeOfJson)),
      description: 'What a JSON value is: object, array, string, number, boolean or null.',
      examples: [{ sql: `${type.id}_typeof('-123.4')`, result: 'number' }],
    },
  ]),
  {
    ...reader('?', [JSONB, VARCHAR], BOOLEAN, byRow(hasKey)),
    description: 'Whether a string is a key of an object or an element of an array.',
    examples: [{ sql: `'{"a": 1}'::jsonb ? 'a'`, result: 'true' }],
  },
  {
    ...reader(
      '?|',
      [JSONB, list(VARCHAR)],
      BOOLEAN,
      byRow((value, keys) => keysOf(keys).some((key) => hasKey(value, key))),
    ),
    description: 'Whether any of some strings is a key or an element.',
    examples: [{ sql: `'{"a": 1}'::jsonb ?| ARRAY['b', 'a']`, result: 'true' }],
  },
  {
    ...reader(
      '?&',
      [JSONB, list(VARCHAR)],
      BOOLEAN,
      byRow((value, keys) => keysOf(keys).every((key) => hasKey(value, key))),
    ),
    description: 'Whether all of some strings are keys or elements.',
    examples: [{ sql: `'["a", "b"]'::jsonb ?& ARRAY['b', 'a']`, result: 'true' }],
  },
];
