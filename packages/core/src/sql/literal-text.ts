import type { SourceSpan } from '../error/index.ts';
import { type ArrayItem, invalidArrayText, parseArrayText } from '../expression/cast/array-text.ts';
import { type ConstantContext, evaluateConstant } from '../expression/evaluate-constant.ts';
import { type DataType, formatType, type ListType, type LiteralValue, VARCHAR } from '../types/index.ts';

/**
 * The value that a text is as one of a type, by the same casts that run over columns: PostgreSQL's input functions. Decimals
 * are rounded to their scale.
 *
 * Throws CAST_FAILED for a text that is none of the type and OVERFLOW for one out of its range, with the position given.
 */
export function parseLiteralText(
  text: string,
  type: DataType,
  context: ConstantContext,
  span?: SourceSpan,
): LiteralValue {
  if (type.id === 'varchar' || type.id === 'null') return text;
  if (type.id === 'list') return parseList(parseArrayText(text, formatType(type), span), text, type, context, span);
  const arg = { kind: 'literal', type: VARCHAR, value: text, span } as const;
  return evaluateConstant({ kind: 'cast', type, arg, safe: false, span }, context);
}

function parseList(
  items: readonly ArrayItem[],
  text: string,
  type: ListType,
  context: ConstantContext,
  span: SourceSpan | undefined,
): readonly LiteralValue[] {
  const { element } = type;
  return items.map((item) => {
    if (item === null) return null;
    if ((typeof item === 'string') === (element.id === 'list')) throw invalidArrayText(text, formatType(type), span);
    if (typeof item === 'string') return parseLiteralText(item, element, context, span);
    return parseList(item, text, element as ListType, context, span);
  });
}
