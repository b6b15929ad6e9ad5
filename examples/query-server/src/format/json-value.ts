/**
 * JSON of a value of a result row. 64-bit integers are strings, because most readers of JSON would round them; so are decimals, and floats
 * that JSON has no number for (`"NaN"`, `"Infinity"`). Bytes are hexadecimal behind `\x`, as PostgreSQL prints them.
 */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint') return part.toString();
    if (part instanceof Uint8Array) return `\\x${Buffer.from(part).toString('hex')}`;
    if (typeof part === 'number' && !Number.isFinite(part)) return String(part);
    return part;
  });
}

/** A value as text, for formats that know nothing else; null is up to the format. */
export function plainText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array || (typeof value === 'object' && value !== null)) {
    const json = jsonText(value);
    return json.startsWith('"') ? (JSON.parse(json) as string) : json;
  }
  return String(value);
}
