import { isQueryError } from '../../error/index.ts';
import { type TypeId, VARCHAR } from '../../types/index.ts';
import { jsonText, parseJson } from '../scalar/json/json-value.ts';
import { rowCounts, rowStrings, stringResults } from '../scalar/pattern/text-rows.ts';
import { type CastDefinition, type CastFunction, castsBetween } from './cast-function.ts';

/** Texts are read and written anew in JavaScript, once for each value (for each entry, where a column has a dictionary). */
const toJsonb: CastFunction = (context, values, target) => {
  const results = rowStrings(context, values, values.length).map((text, row) => {
    if (!rowCounts(context, row)) return null;
    try {
      return jsonText(parseJson(text, 'jsonb', context.span));
    } catch (error) {
      if (context.safe && isQueryError(error)) return null;
      throw error;
    }
  });
  return stringResults(context, target, results);
};

/** A number or a boolean in a jsonb; JSON's null is null. */
const fromJsonb: CastFunction = (context, values, target) => {
  const texts = rowStrings(context, values, values.length).map((text, row) =>
    !rowCounts(context, row) || text === 'null' ? null : text,
  );
  const plain = stringResults(context, VARCHAR, texts);
  return context.castVector({ ...context, validity: plain.validity }, plain, target, context.safe);
};

const SCALARS: readonly TypeId[] = [
  ...(['boolean', 'int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64'] as const),
  ...(['float32', 'float64', 'decimal'] as const),
];

/** Casts to jsonb and from it. */
export const JSON_CASTS: readonly CastDefinition[] = [
  ...castsBetween(['varchar', 'json'], ['jsonb'], toJsonb),
  ...castsBetween(['jsonb'], ['json'], (_, values, target) => values.withType(target)),
  ...castsBetween(['jsonb'], SCALARS, fromJsonb),
];
