import { QueryError } from '../../../error/index.ts';
import {
  type DataType,
  decimal,
  FLOAT64,
  INT16,
  INT32,
  INT64,
  KIND_WIDTH,
  physicalKind,
} from '../../../types/index.ts';
import type { ScalarEvaluate, ScalarFunction, ScalarOverload } from '../../function.ts';
import { ABSOLUTE_VALUE, MODULO } from '../../operator/arithmetic-operators.ts';
import { functionKernels } from '../function-kernels.ts';
import { checkAnswer } from '../kernel-failure.ts';
import { flatResult, overload, stride } from '../row-evaluation.ts';
import { overloadsUnder } from './overloads-under.ts';

const gcdLcm =
  (lcm: boolean): ScalarEvaluate =>
  (context, [a, b], numRows, type) =>
    flatResult(context, type, numRows, (out) => {
      const { validity } = context;
      const width = KIND_WIDTH[physicalKind(type)];
      const args = [a!.data, stride(a!), b!.data, stride(b!), width] as const;
      const answer = functionKernels(context).gcd_lcm(...args, validity, numRows, lcm ? 1 : 0, out);
      checkAnswer(answer, context, { overflow: `${type.id === 'int64' ? 'bigint' : 'integer'} out of range` });
    });

const factorial: ScalarEvaluate = (context, [n], numRows, type) =>
  flatResult(context, type, numRows, (out) => {
    const answer = functionKernels(context).factorial(n!.data, stride(n!), context.validity, numRows, out);
    checkAnswer(answer, context, {
      invalidValue: 'factorial of a negative number is undefined',
      overflow: 'value overflows numeric format: 33! is the largest factorial of up to 38 digits',
    });
  });

const EQUAL_BOUNDS = 8;
const INFINITE_BOUNDS = 9;

const widthBucket: ScalarEvaluate = (context, args, numRows, type) =>
  flatResult(context, type, numRows, (out) => {
    const [x, low, high, count] = args.map((arg) => [arg.data, stride(arg)] as const);
    const answer = functionKernels(context).width_bucket_f64(
      ...x!,
      ...low!,
      ...high!,
      ...count!,
      context.validity,
      numRows,
      out,
    );
    const { span } = context;
    if ((answer & 15) === EQUAL_BOUNDS) {
      throw new QueryError('INVALID_VALUE', 'lower bound cannot equal upper bound', { span });
    }
    if ((answer & 15) === INFINITE_BOUNDS) {
      throw new QueryError('INVALID_VALUE', 'operand must not be NaN, and the bounds must be finite', { span });
    }
    checkAnswer(answer, context, {
      invalidValue: 'count must be greater than zero',
      overflow: 'integer out of range',
    });
  });

const BIT_OPERATION = { '&': 0, '|': 1, '#': 2, '<<': 3, '>>': 4 } as const;
const INTEGERS: readonly DataType[] = [INT16, INT32, INT64];

function bitOperator(
  name: keyof typeof BIT_OPERATION,
  description: string,
  sql: string,
  result: string,
): ScalarFunction {
  const isShift = name === '<<' || name === '>>';
  const evaluate: ScalarEvaluate = (context, [a, b], numRows, type) =>
    flatResult(context, type, numRows, (out) => {
      const kernels = functionKernels(context);
      const width = KIND_WIDTH[physicalKind(type)];
      const args = [a!.data, stride(a!), b!.data, stride(b!), width, numRows] as const;
      kernels.bit_operation(...args, BIT_OPERATION[name], out);
      if (type.id === 'int16') kernels.wrap_int16(out, numRows);
    });
  return {
    name,
    category: 'operator',
    volatility: 'immutable',
    description,
    examples: [{ sql, result }],
    overloads: INTEGERS.map((type) => overload(name, [type, isShift ? INT32 : type], type, evaluate)),
  };
}

const bitNot: ScalarEvaluate = (context, [a], numRows, type) =>
  flatResult(context, type, numRows, (out) => {
    functionKernels(context).bit_not(a!.data, stride(a!), KIND_WIDTH[physicalKind(type)], numRows, out);
  });

/** `~` is bitwise NOT of one operand, and matches a regular expression with two; see pattern/regexp-match-operators.ts. */
export const BIT_NOT_OVERLOADS: readonly ScalarOverload[] = INTEGERS.map((type) => overload('~', [type], type, bitNot));

export const INTEGER_FUNCTIONS: readonly ScalarFunction[] = [
  {
    name: 'abs',
    category: 'math',
    volatility: 'immutable',
    description: 'The absolute value.',
    examples: [
      { sql: 'abs(-17.4)', result: '17.4' },
      { sql: 'abs(-17)', result: '17' },
    ],
    overloads: overloadsUnder('abs', ABSOLUTE_VALUE),
  },
  {
    name: 'mod',
    category: 'math',
    volatility: 'immutable',
    description: 'The remainder of a division; it has the sign of the first argument.',
    examples: [
      { sql: 'mod(9, 4)', result: '1' },
      { sql: 'mod(-7.5, 2)', result: '-1.5' },
    ],
    overloads: overloadsUnder('mod', MODULO),
  },
  {
    name: 'gcd',
    category: 'math',
    volatility: 'immutable',
    description: 'The greatest common divisor; 0 when both are 0.',
    examples: [{ sql: 'gcd(1071, 462)', result: '21' }],
    overloads: [INT32, INT64].map((type) => overload('gcd', [type, type], type, gcdLcm(false))),
  },
  {
    name: 'lcm',
    category: 'math',
    volatility: 'immutable',
    description: 'The least common multiple; 0 when one of them is 0.',
    examples: [{ sql: 'lcm(1071, 462)', result: '23562' }],
    overloads: [INT32, INT64].map((type) => overload('lcm', [type, type], type, gcdLcm(true))),
  },
  {
    name: 'factorial',
    category: 'math',
    volatility: 'immutable',
    description: 'The product of all whole numbers from 1 to n; up to 33, whose factorial is the last with 38 digits.',
    examples: [{ sql: 'factorial(5)', result: '120' }],
    overloads: [overload('factorial', [INT64], decimal(38, 0), factorial)],
  },
  {
    name: 'width_bucket',
    category: 'math',
    volatility: 'immutable',
    description:
      'The number of the bucket that a number falls into, of a count of equal buckets between two bounds; 0 before the first and count + 1 ' +
      'behind the last. In double precision.',
    examples: [
      { sql: 'width_bucket(5.35, 0.024, 10.06, 5)', result: '3' },
      { sql: 'width_bucket(11, 10, 0, 5)', result: '0' },
    ],
    overloads: [overload('width_bucket', [FLOAT64, FLOAT64, FLOAT64, INT32], INT32, widthBucket)],
  },
  bitOperator('&', 'Bitwise AND.', '91 & 15', '11'),
  bitOperator('|', 'Bitwise OR.', '32 | 3', '35'),
  bitOperator('#', 'Bitwise exclusive OR.', '17 # 5', '20'),
  bitOperator('<<', 'Bitwise shift to the left.', '1 << 4', '16'),
  bitOperator('>>', 'Bitwise shift to the right, with the sign.', '8 >> 2', '2'),
];
