import { type DataType, formatType, type LiteralValue } from '../types/index.ts';
import { type ArrayItem, parseArrayText } from './literal-text/array-text.ts';
import { parseBytea } from './literal-text/bytea-text.ts';
import {
  parseDate,
  parseTime,
  parseTimestamp,
  parseTimestampTz,
  type TextContext,
} from './literal-text/datetime-text.ts';
import { parseInterval } from './literal-text/interval-text.ts';
import { parseDecimal, parseFloatText, parseInteger } from './literal-text/number-text.ts';
import { invalidText } from './literal-text/text-error.ts';

export type { TextContext } from './literal-text/datetime-text.ts';

/** No session: UTC, and `now` is 1970-01-01. */
const NO_SESSION: TextContext = { startedMicros: 0n, timeZone: 'UTC' };

/**
 * The value that PostgreSQL's input function of a type gives for a text: what `type 'text'` means in SQL, and what a hive
 * partition's folder name means for a column of that type. Decimals are rounded to their scale.
 *
 * Throws INVALID_LITERAL without a position when the text is none of the type or out of its range.
 */
export function parseLiteralText(text: string, type: DataType, context: TextContext = NO_SESSION): LiteralValue {
  switch (type.id) {
    case 'null':
    case 'varchar':
      return text;
    case 'boolean':
      return parseBoolean(text);
    case 'int8':
    case 'int16':
    case 'int32':
    case 'int64':
    case 'uint8':
    case 'uint16':
    case 'uint32':
    case 'uint64':
      return parseInteger(text, type);
    case 'decimal':
      return parseDecimal(text, type);
    case 'float32':
    case 'float64':
      return parseFloatText(text, type);
    case 'bytea':
      return parseBytea(text);
    case 'uuid':
      return parseUuid(text);
    case 'json':
      return parseJson(text);
    case 'date':
      return parseDate(text, context);
    case 'time':
      return parseTime(text, context);
    case 'timestamp':
      return parseTimestamp(text, context);
    case 'timestamptz':
      return parseTimestampTz(text, context);
    case 'interval':
      return parseInterval(text);
    case 'list':
      return parseList(parseArrayText(text, formatType(type)), text, type, context);
    case 'struct':
      throw invalidText(formatType(type), text);
  }
}

/** Any beginning that only one word has, of true, false, yes, no, on, off; 1 and 0. */
function parseBoolean(text: string): boolean {
  const word = text.trim().toLowerCase();
  if (word === '1' || word === 'on' || (word !== '' && ('true'.startsWith(word) || 'yes'.startsWith(word))))
    return true;
  const no = word === '0' || word === 'of' || word === 'off';
  if (no || (word !== '' && ('false'.startsWith(word) || 'no'.startsWith(word)))) return false;
  throw invalidText('boolean', text);
}

/** Hyphens may be missing or stand after any four digits; braces may stand around. */
function parseUuid(text: string): string {
  const match = /^(?:\{(.*)\}|(.*))$/s.exec(text);
  const body = match?.[1] ?? match?.[2] ?? '';
  if (!/^(?:[\da-f]{4}-?){7}[\da-f]{4}$/i.test(body)) throw invalidText('uuid', text);
  return body
    .replaceAll('-', '')
    .toLowerCase()
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The text itself stays the value, as in PostgreSQL's json. */
function parseJson(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    throw invalidText('json', text);
  }
  return text;
}

function parseList(
  items: readonly ArrayItem[],
  text: string,
  type: DataType & { id: 'list' },
  context: TextContext,
): readonly LiteralValue[] {
  const { element } = type;
  return items.map((item) => {
    if (item === null) return null;
    if (typeof item === 'string') {
      if (element.id === 'list') throw invalidText(formatType(type), text);
      return parseLiteralText(item, element, context);
    }
    if (element.id !== 'list') throw invalidText(formatType(type), text);
    return parseList(item, text, element, context);
  });
}
