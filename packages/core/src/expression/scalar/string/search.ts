import { BOOLEAN, BYTEA, INT32, VARCHAR } from '../../../types/index.ts';
import type { ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { functionKernels } from '../function-kernels.ts';
import { checkAnswer } from '../kernel-failure.ts';
import { flatResult, overload, stride } from '../row-evaluation.ts';

const position =
  (bytewise: boolean): ScalarEvaluate =>
  (context, [text, part], numRows, type) =>
    flatResult(context, type, numRows, (out) => {
      const textArgs = [text!.data, stride(text!), part!.data, stride(part!)] as const;
      functionKernels(context).text_position(...textArgs, numRows, bytewise ? 1 : 0, out);
    });

/** The grammar turns `position(a IN b)` into `position(b, a)`. */
const POSITION: ScalarFunction = {
  name: 'position',
  category: 'string',
  volatility: 'immutable',
  description: 'The position of the first occurrence of a string in another (the first is 1), 0 when there is none.',
  examples: [
    { sql: "position('om' IN 'Thomas')", result: '3' },
    { sql: "position('\\x5678'::bytea IN '\\x1234567890'::bytea)", result: '3' },
  ],
  overloads: [
    overload('position', [VARCHAR, VARCHAR], INT32, position(false)),
    overload('position', [BYTEA, BYTEA], INT32, position(true)),
  ],
};

const STRPOS: ScalarFunction = {
  name: 'strpos',
  category: 'string',
  volatility: 'immutable',
  description: 'The position of the first occurrence of the second string in the first, 0 when there is none.',
  examples: [{ sql: "strpos('high', 'ig')", result: '2' }],
  overloads: [overload('strpos', [VARCHAR, VARCHAR], INT32, position(false))],
};

const startsWith: ScalarEvaluate = (context, [text, prefix], numRows, type) =>
  flatResult(context, type, numRows, (out) => {
    const args = [text!.data, stride(text!), prefix!.data, stride(prefix!)] as const;
    functionKernels(context).text_starts_with(...args, numRows, out);
  });

const STARTS_WITH: ScalarFunction = {
  name: 'starts_with',
  aliases: ['^@'],
  category: 'string',
  volatility: 'immutable',
  description: 'Whether a string starts with another.',
  examples: [
    { sql: "starts_with('alphabet', 'alph')", result: 'true' },
    { sql: "'alphabet' ^@ 'bet'", result: 'false' },
  ],
  overloads: [overload('starts_with', [VARCHAR, VARCHAR], BOOLEAN, startsWith)],
};

const splitPart: ScalarEvaluate = (context, [text, delimiter, field], numRows, type) =>
  flatResult(context, type, numRows, (out) => {
    const answer = functionKernels(context).text_split_part(
      text!.data,
      stride(text!),
      delimiter!.data,
      stride(delimiter!),
      field!.data,
      stride(field!),
      context.validity,
      numRows,
      out,
    );
    checkAnswer(answer, context, { invalidValue: 'field position must not be zero' });
  });

const SPLIT_PART: ScalarFunction = {
  name: 'split_part',
  category: 'string',
  volatility: 'immutable',
  description: 'Cuts a string at a delimiter and gives the n-th field, counted from the end when n is negative.',
  examples: [
    { sql: "split_part('abc~@~def~@~ghi', '~@~', 2)", result: 'def' },
    { sql: "split_part('abc,def,ghi,jkl', ',', -2)", result: 'ghi' },
  ],
  overloads: [overload('split_part', [VARCHAR, VARCHAR, INT32], VARCHAR, splitPart)],
};

export const SEARCH_FUNCTIONS: readonly ScalarFunction[] = [POSITION, STRPOS, STARTS_WITH, SPLIT_PART];
