import { translateBracket } from './are-bracket.ts';
import { ALPHANUMERIC, DIGIT, literalCharacter, NOT_ALPHANUMERIC, SPACE } from './are-class.ts';
import { type AreReader, RegexpSyntaxError } from './are-reader.ts';

/** What the options of a regular expression say. */
export interface AreOptions {
  readonly ignoreCase: boolean;
  /** `.` and brackets with `^` do not match a newline. */
  readonly newlineStops: boolean;
  /** `^` and `$` also match at lines. */
  readonly newlineAnchors: boolean;
  /** White space and comments are left out. */
  readonly expanded: boolean;
  /** The pattern is a literal string. */
  readonly literal: boolean;
}

const WORD_START = `(?<!${ALPHANUMERIC})(?=${ALPHANUMERIC})`;
const WORD_END = `(?<=${ALPHANUMERIC})(?!${ALPHANUMERIC})`;

/** Escapes that stand for a class or a place, outside of brackets. */
const CLASS_ESCAPES: Readonly<Record<string, string>> = {
  d: `[${DIGIT}]`,
  D: `[^${DIGIT}]`,
  s: `[${SPACE}]`,
  S: `[^${SPACE}]`,
  w: ALPHANUMERIC,
  W: NOT_ALPHANUMERIC,
  m: WORD_START,
  M: WORD_END,
  y: `(?:${WORD_START}|${WORD_END})`,
  Y: `(?!${WORD_START}|${WORD_END})`,
  A: '^',
  Z: '$',
};

/**
 * PostgreSQL's advanced regular expressions (ARE) as the source of a JavaScript `RegExp` with the flags `v` and `s`.
 *
 * Taken over as they are: alternation, groups, greedy and lazy quantifiers, look-ahead and look-behind, back references,
 * classes, escapes and character codes. What differs from PostgreSQL: JavaScript takes the first alternative that leads to a match
 * where PostgreSQL takes the longest match, and it decides for each quantifier whether it is greedy where PostgreSQL lets the first
 * quantifier decide for the whole. Whether a string matches is the same in both; how much of it may differ.
 */
export function translateAre(reader: AreReader, options: AreOptions): string {
  let source = '';
  /** Whether something stands here that a quantifier can follow. */
  let quantifiable = false;
  const atom = (text: string) => {
    source += text;
    quantifiable = true;
  };
  const place = (text: string) => {
    source += text;
    quantifiable = false;
  };
  while (!reader.atEnd) {
    const c = reader.next();
    if (options.expanded && skipsInExpanded(reader, c)) continue;
    switch (c) {
      case '\\':
        translateEscape(reader, atom, place);
        break;
      case '[':
        if (reader.take('[:<:]]')) place(WORD_START);
        else if (reader.take('[:>:]]')) place(WORD_END);
        else atom(translateBracket(reader, options.newlineStops));
        break;
      case '(':
        place(openGroup(reader));
        break;
      case ')':
        atom(')');
        break;
      case '*':
      case '+':
      case '?':
        place(quantifier(reader, c, quantifiable));
        break;
      case '{':
        if (/\d/.test(reader.peek())) place(quantifier(reader, bound(reader), quantifiable));
        else atom('\\{');
        break;
      case '|':
        place('|');
        break;
      case '.':
        atom(options.newlineStops ? '[^\\n]' : '.');
        break;
      case '^':
        place(options.newlineAnchors ? '(?:^|(?<=\\n))' : '^');
        break;
      case '$':
        place(options.newlineAnchors ? '(?:$|(?=\\n))' : '$');
        break;
      default:
        atom(literalCharacter(c));
    }
  }
  return source;
}

/** In the expanded syntax: white space, and comments from `#` to the end of the line. */
function skipsInExpanded(reader: AreReader, c: string): boolean {
  if (/\s/.test(c)) return true;
  if (c !== '#') return false;
  while (!reader.atEnd && reader.next() !== '\n');
  return true;
}

function openGroup(reader: AreReader): string {
  if (!reader.take('?')) return '(';
  if (reader.take('#')) {
    while (!reader.atEnd && reader.next() !== ')');
    return '';
  }
  for (const kind of [':', '=', '!', '<=', '<!']) if (reader.take(kind)) return `(?${kind}`;
  throw new RegexpSyntaxError('quantifier operand invalid');
}

function bound(reader: AreReader): string {
  const [least, greatest] = reader.takeBound();
  if (least > 255 || (greatest ?? 0) > 255 || (greatest !== undefined && greatest < least)) {
    throw new RegexpSyntaxError('invalid repetition count(s)');
  }
  return reader.boundText;
}

function quantifier(reader: AreReader, text: string, quantifiable: boolean): string {
  if (!quantifiable) throw new RegexpSyntaxError('quantifier operand invalid');
  return reader.take('?') ? `${text}?` : text;
}

function translateEscape(reader: AreReader, atom: (text: string) => void, place: (text: string) => void): void {
  if (reader.atEnd) throw new RegexpSyntaxError('invalid escape \\ sequence');
  const reference = reader.takeBackReference();
  if (reference !== undefined) {
    // In a group of its own, so that a digit behind it stays one.
    atom(`(?:\\${reference})`);
    return;
  }
  const c = reader.peek();
  const asClass = CLASS_ESCAPES[c];
  if (asClass !== undefined) {
    reader.next();
    (/[mMyYAZ]/.test(c) ? place : atom)(asClass);
    return;
  }
  atom(literalCharacter(reader.characterEscape()));
}
