import { INT32, VARCHAR } from '../../../types/index.ts';
import type { ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { flatResult, overload } from '../row-evaluation.ts';
import {
  charactersBefore,
  checkAtLeast,
  forEachRegexpRow,
  integersByRow,
  matchesFrom,
  refuseGlobal,
  startIndex,
} from './regexp-rows.ts';
import { nthMatch } from './regexp-substr.ts';

const regexpCount: ScalarEvaluate = (context, [text, pattern, starts, flags], numRows, type) => {
  const startOf = integersByRow(context, starts, 1);
  return flatResult(context, type, numRows, (out) => {
    forEachRegexpRow(context, text!, pattern!, flags, numRows, ({ row, text: subject, regexp }) => {
      refuseGlobal(context, 'regexp_count', regexp);
      checkAtLeast(context, 'start', startOf(row), 1);
      let count = 0;
      for (const _ of matchesFrom(regexp, subject, startIndex(subject, startOf(row)))) count++;
      context.arena.memory.i32[(out >>> 2) + row] = count;
    });
  });
};

const REGEXP_COUNT: ScalarFunction = {
  name: 'regexp_count',
  category: 'pattern',
  volatility: 'immutable',
  description: 'How often a regular expression matches, from a position on.',
  examples: [
    { sql: "regexp_count('123456789012', '\\d\\d\\d', 2)", result: '3' },
    { sql: "regexp_count('ABCabc', 'b', 1, 'i')", result: '2' },
  ],
  overloads: [
    [VARCHAR, VARCHAR],
    [VARCHAR, VARCHAR, INT32],
    [VARCHAR, VARCHAR, INT32, VARCHAR],
  ].map((parameters) => overload('regexp_count', parameters, INT32, regexpCount)),
};

/** Where a group starts, as a UTF-16 index: JavaScript tells with the flag `d`. */
function groupRange(
  regexp: RegExp,
  text: string,
  match: RegExpExecArray,
  group: number,
): readonly number[] | undefined {
  if (group === 0) return [match.index, match.index + match[0].length];
  const withIndices = new RegExp(regexp.source, `${regexp.flags}d`);
  withIndices.lastIndex = match.index;
  return withIndices.exec(text)?.indices?.[group];
}

const regexpInstr: ScalarEvaluate = (context, args, numRows, type) => {
  const [text, pattern, starts, numbers, ends, flags, groups] = args;
  const startOf = integersByRow(context, starts, 1);
  const numberOf = integersByRow(context, numbers, 1);
  const endOf = integersByRow(context, ends, 0);
  const groupOf = integersByRow(context, groups, 0);
  return flatResult(context, type, numRows, (out) => {
    forEachRegexpRow(context, text!, pattern!, flags, numRows, ({ row, text: subject, regexp }) => {
      refuseGlobal(context, 'regexp_instr', regexp);
      checkAtLeast(context, 'start', startOf(row), 1);
      checkAtLeast(context, 'n', numberOf(row), 1);
      checkAtLeast(context, 'endoption', endOf(row), 0);
      checkAtLeast(context, 'endoption', 1 - endOf(row), 0);
      checkAtLeast(context, 'subexpr', groupOf(row), 0);
      const match = nthMatch(regexp, subject, startIndex(subject, startOf(row)), numberOf(row));
      const group = groupOf(row);
      const range = match && group <= regexp.numGroups ? groupRange(regexp.all, subject, match, group) : undefined;
      const position = range ? charactersBefore(subject, range[endOf(row)]!) + 1 : 0;
      context.arena.memory.i32[(out >>> 2) + row] = position;
    });
  });
};

const REGEXP_INSTR: ScalarFunction = {
  name: 'regexp_instr',
  category: 'pattern',
  volatility: 'immutable',
  description:
    'The position of the n-th match of a regular expression, or of one of its groups, from a position on; 0 when there is none. With the end ' +
    'option 1, the position behind it.',
  examples: [
    { sql: "regexp_instr('number of your street, town zip, FR', '[^,]+', 1, 2)", result: '23' },
    { sql: "regexp_instr('ABCDEFGHI', '(c..)(...)', 1, 1, 0, 'i', 2)", result: '6' },
  ],
  overloads: [
    [VARCHAR, VARCHAR],
    [VARCHAR, VARCHAR, INT32],
    [VARCHAR, VARCHAR, INT32, INT32],
    [VARCHAR, VARCHAR, INT32, INT32, INT32],
    [VARCHAR, VARCHAR, INT32, INT32, INT32, VARCHAR],
    [VARCHAR, VARCHAR, INT32, INT32, INT32, VARCHAR, INT32],
  ].map((parameters) => overload('regexp_instr', parameters, INT32, regexpInstr)),
};

export const REGEXP_COUNT_FUNCTIONS: readonly ScalarFunction[] = [REGEXP_COUNT, REGEXP_INSTR];
