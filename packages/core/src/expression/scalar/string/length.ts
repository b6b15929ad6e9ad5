import { BYTEA, INT32, VARCHAR } from '../../../types/index.ts';
import type { ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { functionKernels } from '../function-kernels.ts';
import { flatResult, overload, stride } from '../row-evaluation.ts';

const characters: ScalarEvaluate = (context, [text], numRows, type) =>
  flatResult(context, type, numRows, (out) => {
    functionKernels(context).text_char_length(text!.data, stride(text!), numRows, out);
  });

const bytesTimes =
  (factor: number): ScalarEvaluate =>
  (context, [text], numRows, type) =>
    flatResult(context, type, numRows, (out) => {
      functionKernels(context).text_octet_length(text!.data, stride(text!), numRows, factor, out);
    });

const LENGTH: ScalarFunction = {
  name: 'length',
  aliases: ['char_length', 'character_length'],
  category: 'string',
  volatility: 'immutable',
  description: 'The number of characters of a string, or of bytes of a byte string.',
  examples: [
    { sql: "length('jose')", result: '4' },
    { sql: "char_length('日本語')", result: '3' },
    { sql: "length('\\x1234'::bytea)", result: '2' },
  ],
  overloads: [overload('length', [VARCHAR], INT32, characters), overload('length', [BYTEA], INT32, bytesTimes(1))],
};

const OCTET_LENGTH: ScalarFunction = {
  name: 'octet_length',
  category: 'string',
  volatility: 'immutable',
  description: 'The number of bytes of a string (in UTF-8) or byte string.',
  examples: [
    { sql: "octet_length('日本語')", result: '9' },
    { sql: "octet_length('\\x1234'::bytea)", result: '2' },
  ],
  overloads: [VARCHAR, BYTEA].map((type) => overload('octet_length', [type], INT32, bytesTimes(1))),
};

const BIT_LENGTH: ScalarFunction = {
  name: 'bit_length',
  category: 'string',
  volatility: 'immutable',
  description: 'Eight times the number of bytes of a string or byte string.',
  examples: [{ sql: "bit_length('jose')", result: '32' }],
  overloads: [VARCHAR, BYTEA].map((type) => overload('bit_length', [type], INT32, bytesTimes(8))),
};

export const LENGTH_FUNCTIONS: readonly ScalarFunction[] = [LENGTH, OCTET_LENGTH, BIT_LENGTH];
