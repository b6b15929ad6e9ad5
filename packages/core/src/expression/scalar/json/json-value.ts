import { QueryError, type SourceSpan } from '../../../error/index.ts';

/** A number with all the digits that it was written with. */
class JsonNumber {
  /** As PostgreSQL's numeric prints it: without an exponent. */
  readonly text: string;

  constructor(source: string) {
    this.text = withoutExponent(source);
  }
}

/** Fields of an object in the order in which jsonb keeps them; of fields of one name the last one counted. */
type JsonObject = ReadonlyMap<string, JsonValue>;

/** A value of jsonb. */
export type JsonValue = null | boolean | string | JsonNumber | readonly JsonValue[] | JsonObject;

/** Reads a text. Throws CAST_FAILED for one that is no JSON. */
export function parseJson(text: string, typeName: string, span: SourceSpan | undefined): JsonValue {
  try {
    return JSON.parse(text, revive) as JsonValue;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    const shown = text.length > 200 ? `${text.slice(0, 200)}...` : text;
    throw new QueryError('CAST_FAILED', `invalid input syntax for type ${typeName}: "${shown}"`, {
      span,
      details: { value: shown, type: typeName },
      cause,
    });
  }
}

function revive(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value === 'number') return new JsonNumber(context?.source ?? String(value));
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const fields = Object.entries(value as Record<string, JsonValue>);
  return new Map(fields.sort(([a], [b]) => compareKeys(a, b)));
}

const encoder = new TextEncoder();

/** Shorter keys first, then by their bytes, as jsonb has it. */
function compareKeys(a: string, b: string): number {
  const [left, right] = [encoder.encode(a), encoder.encode(b)];
  if (left.length !== right.length) return left.length - right.length;
  const at = left.findIndex((byte, i) => byte !== right[i]);
  return at < 0 ? 0 : left[at]! - right[at]!;
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return value instanceof Map;
}

export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The text that PostgreSQL prints for a jsonb. */
export function jsonText(value: JsonValue): string {
  if (value instanceof JsonNumber) return value.text;
  if (isJsonArray(value)) return `[${value.map(jsonText).join(', ')}]`;
  if (isJsonObject(value)) {
    return `{${[...value].map(([key, field]) => `${JSON.stringify(key)}: ${jsonText(field)}`).join(', ')}}`;
  }
  return JSON.stringify(value);
}

export function typeOfJson(value: JsonValue): string {
  if (value === null) return 'null';
  if (value instanceof JsonNumber) return 'number';
  if (isJsonArray(value)) return 'array';
  return isJsonObject(value) ? 'object' : typeof value;
}

/** Whether two values are equal; numbers by what they are worth. */
function sameJson(a: JsonValue, b: JsonValue): boolean {
  if (a instanceof JsonNumber && b instanceof JsonNumber) return withoutZeros(a.text) === withoutZeros(b.text);
  if (isJsonArray(a) && isJsonArray(b)) return a.length === b.length && a.every((item, i) => sameJson(item, b[i]!));
  if (isJsonObject(a) && isJsonObject(b)) {
    return a.size === b.size && [...a].every(([key, field]) => b.has(key) && sameJson(field, b.get(key)!));
  }
  return a === b;
}

/** PostgreSQL's `@>`: fields and elements of `b` are found in `a`, at any depth; an array contains a bare value, too. */
export function containsJson(a: JsonValue, b: JsonValue, isTop = true): boolean {
  if (isJsonObject(a)) {
    return isJsonObject(b) && [...b].every(([key, field]) => a.has(key) && containsJson(a.get(key)!, field, false));
  }
  if (isJsonArray(a)) {
    if (isTop && !isJsonArray(b) && !isJsonObject(b)) return a.some((item) => sameJson(item, b));
    return isJsonArray(b) && b.every((wanted) => a.some((item) => containsJson(item, wanted, false)));
  }
  return sameJson(a, b);
}

function withoutExponent(source: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source);
  if (!match) return source;
  const [, sign, whole = '', fraction = '', exponentText = '0'] = match;
  const exponent = Number(exponentText);
  const point = whole.length + exponent;
  const scale = Math.max(0, fraction.length - exponent);
  const digits = point <= 0 ? '0'.repeat(1 - point) + whole + fraction : (whole + fraction).padEnd(point, '0');
  const start = Math.max(point, 1);
  const integer = digits.slice(0, start).replace(/^0+(?=\d)/, '');
  const text = scale > 0 ? `${integer}.${digits.slice(start).padEnd(scale, '0').slice(0, scale)}` : integer;
  return sign && /[1-9]/.test(text) ? `-${text}` : text;
}

function withoutZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
