/** A value of a result row as people read it; null is up to the format. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  if (typeof value === 'object') return jsonText(value);
  return String(value);
}

/** JSON in which 64-bit integers are numbers with all their digits, and bytes are hexadecimal text. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint') return rawJson(part.toString());
    if (part instanceof Uint8Array) return valueText(part);
    if (typeof part === 'number' && !Number.isFinite(part)) return String(part);
    return part;
  });
}

/** `JSON.rawJSON` (ECMAScript proposal JSON.parse source text access; in Node.js since 22), which the compiler does not know yet. */
const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;
