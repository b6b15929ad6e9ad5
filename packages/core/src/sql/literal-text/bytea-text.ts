import { invalidText } from './text-error.ts';

/** PostgreSQL's two notations: `\x` and hexadecimal pairs, or characters with `\\` and `\ooo`. */
export function parseBytea(text: string): Uint8Array {
  if (text.startsWith('\\x')) {
    const digits = text.slice(2).replace(/\s+/g, '');
    if (digits.length % 2 !== 0 || /[^\da-f]/i.test(digits)) throw invalidText('bytea', text);
    return Uint8Array.from({ length: digits.length / 2 }, (_, i) =>
      Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16),
    );
  }
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (const [part] of text.matchAll(/\\\\|\\[0-3][0-7]{2}|\\|[^\\]+/g)) {
    if (part === '\\') throw invalidText('bytea', text);
    if (part === '\\\\') bytes.push(0x5c);
    else if (part.startsWith('\\')) bytes.push(Number.parseInt(part.slice(1), 8));
    else for (const byte of encoder.encode(part)) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}
