import { type DataType, INT32, INT64, VARCHAR } from '../../../types/index.ts';
import type { ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { functionKernels } from '../function-kernels.ts';
import { checkAnswer } from '../kernel-failure.ts';
import { flatResult, overload, stride } from '../row-evaluation.ts';
import { boundedText } from '../sized-text.ts';

const ascii: ScalarEvaluate = (context, [text], numRows, type) =>
  flatResult(context, type, numRows, (out) => {
    functionKernels(context).text_ascii(text!.data, stride(text!), numRows, out);
  });

const ASCII: ScalarFunction = {
  name: 'ascii',
  category: 'string',
  volatility: 'immutable',
  description: 'The code point of the first character, 0 for an empty string.',
  examples: [
    { sql: "ascii('x')", result: '120' },
    { sql: "ascii('日本')", result: '26085' },
  ],
  overloads: [overload('ascii', [VARCHAR], INT32, ascii)],
};

const chr: ScalarEvaluate = (context, [code], numRows, type) =>
  boundedText(context, type, numRows, 4 * numRows, (out, bytes) => {
    const kernels = functionKernels(context);
    const answer = kernels.text_chr(code!.data, stride(code!), context.validity, numRows, out, bytes);
    checkAnswer(answer, context, {
      invalidValue: 'character number must be positive',
      overflow: 'requested character is no Unicode character',
    });
  });

const CHR: ScalarFunction = {
  name: 'chr',
  category: 'string',
  volatility: 'immutable',
  description: 'The character with a code point.',
  examples: [{ sql: 'chr(65)', result: 'A' }],
  overloads: [overload('chr', [INT32], VARCHAR, chr)],
};

const digits =
  (bits: number): ScalarEvaluate =>
  (context, [number], numRows, type) =>
    boundedText(context, type, numRows, 64 * numRows, (out, bytes) => {
      const kernels = functionKernels(context);
      const { validity } = context;
      const { data, width } = number!;
      kernels.integer_to_digits(data, stride(number!), validity, numRows, width, BigInt(bits), out, bytes);
    });

function digitsFunction(name: string, bits: number, base: string, example: string): ScalarFunction {
  const types: DataType[] = [INT32, INT64];
  return {
    name,
    category: 'string',
    volatility: 'immutable',
    description: `An integer in ${base} digits; a negative one in two's complement.`,
    examples: [{ sql: `${name}(2147483647)`, result: example }],
    overloads: types.map((type) => overload(name, [type], VARCHAR, digits(bits))),
  };
}

export const CODE_POINT_FUNCTIONS: readonly ScalarFunction[] = [
  ASCII,
  CHR,
  digitsFunction('to_hex', 4, 'hexadecimal', '7fffffff'),
  digitsFunction('to_oct', 3, 'octal', '17777777777'),
  digitsFunction('to_bin', 1, 'binary', '1'.repeat(31)),
];
