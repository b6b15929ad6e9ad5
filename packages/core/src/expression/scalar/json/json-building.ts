import { QueryError } from '../../../error/index.ts';
import { type DataType, JSON_TYPE, JSONB } from '../../../types/index.ts';
import { flatten, type Vector } from '../../../vector/index.ts';
import type { EvaluationContext, ParameterType, ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { listElements } from '../nested/list-elements.ts';
import { rowCounts, rowStrings, stringResults } from '../pattern/text-rows.ts';
import { withPropagatedNulls } from '../propagated-nulls.ts';
import { overload } from '../row-evaluation.ts';
import { printedText } from '../string/printed-text.ts';
import { byCounts, jsonTexts } from './json-printing.ts';
import { jsonText, parseJson } from './json-value.ts';

/** Texts in the form of the type: json as they are, jsonb as PostgreSQL prints it. Rows that do not count are null. */
function results(context: EvaluationContext, type: DataType, texts: readonly string[]): Vector {
  const written = texts.map((text, row) => {
    if (!rowCounts(context, row)) return null;
    return type.id === 'json' ? text : jsonText(parseJson(text, 'jsonb', context.span));
  });
  return stringResults(context, type, written);
}

const toJson: ScalarEvaluate = (context, [values], _numRows, type) => {
  const flat = flatten(values!, context.arena);
  return results({ ...context, validity: flat.validity }, type, jsonTexts(context, flat));
};

/** Keys as JSON strings. Throws INVALID_VALUE for a null. */
function keyTexts(context: EvaluationContext, keys: Vector): string[] {
  const flat = flatten(keys, context.arena);
  const counted = { ...context, validity: flat.validity };
  return rowStrings(counted, flatten(printedText(counted, flat), context.arena), flat.length).map((text, row) => {
    if (rowCounts(counted, row)) return JSON.stringify(text);
    throw new QueryError('INVALID_VALUE', 'a key of a JSON object must not be null', { span: context.span });
  });
}

const buildArray: ScalarEvaluate = (context, args, numRows, type) => {
  const columns = args.map((arg) => jsonTexts(context, arg));
  const texts = Array.from({ length: numRows }, (_, row) => `[${columns.map((column) => column[row]).join(', ')}]`);
  return results(context, type, texts);
};

const buildObject: ScalarEvaluate = (context, args, numRows, type) => {
  if (args.length % 2 === 1) {
    throw new QueryError('INVALID_VALUE', 'the arguments of a JSON object come in pairs of a key and a value', {
      span: context.span,
    });
  }
  const columns = args.map((arg, i) => (i % 2 === 0 ? keyTexts(context, arg) : jsonTexts(context, arg)));
  const texts = Array.from({ length: numRows }, (_, row) => {
    const pairs = args.flatMap((_arg, i) => (i % 2 === 0 ? [`${columns[i]![row]} : ${columns[i + 1]![row]}`] : []));
    return `{${pairs.join(', ')}}`;
  });
  return results(context, type, texts);
};

/** What `json_agg` makes of the array of its values. */
const arrayOfList: ScalarEvaluate = (context, [lists], numRows, type) => {
  const counted = withPropagatedNulls(context, [lists!], numRows);
  const { counts, values } = listElements(context, lists!, counted.validity, numRows);
  const elements = jsonTexts(context, values);
  const texts = byCounts(context, counts, numRows, (from, to) => `[${elements.slice(from, to).join(', ')}]`);
  return results(counted, type, texts);
};

/** What `json_object_agg` makes of the arrays of its keys and values. */
const objectOfLists: ScalarEvaluate = (context, args, numRows, type) => {
  const counted = withPropagatedNulls(context, args, numRows);
  const [keys, values] = args.map((lists) => listElements(context, lists, counted.validity, numRows));
  const valueParts = jsonTexts(context, values!.values);
  const pairs = keyTexts(context, keys!.values).map((key, i) => `${key} : ${valueParts[i]!}`);
  const texts = byCounts(context, keys!.counts, numRows, (from, to) => `{ ${pairs.slice(from, to).join(', ')} }`);
  return results(counted, type, texts);
};

const CUSTOM = { nulls: 'custom' } as const;

function builder(
  name: string,
  type: DataType,
  parameters: readonly ParameterType[],
  evaluate: ScalarEvaluate,
  description: string,
  examples: readonly (readonly [sql: string, result: string])[],
): ScalarFunction {
  const variadic = name.includes('_build_');
  return {
    name,
    category: 'json',
    volatility: 'immutable',
    description,
    examples: examples.map(([sql, result]) => ({ sql, result })),
    overloads: [overload(name, parameters, type, evaluate, variadic ? { ...CUSTOM, variadic } : CUSTOM)],
  };
}

/** JSON of other values. */
export const JSON_BUILDING_FUNCTIONS: readonly ScalarFunction[] = [
  builder('to_json', JSON_TYPE, ['any'], toJson, 'Any value as JSON; arrays and rows with all their parts.', [
    ["to_json(ARRAY['a', NULL])", '["a",null]'],
    ["to_json(TIMESTAMP '2024-02-29 12:00:00')", '"2024-02-29T12:00:00"'],
  ]),
  builder('to_jsonb', JSONB, ['any'], toJson, 'Any value as jsonb; arrays and rows with all their parts.', [
    ["to_jsonb(ROW(1, 'x'::text))", '{"f1": 1, "f2": "x"}'],
  ]),
  builder('array_to_json', JSON_TYPE, ['list'], toJson, 'An array as JSON.', [['array_to_json(ARRAY[1, 2])', '[1,2]']]),
  builder('row_to_json', JSON_TYPE, ['struct'], toJson, 'A row as a JSON object.', [
    ["row_to_json(ROW(1, 'x'::text))", '{"f1":1,"f2":"x"}'],
  ]),
  builder('json_build_array', JSON_TYPE, ['any'], buildArray, 'A JSON array of the arguments.', [
    ["json_build_array(1, 'a', NULL)", '[1, "a", null]'],
  ]),
  builder('jsonb_build_array', JSONB, ['any'], buildArray, 'A jsonb array of the arguments.', [
    ["jsonb_build_array(1, 'a', NULL)", '[1, "a", null]'],
  ]),
  builder('json_build_object', JSON_TYPE, ['any'], buildObject, 'A JSON object of keys and values in turn.', [
    ["json_build_object('a', 1, 'b', true)", '{"a" : 1, "b" : true}'],
  ]),
  builder('jsonb_build_object', JSONB, ['any'], buildObject, 'A jsonb object of keys and values in turn.', [
    ["jsonb_build_object('b', 1, 'a', true)", '{"a": true, "b": 1}'],
  ]),
];

const COLLECTED = 'What a JSON aggregate makes of the values that it has collected.';

/** What the JSON aggregates make of the arrays of their arguments. */
export const JSON_FINISHERS: readonly ScalarFunction[] = [
  builder('json of list', JSON_TYPE, ['list'], arrayOfList, COLLECTED, []),
  builder('jsonb of list', JSONB, ['list'], arrayOfList, COLLECTED, []),
  builder('json of lists', JSON_TYPE, ['list', 'list'], objectOfLists, COLLECTED, []),
  builder('jsonb of lists', JSONB, ['list', 'list'], objectOfLists, COLLECTED, []),
];
