import { isQueryError } from '../../error/index.ts';
import { type DataType, formatType, type ListType, type StructType, VARCHAR } from '../../types/index.ts';
import { type Arena, Vector } from '../../vector/index.ts';
import { functionKernels } from '../scalar/function-kernels.ts';
import { nestedOf } from '../scalar/nested/list-constructor.ts';
import { listElements, listsOf } from '../scalar/nested/list-elements.ts';
import { structField } from '../scalar/nested/struct-fields.ts';
import { rowCounts, rowStrings, stringResults } from '../scalar/pattern/text-rows.ts';
import { type ArrayItem, invalidArrayText, parseArrayText } from './array-text.ts';
import { type CastContext, type CastDefinition, type CastFunction, castsBetween } from './cast-function.ts';
import { booleanToLetter } from './text-output-casts.ts';

/** Element by element. */
const listToList: CastFunction = (context, values, target) => {
  const { validity, length } = values;
  const elements = listElements(context, values, validity, length);
  const inner = { ...context, validity: elements.validity };
  const cast = context.castVector(inner, elements.values, (target as ListType).element, context.safe);
  return listsOf(context, elements, cast, target, validity, length);
};

/** Field by field, by their places. */
const structToStruct: CastFunction = (context, values, target) => {
  const { fields } = target as StructType;
  const cast = fields.map(({ type }, i) => {
    const field = structField({ ...context, validity: values.validity }, values, i, values.length);
    return context.castVector({ ...context, validity: field.validity }, field, type, context.safe);
  });
  const { data } = nestedOf(context, cast, values.length, target);
  return Vector.flat(target, values.length, data, values.validity);
};

/** Rows as PostgreSQL prints them: `(1,"a b",)`. */
const structToText: CastFunction = (context, values, target) => {
  const { arena } = context;
  const { validity, length } = values;
  const { fields } = values.type as StructType;
  const table = arena.allocate(fields.length * 8);
  fields.forEach(({ type }, i) => {
    const field = structField({ ...context, validity }, values, i, length);
    const inner = { ...context, validity: field.validity };
    const text =
      type.id === 'boolean' ? booleanToLetter(inner, field, VARCHAR) : context.castVector(inner, field, VARCHAR, false);
    arena.memory.u32.set([text.data, field.validity], table / 4 + i * 2);
  });
  const kernels = functionKernels(context);
  const args = [table, fields.length, validity, length] as const;
  const out = arena.allocate(length * 8);
  const bytes = arena.allocate(kernels.struct_to_text(...args, 0, 0));
  kernels.struct_to_text(...args, out, bytes);
  return Vector.flat(target, length, out, validity);
};

/** The texts are taken apart in JavaScript, all elements of a batch are then read at once. */
const textToList: CastFunction = (context, values, target) => {
  const { arena } = context;
  const { length } = values;
  const texts = rowStrings(context, values, length);
  const typeName = formatType(target);
  const failed: number[] = [];
  const rows = texts.map((text, row): readonly ArrayItem[] => {
    if (!rowCounts(context, row)) return [];
    try {
      return parseArrayText(text, typeName, context.span);
    } catch (error) {
      if (!context.safe || !isQueryError(error)) throw error;
      failed.push(row);
      return [];
    }
  });
  const validity = failed.length > 0 ? arena.allocate(length) : values.validity;
  if (failed.length > 0) {
    const { u8 } = arena.memory;
    for (let row = 0; row < length; row++) u8[validity + row] = rowCounts(context, row) ? 1 : 0;
    for (const row of failed) u8[validity + row] = 0;
  }
  return listsFromItems(context, rows, target as ListType, validity, texts);
};

function listsFromItems(
  context: CastContext,
  rows: readonly (readonly ArrayItem[])[],
  type: ListType,
  validity: number,
  texts: readonly string[],
): Vector {
  const { arena, span } = context;
  const counts = arena.allocate(rows.length * 4);
  arena.memory.u32.set(
    rows.map((items) => items.length),
    counts / 4,
  );
  const isNested = type.element.id === 'list';
  const row = rows.findIndex((items) => items.some((item) => item !== null && (typeof item === 'string') === isNested));
  if (row >= 0) throw invalidArrayText(texts[row] ?? '', formatType(type), span);
  const items = rows.flat();
  const elements = isNested
    ? listsFromItems(
        context,
        items.map((item) => item as readonly ArrayItem[] | null).map((item) => item ?? []),
        type.element as ListType,
        validityOf(arena, items),
        texts,
      )
    : readElements(context, items as (string | null)[], type.element);
  return listsOf(context, { counts }, elements, type, validity, rows.length);
}

function readElements(context: CastContext, items: readonly (string | null)[], type: DataType): Vector {
  const texts = stringResults(context, VARCHAR, items);
  return context.castVector({ ...context, validity: texts.validity }, texts, type, context.safe);
}

function validityOf(arena: Arena, items: readonly ArrayItem[]): number {
  if (!items.includes(null)) return 0;
  const validity = arena.allocate(items.length);
  items.forEach((item, i) => {
    arena.memory.u8[validity + i] = item === null ? 0 : 1;
  });
  return validity;
}

/** Casts of arrays and rows among themselves, of text to arrays, of rows to text. */
export const NESTED_CASTS: readonly CastDefinition[] = [
  ...castsBetween(['list'], ['list'], listToList),
  ...castsBetween(['struct'], ['struct'], structToStruct),
  ...castsBetween(['varchar'], ['list'], textToList),
  ...castsBetween(['struct'], ['varchar'], structToText),
];
