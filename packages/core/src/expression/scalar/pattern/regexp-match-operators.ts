import { BOOLEAN, VARCHAR } from '../../../types/index.ts';
import type { Vector } from '../../../vector/index.ts';
import type { ScalarEvaluate, ScalarFunction, ScalarOverload } from '../../function.ts';
import { BIT_NOT_OVERLOADS } from '../math/integer-functions.ts';
import { flatResult, overload } from '../row-evaluation.ts';
import { hasMatch } from './compile-regexp.ts';
import { forEachRegexpRow, refuseGlobal } from './regexp-rows.ts';

function matching(letters: string, negate: boolean): ScalarEvaluate {
  return (context, args, numRows, type) => {
    const [text, pattern, flags] = args as readonly [Vector, Vector, Vector | undefined];
    return flatResult(context, type, numRows, (out) => {
      forEachRegexpRow(context, text, pattern, flags ?? letters, numRows, ({ row, text: subject, regexp }) => {
        if (flags) refuseGlobal(context, 'regexp_like', regexp);
        context.arena.memory.u8[out + row] = hasMatch(regexp, subject) === negate ? 0 : 1;
      });
    });
  };
}

function matchOperator(
  name: string,
  letters: string,
  negate: boolean,
  example: string,
  result: string,
  more: readonly ScalarOverload[] = [],
): ScalarFunction {
  return {
    name,
    category: 'pattern',
    volatility: 'immutable',
    description:
      `Whether the string ${negate ? 'does not match' : 'matches'} a regular expression${letters ? ', in any letter case' : ''}. ` +
      "PostgreSQL's advanced syntax; of several alternatives the first that leads to a match is taken, not the longest.",
    examples: [{ sql: example, result }],
    overloads: [overload(name, [VARCHAR, VARCHAR], BOOLEAN, matching(letters, negate)), ...more],
  };
}

const REGEXP_LIKE: ScalarFunction = {
  name: 'regexp_like',
  category: 'pattern',
  volatility: 'immutable',
  description:
    'Whether the string matches a regular expression; option letters may follow, such as `i` for any letter case.',
  examples: [
    { sql: "regexp_like('Hello World', 'world$', 'i')", result: 'true' },
    { sql: "regexp_like('Hello World', 'world$')", result: 'false' },
  ],
  overloads: [
    overload('regexp_like', [VARCHAR, VARCHAR], BOOLEAN, matching('', false)),
    overload('regexp_like', [VARCHAR, VARCHAR, VARCHAR], BOOLEAN, matching('', false)),
  ],
};

export const REGEXP_MATCH_OPERATORS: readonly ScalarFunction[] = [
  // With one operand, the symbol is bitwise NOT.
  matchOperator('~', '', false, "'thomas' ~ 't.*ma'", 'true', BIT_NOT_OVERLOADS),
  matchOperator('~*', 'i', false, "'thomas' ~* 'T.*MA'", 'true'),
  matchOperator('!~', '', true, "'thomas' !~ 't.*max'", 'true'),
  matchOperator('!~*', 'i', true, "'thomas' !~* 'T.*MA'", 'false'),
  REGEXP_LIKE,
];
