import { type StructType, VARCHAR } from '../../../types/index.ts';
import { flatten, type Vector } from '../../../vector/index.ts';
import { castVector } from '../../cast/cast-vector.ts';
import type { EvaluationContext } from '../../function.ts';
import { listElements } from '../nested/list-elements.ts';
import { structField } from '../nested/struct-fields.ts';
import { rowCounts, rowStrings } from '../pattern/text-rows.ts';

/** The values of a vector as JSON texts, the way `to_json` writes them; null is `null`. Parts are made a vector at a time. */
export function jsonTexts(context: EvaluationContext, vector: Vector): string[] {
  const flat = flatten(vector, context.arena);
  const counted = { ...context, validity: flat.validity };
  return valueTexts(counted, flat).map((text, row) => (rowCounts(counted, row) ? text : 'null'));
}

function valueTexts(context: EvaluationContext, values: Vector): string[] {
  const { type, length } = values;
  if (type.id === 'list') return listTexts(context, values);
  if (type.id === 'struct') return rowTexts(context, values, type);
  const texts = rowStrings(context, castVector(context, values, VARCHAR, false), length);
  switch (type.id) {
    case 'json':
    case 'jsonb':
    case 'boolean':
    case 'decimal':
      return texts;
    case 'float32':
    case 'float64':
      return texts.map((text) => (/^-?\d/.test(text) ? text : JSON.stringify(text)));
    case 'timestamp':
      return texts.map((text) => JSON.stringify(text.replace(' ', 'T')));
    case 'timestamptz':
      return texts.map((text) => JSON.stringify(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')));
    default:
      return /^u?int\d/.test(type.id) ? texts : texts.map((text) => JSON.stringify(text));
  }
}

function listTexts(context: EvaluationContext, lists: Vector): string[] {
  const { counts, values } = listElements(context, lists, context.validity, lists.length);
  const elements = jsonTexts(context, values);
  return byCounts(context, counts, lists.length, (from, to) => `[${elements.slice(from, to).join(',')}]`);
}

function rowTexts(context: EvaluationContext, rows: Vector, { fields }: StructType): string[] {
  const columns = fields.map((_, i) => jsonTexts(context, structField(context, rows, i, rows.length)));
  return Array.from({ length: rows.length }, (_, row) => {
    const parts = fields.map(({ name }, i) => `${JSON.stringify(name)}:${columns[i]![row]!}`);
    return `{${parts.join(',')}}`;
  });
}

/** What is made of the elements of each row, which lie behind each other. */
export function byCounts<T>(
  context: EvaluationContext,
  counts: number,
  numRows: number,
  make: (from: number, to: number) => T,
): T[] {
  const { u32 } = context.arena.memory;
  let at = 0;
  return Array.from({ length: numRows }, (_, row) => {
    const from = at;
    at += u32[counts / 4 + row]!;
    return make(from, at);
  });
}
