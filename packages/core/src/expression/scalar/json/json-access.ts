import { type DataType, INT32, JSON_TYPE, JSONB, type LiteralValue, list, VARCHAR } from '../../../types/index.ts';
import { literalVector, Vector, vectorValue } from '../../../vector/index.ts';
import type { EvaluationContext, ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { functionKernels } from '../function-kernels.ts';
import { rowCounts, rowStrings, stringResults } from '../pattern/text-rows.ts';
import { withPropagatedNulls } from '../propagated-nulls.ts';
import { overload, stride } from '../row-evaluation.ts';
import { sizedText } from '../sized-text.ts';
import { isJsonArray, isJsonObject, type JsonValue, jsonText, parseJson } from './json-value.ts';

const IS_POSITION = /^\s*[+-]?\d+\s*$/;

/** A part of each value, by a key or a position: a piece of its text. */
function part(context: EvaluationContext, args: readonly Vector[], numRows: number): Vector {
  const { arena } = context;
  const [values, keys] = args as readonly [Vector, Vector];
  const { validity } = withPropagatedNulls(context, args, numRows);
  const out = arena.allocate(numRows * 8);
  const outValidity = arena.allocate(numRows);
  const byIndex = keys.type.id === 'varchar' ? 0 : 1;
  functionKernels(context).json_get(
    ...([values.data, stride(values), keys.data, stride(keys), byIndex, validity, numRows, out, outValidity] as const),
  );
  return Vector.flat(values.type, numRows, out, outValidity);
}

/** JSON values as text: what `->>` gives. */
function asText(context: EvaluationContext, values: Vector, numRows: number): Vector {
  const { validity } = withPropagatedNulls(context, [values], numRows);
  const outValidity = context.arena.allocate(numRows);
  const result = sizedText(context, VARCHAR, numRows, (out, bytes) =>
    functionKernels(context).json_text(values.data, stride(values), validity, numRows, out, outValidity, bytes),
  );
  return Vector.flat(VARCHAR, numRows, result.data, outValidity);
}

/** One step of a path that is the same for all rows: a number is a position in an array and a key in an object. */
function step(context: EvaluationContext, values: Vector, name: string, numRows: number): Vector {
  const { arena } = context;
  const byKey = part(context, [values, literalVector(VARCHAR, name, numRows, arena)], numRows);
  if (!IS_POSITION.test(name)) return byKey;
  const byIndex = part(context, [values, literalVector(INT32, Number(name), numRows, arena)], numRows);
  const validity = arena.allocate(numRows);
  functionKernels(context).merge_refs(
    ...([byKey.data, byKey.validity, byIndex.data, byIndex.validity, numRows, validity] as const),
  );
  return Vector.flat(values.type, numRows, byKey.data, validity);
}

/** Follows a path that is the same for all rows step by step; one that differs is followed row by row. */
function atPath(context: EvaluationContext, args: readonly Vector[], numRows: number): Vector {
  const [values, path] = args as readonly [Vector, Vector];
  if (path.encoding !== 'constant') return atPaths(context, args, numRows);
  const names = vectorValue(path, 0, context.arena.memory) as readonly LiteralValue[] | null;
  if (names === null || names.includes(null)) return literalVector(values.type, null, numRows, context.arena);
  return (names as readonly string[]).reduce((found, name) => step(context, found, name, numRows), values);
}

function atPaths(context: EvaluationContext, args: readonly Vector[], numRows: number): Vector {
  const [values, paths] = args as readonly [Vector, Vector];
  const counted = withPropagatedNulls(context, args, numRows);
  const results = rowStrings(counted, values, numRows).map((text, row) => {
    if (!rowCounts(counted, row)) return null;
    let value: JsonValue | undefined = parseJson(text, values.type.id, context.span);
    for (const name of vectorValue(paths, row, context.arena.memory) as readonly (string | null)[]) {
      value = name === null ? undefined : stepInto(value, name);
      if (value === undefined) return null;
    }
    return jsonText(value);
  });
  return stringResults(context, values.type, results);
}

/** The field or element that one step of a path names. */
function stepInto(value: JsonValue, name: string): JsonValue | undefined {
  if (isJsonObject(value)) return value.get(name);
  return isJsonArray(value) && IS_POSITION.test(name) ? value.at(Number(name)) : undefined;
}

/** The steps of `json_extract_path(value, step, ...)` one after the other. */
function extracted(context: EvaluationContext, [values, ...steps]: readonly Vector[], numRows: number): Vector {
  return steps.reduce((found, name) => {
    const constant = name.encoding === 'constant' ? vectorValue(name, 0, context.arena.memory) : undefined;
    return typeof constant === 'string'
      ? step(context, found, constant, numRows)
      : part(context, [found, name], numRows);
  }, values!);
}

type Find = (context: EvaluationContext, args: readonly Vector[], numRows: number) => Vector;

const asJson =
  (find: Find): ScalarEvaluate =>
  (context, args, numRows) =>
    find(context, args, numRows);

const textOf =
  (find: Find): ScalarEvaluate =>
  (context, args, numRows) =>
    asText(context, find(context, args, numRows), numRows);

const CUSTOM = { nulls: 'custom' } as const;
const TYPES = [JSON_TYPE, JSONB];

interface Accessor {
  readonly name: string;
  readonly keys: readonly DataType[];
  readonly find: Find;
  readonly isText: boolean;
  readonly description: string;
  readonly examples: ScalarFunction['examples'];
}

function accessor({ name, keys, find, isText, description, examples }: Accessor): ScalarFunction {
  const evaluate = isText ? textOf(find) : asJson(find);
  return {
    name,
    category: 'json',
    volatility: 'immutable',
    description,
    examples,
    overloads: TYPES.flatMap((type) =>
      keys.map((key) => overload(name, [type, key], isText ? VARCHAR : type, evaluate, CUSTOM)),
    ),
  };
}

function extractor(type: DataType, isText: boolean): ScalarFunction {
  const name = `${type.id}_extract_path${isText ? '_text' : ''}`;
  const evaluate = isText ? textOf(extracted) : asJson(extracted);
  return {
    name,
    category: 'json',
    volatility: 'immutable',
    description: `The part of a value at the end of a path${isText ? ', as text' : ''}.`,
    examples: [{ sql: `${name}('{"a": {"b": "c"}}', 'a', 'b')`, result: isText ? 'c' : '"c"' }],
    overloads: [overload(name, [type, VARCHAR], isText ? VARCHAR : type, evaluate, { ...CUSTOM, variadic: true })],
  };
}

/** Operators and functions that reach into json and jsonb. What they give is a piece of the text that they are given. */
export const JSON_ACCESS_FUNCTIONS: readonly ScalarFunction[] = [
  accessor({
    name: '->',
    keys: [VARCHAR, INT32],
    find: part,
    isText: false,
    description:
      'The field of an object by its key, or the element of an array by its position from 0 (from the end, below 0).',
    examples: [
      { sql: `'{"a": {"b": 1}}'::jsonb -> 'a'`, result: '{"b": 1}' },
      { sql: "'[1, 2, 3]'::json -> -1", result: '3' },
    ],
  }),
  accessor({
    name: '->>',
    keys: [VARCHAR, INT32],
    find: part,
    isText: true,
    description: 'A field or an element as text; null for JSON null.',
    examples: [{ sql: `'{"a": "x\\u0041"}'::json ->> 'a'`, result: 'xA' }],
  }),
  accessor({
    name: '#>',
    keys: [list(VARCHAR)],
    find: atPath,
    isText: false,
    description: 'The part of a value at the end of a path of keys and positions.',
    examples: [{ sql: `'{"a": {"b": [10, 20]}}'::jsonb #> '{a,b,1}'`, result: '20' }],
  }),
  accessor({
    name: '#>>',
    keys: [list(VARCHAR)],
    find: atPath,
    isText: true,
    description: 'The part of a value at the end of a path, as text.',
    examples: [{ sql: `'{"a": [1, "two"]}'::jsonb #>> '{a,1}'`, result: 'two' }],
  }),
  ...TYPES.flatMap((type) => [extractor(type, false), extractor(type, true)]),
];
