import { QueryError } from '../../../error/index.ts';
import type { Vector } from '../../../vector/index.ts';
import type { EvaluationContext } from '../../function.ts';
import { stride } from '../row-evaluation.ts';
import { type CompiledRegexp, compileRegexp, execFrom } from './compile-regexp.ts';
import { rowCounts, rowStrings } from './text-rows.ts';

/** What one row of a call of a regular expression function works on. */
export interface RegexpRow {
  readonly row: number;
  readonly text: string;
  readonly regexp: CompiledRegexp;
}

/**
 * Calls `visit` for each row that counts, with its string and its regular expression. One that is the same for all rows is
 * compiled once. `flags`: the vector of option letters, or the letters.
 */
export function forEachRegexpRow(
  context: EvaluationContext,
  text: Vector,
  pattern: Vector,
  flags: Vector | string | undefined,
  numRows: number,
  visit: (row: RegexpRow) => void,
): void {
  const texts = rowStrings(context, text, numRows);
  const patternOf = byRow(context, pattern, numRows);
  const flagsOf = typeof flags === 'object' ? byRow(context, flags, numRows) : () => flags ?? '';
  const constant = pattern.encoding === 'constant' && (typeof flags !== 'object' || flags.encoding === 'constant');
  let regexp: CompiledRegexp | undefined;
  for (let row = 0; row < numRows; row++) {
    if (!rowCounts(context, row)) continue;
    if (!regexp || !constant) regexp = compileRegexp(patternOf(row), flagsOf(row), context.span);
    visit({ row, text: texts[row]!, regexp });
  }
}

/** The strings of a vector by row; a constant is decoded once. */
export function byRow(context: EvaluationContext, vector: Vector, numRows: number): (row: number) => string {
  if (vector.encoding === 'constant') {
    const [only] = rowStrings(context, vector, 1);
    return () => only!;
  }
  const rows = rowStrings(context, vector, numRows);
  return (row) => rows[row]!;
}

/** The int32 values of a vector by row, or `otherwise` when there is none. */
export function integersByRow(
  context: EvaluationContext,
  vector: Vector | undefined,
  otherwise: number,
): (row: number) => number {
  if (!vector) return () => otherwise;
  const { memory } = context.arena;
  return (row) => memory.i32[(vector.data + row * stride(vector)) >>> 2]!;
}

/** Throws when an argument is below the least value that PostgreSQL takes for it. */
export function checkAtLeast(context: EvaluationContext, name: string, value: number, least: number): void {
  if (value >= least) return;
  throw new QueryError('INVALID_VALUE', `invalid value for parameter "${name}": ${value}`, { span: context.span });
}

/** Refuses the option `g`, which says nothing to a function that always looks at all matches or at one. */
export function refuseGlobal(context: EvaluationContext, name: string, regexp: CompiledRegexp): void {
  if (!regexp.global) return;
  throw new QueryError('INVALID_VALUE', `${name}() does not support the "global" option`, { span: context.span });
}

/** The UTF-16 index of the character number `start` (from 1); -1 when the string has not so many. */
export function startIndex(text: string, start: number): number {
  if (start === 1) return 0;
  let index = 0;
  for (let n = 1; n < start; n++) {
    if (index >= text.length) return -1;
    index += text.codePointAt(index)! > 0xffff ? 2 : 1;
  }
  return index;
}

/** The characters of `text` before a UTF-16 index. */
export function charactersBefore(text: string, index: number): number {
  let count = 0;
  for (let i = 0; i < index; count++) i += text.codePointAt(i)! > 0xffff ? 2 : 1;
  return count;
}

/** All matches from a UTF-16 index on; look-behind sees what lies before it. */
export function* matchesFrom(regexp: CompiledRegexp, text: string, from: number): Generator<RegExpExecArray> {
  let index = from;
  while (index >= 0) {
    const match = execFrom(regexp, text, index);
    if (!match) return;
    const end = match.index + match[0].length;
    // An empty match is one, and the search goes on at the next character.
    index = match[0] === '' ? end + (text.codePointAt(end)! > 0xffff ? 2 : 1) : end;
    yield match;
  }
}
