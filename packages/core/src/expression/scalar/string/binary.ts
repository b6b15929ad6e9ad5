import { QueryError } from '../../../error/index.ts';
import { BYTEA, type DataType, INT32, INT64, VARCHAR } from '../../../types/index.ts';
import type { Vector } from '../../../vector/index.ts';
import type { EvaluationContext, ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { constantText } from '../constant-argument.ts';
import { functionKernels } from '../function-kernels.ts';
import { checkAnswer } from '../kernel-failure.ts';
import { flatResult, overload, stride } from '../row-evaluation.ts';
import { boundedText } from '../sized-text.ts';

const FORMATS = ['hex', 'base64', 'escape'];

function formatCode(context: EvaluationContext, format: Vector, numRows: number): number {
  const name = constantText(context, format, numRows, 'An encoding');
  const code = FORMATS.indexOf(name.toLowerCase());
  if (code < 0) {
    throw new QueryError('INVALID_VALUE', `unrecognized encoding: "${name}"`, {
      span: context.span,
      hint: `Valid encodings are ${FORMATS.join(', ')}.`,
    });
  }
  return code;
}

const encode: ScalarEvaluate = (context, [bytes, format], numRows, type) => {
  const kernels = functionKernels(context);
  const total = kernels.text_total_bytes(bytes!.data, stride(bytes!), numRows);
  const code = formatCode(context, format!, numRows);
  return boundedText(context, type, numRows, 4 * total + 4 * numRows, (out, written) => {
    kernels.bytea_encode(bytes!.data, stride(bytes!), context.validity, numRows, code, out, written);
  });
};

const ENCODE: ScalarFunction = {
  name: 'encode',
  category: 'string',
  volatility: 'immutable',
  description: 'A byte string as text: `hex`, `base64` or `escape`.',
  examples: [
    { sql: "encode('\\x1234'::bytea, 'hex')", result: '1234' },
    { sql: "encode('\\x123456789a'::bytea, 'base64')", result: 'EjRWeJo=' },
    { sql: "encode('\\x41005c'::bytea, 'escape')", result: 'A\\000\\\\' },
  ],
  overloads: [overload('encode', [BYTEA, VARCHAR], VARCHAR, encode)],
};

const decode: ScalarEvaluate = (context, [text, format], numRows, type) => {
  const kernels = functionKernels(context);
  const total = kernels.text_total_bytes(text!.data, stride(text!), numRows);
  const code = formatCode(context, format!, numRows);
  return boundedText(context, type, numRows, total, (out, written) => {
    const answer = kernels.bytea_decode(text!.data, stride(text!), context.validity, numRows, code, out, written);
    checkAnswer(answer, context, { invalidValue: `invalid ${FORMATS[code]} data` });
  });
};

const DECODE: ScalarFunction = {
  name: 'decode',
  category: 'string',
  volatility: 'immutable',
  description: 'The byte string that a text stands for: `hex`, `base64` or `escape`.',
  examples: [
    { sql: "decode('1234', 'hex')", result: '\\x1234' },
    { sql: "decode('EjRWeJo=', 'base64')", result: '\\x123456789a' },
  ],
  overloads: [overload('decode', [VARCHAR, VARCHAR], BYTEA, decode)],
};

const md5: ScalarEvaluate = (context, [text], numRows, type) =>
  boundedText(context, type, numRows, 32 * numRows, (out, bytes) => {
    functionKernels(context).text_md5(text!.data, stride(text!), context.validity, numRows, out, bytes);
  });

const MD5: ScalarFunction = {
  name: 'md5',
  category: 'string',
  volatility: 'immutable',
  description: 'The MD5 digest (RFC 1321) in hexadecimal digits.',
  examples: [{ sql: "md5('abc')", result: '900150983cd24fb0d6963f7d28e17f72' }],
  overloads: [VARCHAR, BYTEA].map((type) => overload('md5', [type], VARCHAR, md5)),
};

const sha2 =
  (bits: number): ScalarEvaluate =>
  (context, [bytes], numRows, type) =>
    boundedText(context, type, numRows, 64 * numRows, (out, written) => {
      functionKernels(context).bytea_sha2(bytes!.data, stride(bytes!), context.validity, numRows, bits, out, written);
    });

function shaFunction(bits: number, result: string): ScalarFunction {
  const name = `sha${bits}`;
  return {
    name,
    category: 'string',
    volatility: 'immutable',
    description: `The SHA-${bits} digest (FIPS 180-4) of a byte string.`,
    examples: [{ sql: `${name}('abc'::bytea)`, result }],
    overloads: [overload(name, [BYTEA], BYTEA, sha2(bits))],
  };
}

const get =
  (bits: boolean): ScalarEvaluate =>
  (context, [bytes, index], numRows, type) =>
    flatResult(context, type, numRows, (out) => {
      const { validity } = context;
      const args = [bytes!.data, stride(bytes!), index!.data, stride(index!), validity, numRows] as const;
      const answer = functionKernels(context).bytea_get(...args, bits ? 1 : 0, out);
      checkAnswer(answer, context, { overflow: 'index out of valid range of the byte string' });
    });

const set =
  (bits: boolean): ScalarEvaluate =>
  (context, [bytes, index, value], numRows, type) => {
    const kernels = functionKernels(context);
    const total = kernels.text_total_bytes(bytes!.data, stride(bytes!), numRows);
    return boundedText(context, type, numRows, total, (out, written) => {
      const answer = kernels.bytea_set(
        bytes!.data,
        stride(bytes!),
        index!.data,
        stride(index!),
        value!.data,
        stride(value!),
        context.validity,
        numRows,
        bits ? 1 : 0,
        out,
        written,
      );
      checkAnswer(answer, context, {
        overflow: 'index out of valid range of the byte string',
        invalidValue: 'new bit must be 0 or 1',
      });
    });
  };

function partFunction(
  name: string,
  description: string,
  returns: DataType,
  evaluate: ScalarEvaluate,
  example: { readonly sql: string; readonly result: string },
): ScalarFunction {
  const parameters = returns === BYTEA ? [BYTEA, INT64, INT32] : [BYTEA, INT64];
  return {
    name,
    category: 'string',
    volatility: 'immutable',
    description,
    examples: [example],
    overloads: [overload(name, parameters, returns, evaluate)],
  };
}

const bitCount: ScalarEvaluate = (context, [bytes], numRows, type) =>
  flatResult(context, type, numRows, (out) => {
    functionKernels(context).bytea_bit_count(bytes!.data, stride(bytes!), numRows, out);
  });

export const BINARY_FUNCTIONS: readonly ScalarFunction[] = [
  ENCODE,
  DECODE,
  MD5,
  shaFunction(224, '\\x23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7'),
  shaFunction(256, '\\xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'),
  shaFunction(
    384,
    '\\xcb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7',
  ),
  shaFunction(
    512,
    '\\xddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
  ),
  partFunction('get_byte', 'The byte at an index (from 0).', INT32, get(false), {
    sql: "get_byte('\\x1234567890'::bytea, 4)",
    result: '144',
  }),
  partFunction(
    'get_bit',
    'The bit at an index: bit n is bit n % 8, from the lowest, of byte n / 8.',
    INT32,
    get(true),
    {
      sql: "get_bit('\\x1234567890'::bytea, 30)",
      result: '1',
    },
  ),
  partFunction('set_byte', 'The byte string with the byte at an index (from 0) replaced.', BYTEA, set(false), {
    sql: "set_byte('\\x1234567890'::bytea, 4, 64)",
    result: '\\x1234567840',
  }),
  partFunction('set_bit', 'The byte string with the bit at an index replaced; see get_bit.', BYTEA, set(true), {
    sql: "set_bit('\\x1234567890'::bytea, 30, 0)",
    result: '\\x1234563890',
  }),
  {
    name: 'bit_count',
    category: 'string',
    volatility: 'immutable',
    description: 'How many bits of a byte string are 1.',
    examples: [{ sql: "bit_count('\\x1234567890'::bytea)", result: '15' }],
    overloads: [overload('bit_count', [BYTEA], INT64, bitCount)],
  },
];
