import { INT32, VARCHAR } from '../../../types/index.ts';
import type { Vector } from '../../../vector/index.ts';
import type { ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { overload } from '../row-evaluation.ts';
import { type CompiledRegexp, execFrom } from './compile-regexp.ts';
import { byRow, checkAtLeast, forEachRegexpRow, integersByRow, matchesFrom, startIndex } from './regexp-rows.ts';
import { stringResults } from './text-rows.ts';

/** A replacement: literal texts, and the numbers of groups (0 is the whole match) between them. */
type Replacement = readonly (string | number)[];

/** `\1` to `\9` are groups, `\&` is the match, `\\` a backslash; a backslash before anything else stands for itself. */
function parseReplacement(text: string): Replacement {
  const pieces: (string | number)[] = [];
  let literal = '';
  for (let i = 0; i < text.length; i++) {
    const next = text[i + 1];
    if (text[i] !== '\\' || next === undefined || !/[1-9&\\]/.test(next)) {
      literal += text[i];
      continue;
    }
    i++;
    if (next === '\\') literal += '\\';
    else {
      if (literal !== '') pieces.push(literal);
      literal = '';
      pieces.push(next === '&' ? 0 : Number(next));
    }
  }
  if (literal !== '') pieces.push(literal);
  return pieces;
}

function expand(replacement: Replacement, match: RegExpExecArray): string {
  let text = '';
  for (const piece of replacement) text += typeof piece === 'string' ? piece : (match[piece] ?? '');
  return text;
}

/** Replaces the match number `which` (from 1), or all matches when it is 0, from a UTF-16 index on. */
function replaceMatches(
  regexp: CompiledRegexp,
  text: string,
  replacement: Replacement,
  from: number,
  which: number,
): string {
  let result = '';
  let copied = 0;
  let number = 0;
  for (const match of matchesFrom(regexp, text, from)) {
    number++;
    if (which !== 0 && number < which) continue;
    result += text.slice(copied, match.index) + expand(replacement, match);
    copied = match.index + match[0].length;
    if (which !== 0) break;
  }
  return copied === 0 && result === '' ? text : result + text.slice(copied);
}

/** The quick way for the first match, which is what most calls want. */
function replaceFirst(regexp: CompiledRegexp, text: string, replacement: Replacement): string {
  const match = execFrom(regexp, text, 0);
  if (!match) return text;
  const { index } = match;
  return text.slice(0, index) + expand(replacement, match) + text.slice(index + match[0].length);
}

const replacement = (context: Parameters<ScalarEvaluate>[0], vector: Vector, numRows: number) => {
  if (vector.encoding !== 'constant') {
    const textOf = byRow(context, vector, numRows);
    return (row: number) => parseReplacement(textOf(row));
  }
  const parsed = parseReplacement(byRow(context, vector, 1)(0));
  return () => parsed;
};

/** (string, pattern, replacement [, flags]) */
const replaceByFlags: ScalarEvaluate = (context, args, numRows, type) => {
  const [text, pattern, replacements, flags] = args as readonly [Vector, Vector, Vector, Vector | undefined];
  const replacementOf = replacement(context, replacements, numRows);
  const results = new Array<string>(numRows).fill('');
  forEachRegexpRow(context, text, pattern, flags, numRows, ({ row, text: subject, regexp }) => {
    results[row] = regexp.global
      ? replaceMatches(regexp, subject, replacementOf(row), 0, 0)
      : replaceFirst(regexp, subject, replacementOf(row));
  });
  return stringResults(context, type, results);
};

/** (string, pattern, replacement, start [, n [, flags]]) */
const replaceByNumber: ScalarEvaluate = (context, args, numRows, type) => {
  const [text, pattern, replacements, starts, numbers, flags] = args;
  const replacementOf = replacement(context, replacements!, numRows);
  const startOf = integersByRow(context, starts, 1);
  const numberOf = integersByRow(context, numbers, 1);
  const results = new Array<string>(numRows).fill('');
  forEachRegexpRow(context, text!, pattern!, flags, numRows, ({ row, text: subject, regexp }) => {
    checkAtLeast(context, 'start', startOf(row), 1);
    checkAtLeast(context, 'n', numberOf(row), 0);
    const from = startIndex(subject, startOf(row));
    // Without a number of its own, the option g asks for all.
    const which = !numbers && regexp.global ? 0 : numberOf(row);
    results[row] = replaceMatches(regexp, subject, replacementOf(row), from, which);
  });
  return stringResults(context, type, results);
};

export const REGEXP_REPLACE: ScalarFunction = {
  name: 'regexp_replace',
  category: 'pattern',
  volatility: 'immutable',
  description:
    'Replaces the first match of a regular expression (all with the option `g`), or match number n from a position on (all when n is 0). In the ' +
    'replacement, `\\1` to `\\9` stand for groups, `\\&` for the match and `\\\\` for a backslash.',
  examples: [
    { sql: "regexp_replace('Thomas', '.[mN]a.', 'M')", result: 'ThM' },
    { sql: "regexp_replace('foobarbaz', 'b(..)', 'X\\1Y', 'g')", result: 'fooXarYXazY' },
    { sql: "regexp_replace('A PostgreSQL function', 'a|e|i|o|u', 'X', 1, 3, 'i')", result: 'A PostgrXSQL function' },
    {
      sql: "regexp_replace('https://www.example.com/a', '^https?://(?:www\\.)?([^/]+)/.*$', '\\1')",
      result: 'example.com',
    },
  ],
  overloads: [
    overload('regexp_replace', [VARCHAR, VARCHAR, VARCHAR], VARCHAR, replaceByFlags),
    overload('regexp_replace', [VARCHAR, VARCHAR, VARCHAR, VARCHAR], VARCHAR, replaceByFlags),
    overload('regexp_replace', [VARCHAR, VARCHAR, VARCHAR, INT32], VARCHAR, replaceByNumber),
    overload('regexp_replace', [VARCHAR, VARCHAR, VARCHAR, INT32, INT32], VARCHAR, replaceByNumber),
    overload('regexp_replace', [VARCHAR, VARCHAR, VARCHAR, INT32, INT32, VARCHAR], VARCHAR, replaceByNumber),
  ],
};
