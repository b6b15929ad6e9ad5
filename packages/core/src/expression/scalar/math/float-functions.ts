import { QueryError } from '../../../error/index.ts';
import { type DataType, FLOAT64 } from '../../../types/index.ts';
import type { EvaluationContext, ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { functionKernels } from '../function-kernels.ts';
import { checkAnswer } from '../kernel-failure.ts';
import { flatResult, overload, stride } from '../row-evaluation.ts';

/** Functions of one double, by the code that kernels/function/math-float.ts knows them by. */
export const FLOAT_FUNCTION = {
  ceil: 0,
  floor: 1,
  round: 2,
  trunc: 3,
  sign: 4,
  sqrt: 5,
  cbrt: 6,
  exp: 7,
  ln: 8,
  log10: 9,
  degrees: 10,
  radians: 11,
  sin: 12,
  cos: 13,
  tan: 14,
  cot: 15,
  asin: 16,
  acos: 17,
  atan: 18,
  sinh: 19,
  cosh: 20,
  tanh: 21,
  asinh: 22,
  acosh: 23,
  atanh: 24,
  sind: 25,
  cosd: 26,
  tand: 27,
  cotd: 28,
  asind: 29,
  acosd: 30,
  atand: 31,
} as const;

const LOG_OF_ZERO = 8;
const LOG_OF_NEGATIVE = 9;
const UNDERFLOW = 10;

/** Throws for what is wrong with the argument of a function of doubles. */
export function checkFloat(context: EvaluationContext, answer: number, name: string): void {
  const { span } = context;
  switch (answer & 15) {
    case LOG_OF_ZERO:
      throw new QueryError('INVALID_VALUE', 'cannot take logarithm of zero', { span });
    case LOG_OF_NEGATIVE:
      throw new QueryError('INVALID_VALUE', 'cannot take logarithm of a negative number', { span });
    case UNDERFLOW:
      throw new QueryError('OVERFLOW', 'value out of range: underflow', { span });
    default:
      checkAnswer(answer, context, {
        overflow: 'value out of range: overflow',
        invalidValue:
          name === 'sqrt' ? 'cannot take square root of a negative number' : `input of ${name} is out of range`,
      });
  }
}

/** Evaluates a function of one double. */
export function floatEvaluate(name: keyof typeof FLOAT_FUNCTION): ScalarEvaluate {
  const code = FLOAT_FUNCTION[name];
  return (context, [values], numRows, type) =>
    flatResult(context, type, numRows, (out) => {
      const { validity } = context;
      const answer = functionKernels(context).math_f64(values!.data, stride(values!), validity, numRows, code, out);
      checkFloat(context, answer, name);
    });
}

function floatFunction(
  name: keyof typeof FLOAT_FUNCTION,
  description: string,
  sql: string,
  result: string,
  aliases?: readonly string[],
): ScalarFunction {
  return {
    name,
    ...(aliases ? { aliases } : {}),
    category: 'math',
    volatility: 'immutable',
    description: `${description} In double precision.`,
    examples: [{ sql, result }],
    overloads: [overload(name, [FLOAT64], FLOAT64, floatEvaluate(name))],
  };
}

const atan2 =
  (degrees: boolean): ScalarEvaluate =>
  (context, [y, x], numRows, type) =>
    flatResult(context, type, numRows, (out) => {
      const args = [y!.data, stride(y!), x!.data, stride(x!)] as const;
      functionKernels(context).atan2_f64(...args, numRows, degrees ? 1 : 0, out);
    });

const pi: ScalarEvaluate = (context, _args, numRows, type) =>
  flatResult(context, type, numRows, (out) => {
    context.arena.memory.f64.fill(Math.PI, out >>> 3, (out >>> 3) + numRows);
  });

const random: ScalarEvaluate = (context, _args, numRows, type) =>
  flatResult(context, type, numRows, (out) => {
    const seed = () => Math.floor(context.nextRandom() * 2 ** 32);
    functionKernels(context).random_f64(seed(), seed(), numRows, out);
  });

const TWO_DOUBLES: readonly DataType[] = [FLOAT64, FLOAT64];

export const FLOAT_FUNCTIONS: readonly ScalarFunction[] = [
  floatFunction('sqrt', 'The square root.', 'sqrt(2::float8)', '1.4142135623730951', ['dsqrt']),
  floatFunction('cbrt', 'The cube root.', 'cbrt(27::float8)', '3', ['dcbrt']),
  floatFunction('exp', 'e to the power of the argument.', 'exp(1::float8)', '2.718281828459045', ['dexp']),
  floatFunction('ln', 'The natural logarithm.', 'ln(2::float8)', '0.6931471805599453', ['dlog1']),
  floatFunction('degrees', 'Radians in degrees.', 'degrees(0.5)', '28.64788975654116'),
  floatFunction('radians', 'Degrees in radians.', 'radians(45)', '0.7853981633974483'),
  floatFunction('sin', 'The sine of an angle in radians.', 'sin(1)', '0.8414709848078965'),
  floatFunction('cos', 'The cosine of an angle in radians.', 'cos(0)', '1'),
  floatFunction('tan', 'The tangent of an angle in radians.', 'tan(1)', '1.5574077246549023'),
  floatFunction('cot', 'The cotangent of an angle in radians.', 'round(cot(0.5)::numeric, 10)', '1.8304877217'),
  floatFunction('asin', 'The angle in radians with a sine.', 'asin(1)', '1.5707963267948966'),
  floatFunction('acos', 'The angle in radians with a cosine.', 'acos(1)', '0'),
  floatFunction('atan', 'The angle in radians with a tangent.', 'atan(1)', '0.7853981633974483'),
  floatFunction('sinh', 'The hyperbolic sine.', 'sinh(1)', '1.1752011936438014'),
  floatFunction('cosh', 'The hyperbolic cosine.', 'cosh(0)', '1'),
  floatFunction('tanh', 'The hyperbolic tangent.', 'tanh(1)', '0.7615941559557649'),
  floatFunction('asinh', 'The inverse hyperbolic sine.', 'asinh(1)', '0.881373587019543'),
  floatFunction('acosh', 'The inverse hyperbolic cosine.', 'acosh(1)', '0'),
  floatFunction('atanh', 'The inverse hyperbolic tangent.', 'atanh(0.5)', '0.5493061443340548'),
  floatFunction('sind', 'The sine of an angle in degrees, exact where it can be.', 'sind(30)', '0.5'),
  floatFunction('cosd', 'The cosine of an angle in degrees, exact where it can be.', 'cosd(60)', '0.5'),
  floatFunction('tand', 'The tangent of an angle in degrees, exact where it can be.', 'tand(45)', '1'),
  floatFunction('cotd', 'The cotangent of an angle in degrees, exact where it can be.', 'cotd(45)', '1'),
  floatFunction('asind', 'The angle in degrees with a sine.', 'asind(0.5)', '30'),
  floatFunction('acosd', 'The angle in degrees with a cosine.', 'acosd(0.5)', '60'),
  floatFunction('atand', 'The angle in degrees with a tangent.', 'atand(1)', '45'),
  {
    name: 'atan2',
    category: 'math',
    volatility: 'immutable',
    description: 'The angle in radians of the point (x, y), given as (y, x).',
    examples: [{ sql: 'atan2(1, 0)', result: '1.5707963267948966' }],
    overloads: [overload('atan2', TWO_DOUBLES, FLOAT64, atan2(false))],
  },
  {
    name: 'atan2d',
    category: 'math',
    volatility: 'immutable',
    description: 'The angle in degrees of the point (x, y), given as (y, x).',
    examples: [{ sql: 'atan2d(1, 0)', result: '90' }],
    overloads: [overload('atan2d', TWO_DOUBLES, FLOAT64, atan2(true))],
  },
  {
    name: 'pi',
    category: 'math',
    volatility: 'immutable',
    description: 'The ratio of the circumference of a circle to its diameter.',
    examples: [{ sql: 'pi()', result: '3.141592653589793' }],
    overloads: [overload('pi', [], FLOAT64, pi)],
  },
  {
    name: 'random',
    category: 'math',
    volatility: 'volatile',
    description: 'A number from 0 up to but not including 1, another one for every row.',
    examples: [{ sql: 'random() < 1', result: 'true' }],
    overloads: [overload('random', [], FLOAT64, random)],
  },
];
