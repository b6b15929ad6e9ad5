import { QueryError } from '../../../error/index.ts';
import { type LiteralValue, list, VARCHAR } from '../../../types/index.ts';
import { type Vector, vectorOfLiterals } from '../../../vector/index.ts';
import type { ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { withPropagatedNulls } from '../propagated-nulls.ts';
import { overload } from '../row-evaluation.ts';
import { execFrom } from './compile-regexp.ts';
import { forEachRegexpRow, matchesFrom, refuseGlobal } from './regexp-rows.ts';

const regexpMatch: ScalarEvaluate = (context, args, numRows, type) => {
  const [text, pattern, flags] = args as readonly [Vector, Vector, Vector | undefined];
  const rows = withPropagatedNulls(context, args, numRows);
  const results = new Array<LiteralValue>(numRows).fill(null);
  forEachRegexpRow(rows, text, pattern, flags, numRows, ({ row, text: subject, regexp }) => {
    if (regexp.global) {
      throw new QueryError('INVALID_VALUE', 'regexp_match() does not support the "global" option', {
        span: context.span,
        hint: 'Use regexp_split_to_array or regexp_substr for more than the first match.',
      });
    }
    const match = execFrom(regexp, subject, 0);
    if (match) results[row] = regexp.numGroups > 0 ? match.slice(1).map((group) => group ?? null) : [match[0]];
  });
  return vectorOfLiterals(type, results, context.arena);
};

const REGEXP_MATCH: ScalarFunction = {
  name: 'regexp_match',
  category: 'pattern',
  volatility: 'immutable',
  description:
    'The groups of the first match of a regular expression as an array (the match when there are none); null without a match.',
  examples: [{ sql: "array_to_string(regexp_match('foobarbequebaz', '(bar)(beque)'), ' ')", result: 'bar beque' }],
  overloads: [
    overload('regexp_match', [VARCHAR, VARCHAR], list(VARCHAR), regexpMatch, { nulls: 'custom' }),
    overload('regexp_match', [VARCHAR, VARCHAR, VARCHAR], list(VARCHAR), regexpMatch, { nulls: 'custom' }),
  ],
};

/** The pieces of a string between the matches; an empty match at the start, at the end or behind another match splits nothing. */
function splitByMatches(regexp: Parameters<typeof matchesFrom>[0], text: string): string[] {
  const pieces: string[] = [];
  let from = 0;
  for (const match of matchesFrom(regexp, text, 0)) {
    const end = match.index + match[0].length;
    if (match[0] === '' && (match.index >= text.length || match.index <= from)) continue;
    pieces.push(text.slice(from, match.index));
    from = end;
  }
  pieces.push(text.slice(from));
  return pieces;
}

const regexpSplit: ScalarEvaluate = (context, args, numRows, type) => {
  const [text, pattern, flags] = args as readonly [Vector, Vector, Vector | undefined];
  const results = new Array<LiteralValue>(numRows).fill(null);
  forEachRegexpRow(context, text, pattern, flags, numRows, ({ row, text: subject, regexp }) => {
    refuseGlobal(context, 'regexp_split_to_array', regexp);
    results[row] = splitByMatches(regexp, subject);
  });
  return vectorOfLiterals(type, results, context.arena);
};

const REGEXP_SPLIT_TO_ARRAY: ScalarFunction = {
  name: 'regexp_split_to_array',
  category: 'pattern',
  volatility: 'immutable',
  description: 'Cuts a string at the matches of a regular expression.',
  examples: [{ sql: "array_to_string(regexp_split_to_array('hello world', '\\s+'), '/')", result: 'hello/world' }],
  overloads: [
    overload('regexp_split_to_array', [VARCHAR, VARCHAR], list(VARCHAR), regexpSplit),
    overload('regexp_split_to_array', [VARCHAR, VARCHAR, VARCHAR], list(VARCHAR), regexpSplit),
  ],
};

export const REGEXP_ARRAY_FUNCTIONS: readonly ScalarFunction[] = [REGEXP_MATCH, REGEXP_SPLIT_TO_ARRAY];
