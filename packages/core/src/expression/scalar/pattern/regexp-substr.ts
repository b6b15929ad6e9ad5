import { INT32, VARCHAR } from '../../../types/index.ts';
import type { Vector } from '../../../vector/index.ts';
import type { EvaluationContext, ScalarEvaluate, ScalarFunction, ScalarOverload } from '../../function.ts';
import { withPropagatedNulls } from '../propagated-nulls.ts';
import { overload } from '../row-evaluation.ts';
import { execFrom } from './compile-regexp.ts';
import {
  byRow,
  checkAtLeast,
  forEachRegexpRow,
  integersByRow,
  matchesFrom,
  refuseGlobal,
  startIndex,
} from './regexp-rows.ts';
import { similarToSource } from './similar-to.ts';
import { rowCounts, stringResults } from './text-rows.ts';

/** Strings that are null where an argument is or where nothing was found. */
function foundStrings(context: EvaluationContext, type: Vector['type'], results: (string | null)[]): Vector {
  for (let row = 0; row < results.length; row++) if (!rowCounts(context, row)) results[row] = null;
  return stringResults(context, type, results);
}

/** The match number n from a position on, or null. */
export function nthMatch(
  regexp: Parameters<typeof matchesFrom>[0],
  text: string,
  from: number,
  n: number,
): RegExpExecArray | undefined {
  let number = 0;
  for (const match of matchesFrom(regexp, text, from)) if (++number === n) return match;
  return undefined;
}

const regexpSubstr: ScalarEvaluate = (context, args, numRows, type) => {
  const [text, pattern, starts, numbers, flags, groups] = args;
  const rows = withPropagatedNulls(context, args, numRows);
  const startOf = integersByRow(rows, starts, 1);
  const numberOf = integersByRow(rows, numbers, 1);
  const groupOf = integersByRow(rows, groups, 0);
  const results = new Array<string | null>(numRows).fill(null);
  forEachRegexpRow(rows, text!, pattern!, flags, numRows, ({ row, text: subject, regexp }) => {
    refuseGlobal(context, 'regexp_substr', regexp);
    checkAtLeast(context, 'start', startOf(row), 1);
    checkAtLeast(context, 'n', numberOf(row), 1);
    checkAtLeast(context, 'subexpr', groupOf(row), 0);
    if (groupOf(row) > regexp.numGroups) return;
    const match = nthMatch(regexp, subject, startIndex(subject, startOf(row)), numberOf(row));
    results[row] = match?.[groupOf(row)] ?? null;
  });
  return foundStrings(rows, type, results);
};

export const REGEXP_SUBSTR: ScalarFunction = {
  name: 'regexp_substr',
  category: 'pattern',
  volatility: 'immutable',
  description:
    'The n-th match (default the first) of a regular expression from a position on, or one of its groups; null when there is none.',
  examples: [
    { sql: "regexp_substr('ABCDEF', 'c(.)(..)', 1, 1, 'i')", result: 'CDEF' },
    { sql: "regexp_substr('ABCDEF', 'c(.)(..)', 1, 1, 'i', 2)", result: 'EF' },
  ],
  overloads: [
    [VARCHAR, VARCHAR],
    [VARCHAR, VARCHAR, INT32],
    [VARCHAR, VARCHAR, INT32, INT32],
    [VARCHAR, VARCHAR, INT32, INT32, VARCHAR],
    [VARCHAR, VARCHAR, INT32, INT32, VARCHAR, INT32],
  ].map((parameters) => overload('regexp_substr', parameters, VARCHAR, regexpSubstr, { nulls: 'custom' })),
};

/** `substring(string FROM pattern)`: the first group, or the match when there is none. */
const substringRegexp: ScalarEvaluate = (context, args, numRows, type) => {
  const [text, pattern] = args as readonly [Vector, Vector];
  const rows = withPropagatedNulls(context, args, numRows);
  const results = new Array<string | null>(numRows).fill(null);
  forEachRegexpRow(rows, text, pattern, '', numRows, ({ row, text: subject, regexp }) => {
    const match = execFrom(regexp, subject, 0);
    if (match) results[row] = (regexp.numGroups > 0 ? match[1] : match[0]) ?? null;
  });
  return foundStrings(rows, type, results);
};

/** `substring(string SIMILAR pattern ESCAPE escape)`: what stands between the separators of the pattern. */
const substringSimilar: ScalarEvaluate = (context, args, numRows, type) => {
  const [text, pattern, escapes] = args as readonly [Vector, Vector, Vector];
  const rows = withPropagatedNulls(context, args, numRows);
  const patternOf = byRow(rows, pattern, numRows);
  const escapeOf = byRow(rows, escapes, numRows);
  const sources = Array.from({ length: numRows }, (_, row) =>
    rowCounts(rows, row) ? similarToSource(patternOf(row), escapeOf(row), context.span) : '',
  );
  const translated = stringResults(rows, VARCHAR, sources);
  const results = new Array<string | null>(numRows).fill(null);
  forEachRegexpRow(rows, text, translated, '', numRows, ({ row, text: subject, regexp }) => {
    const match = execFrom(regexp, subject, 0);
    if (match) results[row] = (regexp.numGroups > 0 ? match[1] : match[0]) ?? null;
  });
  return foundStrings(rows, type, results);
};

/** The overloads of `substring` that take a pattern. */
export const REGEXP_SUBSTRING_OVERLOADS: readonly ScalarOverload[] = [
  overload('substring', [VARCHAR, VARCHAR], VARCHAR, substringRegexp, { nulls: 'custom' }),
  overload('substring', [VARCHAR, VARCHAR, VARCHAR], VARCHAR, substringSimilar, { nulls: 'custom' }),
];
