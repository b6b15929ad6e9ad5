import { QueryError, type SourceSpan } from '../../../error/index.ts';
import { VARCHAR } from '../../../types/index.ts';
import type { Vector } from '../../../vector/index.ts';
import type { ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { overload } from '../row-evaluation.ts';
import { byRow } from './regexp-rows.ts';
import { rowCounts, stringResults } from './text-rows.ts';

/**
 * The regular expression that a SIMILAR TO pattern means, by the rules of `similar_escape_internal` in PostgreSQL's regexp.c:
 * anchored, `%` and `_` as wildcards. Two separators (escape and `"`) make three parts, of which the middle one is the first
 * group.
 */
export function similarToSource(pattern: string, escapeText: string, span: SourceSpan | undefined): string {
  if ([...escapeText].length > 1) {
    throw new QueryError('INVALID_VALUE', 'invalid escape string: an escape is one character or none', { span });
  }
  const characters = [...pattern];
  let source = '^(?:';
  let separators = 0;
  let inBrackets = false;
  for (let i = 0; i < characters.length; i++) {
    const c = characters[i]!;
    if (c === escapeText) {
      const next = characters[++i];
      if (next === '"' && !inBrackets) {
        if (separators === 0) source += '){1,1}?(';
        else if (separators === 1) source += '){1,1}(?:';
        else {
          throw new QueryError(
            'INVALID_VALUE',
            'SQL regular expression may not contain more than two escape-double-quote separators',
            { span },
          );
        }
        separators++;
      } else if (next !== undefined) source += `\\${next}`;
    } else if (inBrackets) {
      if (c === ']') inBrackets = false;
      source += c === '\\' ? '\\\\' : c;
    } else if (c === '[') {
      inBrackets = true;
      source += '[';
      if (characters[i + 1] === '^') source += characters[++i];
      if (characters[i + 1] === ']') source += characters[++i];
    } else if (c === '%') source += '.*';
    else if (c === '_') source += '.';
    else if (c === '(') source += '(?:';
    else source += /[\\.^$]/.test(c) ? `\\${c}` : c;
  }
  return `${source})$`;
}

const similarToEscape: ScalarEvaluate = (context, args, numRows, type) => {
  const [pattern, escapes] = args as readonly [Vector, Vector | undefined];
  const patternOf = byRow(context, pattern, numRows);
  const escapeOf = escapes ? byRow(context, escapes, numRows) : () => '\\';
  const results = Array.from({ length: numRows }, (_, row) =>
    rowCounts(context, row) ? similarToSource(patternOf(row), escapeOf(row), context.span) : '',
  );
  return stringResults(context, type, results);
};

/** The grammar turns `a SIMILAR TO b` into `a ~ similar_to_escape(b)`. */
export const SIMILAR_TO_ESCAPE: ScalarFunction = {
  name: 'similar_to_escape',
  category: 'pattern',
  volatility: 'immutable',
  description:
    'The regular expression that a SIMILAR TO pattern means, with an escape character (default the backslash).',
  examples: [
    { sql: "similar_to_escape('a%')", result: '^(?:a.*)$' },
    { sql: "'abc' SIMILAR TO '%(b|d)%'", result: 'true' },
    { sql: "'abc' SIMILAR TO '(b|c)%'", result: 'false' },
  ],
  overloads: [
    overload('similar_to_escape', [VARCHAR], VARCHAR, similarToEscape),
    overload('similar_to_escape', [VARCHAR, VARCHAR], VARCHAR, similarToEscape),
  ],
};
