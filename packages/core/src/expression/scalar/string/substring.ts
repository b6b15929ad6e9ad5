import { BYTEA, type DataType, INT32, VARCHAR } from '../../../types/index.ts';
import type { ScalarEvaluate, ScalarFunction, ScalarOverload } from '../../function.ts';
import { functionKernels } from '../function-kernels.ts';
import { checkAnswer } from '../kernel-failure.ts';
import { REGEXP_SUBSTRING_OVERLOADS } from '../pattern/regexp-substr.ts';
import { flatResult, overload, stride } from '../row-evaluation.ts';

const sliceOf =
  (bytewise: boolean): ScalarEvaluate =>
  (context, [text, from, length], numRows, type) =>
    flatResult(context, type, numRows, (out) => {
      const answer = functionKernels(context).text_substring(
        text!.data,
        stride(text!),
        from!.data,
        stride(from!),
        length ? length.data : 0,
        length ? stride(length) : 0,
        context.validity,
        numRows,
        bytewise ? 1 : 0,
        out,
      );
      checkAnswer(answer, context, { invalidValue: 'negative substring length not allowed' });
    });

function sliceOverloads(name: string, type: DataType): ScalarOverload[] {
  const evaluate = sliceOf(type === BYTEA);
  return [overload(name, [type, INT32], type, evaluate), overload(name, [type, INT32, INT32], type, evaluate)];
}

const SUBSTRING: ScalarFunction = {
  name: 'substring',
  category: 'string',
  volatility: 'immutable',
  description:
    'The part of a string from a position (the first is 1), up to a length; or the part that a regular expression matches ' +
    '(its first group, if it has one). A position before the start is allowed and takes away from the length.',
  examples: [
    { sql: "substring('Thomas' FROM 2 FOR 3)", result: 'hom' },
    { sql: "substring('Thomas' FROM 3)", result: 'omas' },
    { sql: "substring('Thomas', 0, 3)", result: 'Th' },
    { sql: "substring('Thomas' FROM '...$')", result: 'mas' },
    { sql: "substring('Thomas' SIMILAR '%#\"o_a#\"_' ESCAPE '#')", result: 'oma' },
  ],
  overloads: [
    ...sliceOverloads('substring', VARCHAR),
    ...sliceOverloads('substring', BYTEA),
    ...REGEXP_SUBSTRING_OVERLOADS,
  ],
};

const SUBSTR: ScalarFunction = {
  name: 'substr',
  category: 'string',
  volatility: 'immutable',
  description: 'The part of a string from a position (the first is 1), up to a length.',
  examples: [
    { sql: "substr('alphabet', 3)", result: 'phabet' },
    { sql: "substr('alphabet', 3, 2)", result: 'ph' },
  ],
  overloads: [...sliceOverloads('substr', VARCHAR), ...sliceOverloads('substr', BYTEA)],
};

const endOf =
  (right: boolean): ScalarEvaluate =>
  (context, [text, count], numRows, type) =>
    flatResult(context, type, numRows, (out) => {
      functionKernels(context).text_left_right(
        text!.data,
        stride(text!),
        count!.data,
        stride(count!),
        context.validity,
        numRows,
        right ? 1 : 0,
        out,
      );
    });

const LEFT: ScalarFunction = {
  name: 'left',
  category: 'string',
  volatility: 'immutable',
  description: 'The first n characters; with a negative n, all but the last -n.',
  examples: [
    { sql: "left('abcde', 2)", result: 'ab' },
    { sql: "left('abcde', -2)", result: 'abc' },
  ],
  overloads: [overload('left', [VARCHAR, INT32], VARCHAR, endOf(false))],
};

const RIGHT: ScalarFunction = {
  name: 'right',
  category: 'string',
  volatility: 'immutable',
  description: 'The last n characters; with a negative n, all but the first -n.',
  examples: [
    { sql: "right('abcde', 2)", result: 'de' },
    { sql: "right('abcde', -2)", result: 'cde' },
  ],
  overloads: [overload('right', [VARCHAR, INT32], VARCHAR, endOf(true))],
};

export const SUBSTRING_FUNCTIONS: readonly ScalarFunction[] = [SUBSTRING, SUBSTR, LEFT, RIGHT];
