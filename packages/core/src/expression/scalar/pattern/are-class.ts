/** Members of a class of the `v` syntax. */
export const DIGIT = '0-9';
export const SPACE = '\\s';
const LETTER_OR_DIGIT = '\\p{Alphabetic}\\p{Nd}';

export const ALPHANUMERIC = `[${LETTER_OR_DIGIT}_]`;
export const NOT_ALPHANUMERIC = `[^${LETTER_OR_DIGIT}_]`;

/** PostgreSQL's named classes as members of a class of the `v` syntax. */
export const NAMED_CLASSES: Readonly<Record<string, string>> = {
  alnum: LETTER_OR_DIGIT,
  alpha: '\\p{Alphabetic}',
  ascii: '\\x00-\\x7f',
  blank: '\\x20\\t',
  cntrl: '\\p{Cc}',
  digit: DIGIT,
  graph: '[^\\s\\p{Cc}\\p{Cs}\\p{Cn}]',
  lower: '\\p{Lowercase}',
  print: '[^\\p{Cc}\\p{Cs}\\p{Cn}]',
  punct: '\\p{P}\\p{S}',
  space: SPACE,
  upper: '\\p{Uppercase}',
  word: `${LETTER_OR_DIGIT}_`,
  xdigit: '0-9A-Fa-f',
};

/** One character so that neither the syntax of patterns nor that of classes takes it for anything else. */
export function literalCharacter(c: string): string {
  if (/^[A-Za-z0-9]$/.test(c)) return c;
  return `\\u{${c.codePointAt(0)!.toString(16)}}`;
}
