import {
  type DecimalType,
  decimal,
  FLOAT64,
  INT32,
  KIND_WIDTH,
  type LiteralValue,
  MAX_DECIMAL_PRECISION,
  physicalKind,
} from '../../../types/index.ts';
import { literalVector, type Vector } from '../../../vector/index.ts';
import type { ReturnTypeOf, ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { functionKernels } from '../function-kernels.ts';
import { checkAnswer } from '../kernel-failure.ts';
import { flatResult, overload, stride } from '../row-evaluation.ts';
import { floatEvaluate } from './float-functions.ts';

/** As in kernels/function/math-decimal.ts. */
const MODE = { round: 0, trunc: 1, floor: 2, ceil: 3 } as const;

const OUT_OF_RANGE = { overflow: 'value overflows numeric format' };

/** Rounds a decimal to a number of digits after the point, which may differ by row. */
function decimalRounding(mode: keyof typeof MODE): ScalarEvaluate {
  return (context, args, numRows, type) => {
    const [values, digits = literalVector(INT32, 0, 1, context.arena)] = args as readonly [Vector, Vector | undefined];
    const source = values.type as DecimalType;
    const target = type as DecimalType;
    return flatResult(context, type, numRows, (out) => {
      const answer = functionKernels(context).decimal_round(
        values.data,
        stride(values),
        KIND_WIDTH[values.kind],
        source.scale,
        digits.data,
        stride(digits),
        MODE[mode],
        context.validity,
        numRows,
        out,
        KIND_WIDTH[physicalKind(type)],
        target.scale,
        target.precision,
      );
      checkAnswer(answer, context, OUT_OF_RANGE);
    });
  };
}

/** Whole digits of a decimal, and one more for what rounding carries. */
const wholeDigits = (type: DecimalType) => Math.max(1, type.precision - type.scale + 1);

const toWhole: ReturnTypeOf = ([type]) => decimal(Math.min(MAX_DECIMAL_PRECISION, wholeDigits(type as DecimalType)), 0);

/** With a constant number of digits, that many; otherwise the scale stays what it is. */
const toDigits: ReturnTypeOf = ([type], constants) => {
  const source = type as DecimalType;
  const wanted = constantDigits(constants?.[1]);
  // Digits that are asked for beyond those of the source are zeros: as many as there is room for beside the whole digits.
  const room = Math.max(source.scale, MAX_DECIMAL_PRECISION - wholeDigits(source));
  const scale = Math.max(0, Math.min(room, wanted ?? source.scale));
  return decimal(Math.min(MAX_DECIMAL_PRECISION, wholeDigits(source) + scale), scale);
};

function constantDigits(value: LiteralValue | undefined): number | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  return typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value) ? Number(value) : undefined;
}

function roundingFunction(
  name: keyof typeof MODE,
  options: { readonly aliases?: readonly string[]; readonly digits: boolean },
  description: string,
  examples: ScalarFunction['examples'],
): ScalarFunction {
  return {
    name,
    ...(options.aliases ? { aliases: options.aliases } : {}),
    category: 'math',
    volatility: 'immutable',
    description,
    examples,
    overloads: [
      overload(name, ['decimal'], toWhole, decimalRounding(name)),
      overload(name, [FLOAT64], FLOAT64, floatEvaluate(name)),
      ...(options.digits ? [overload(name, ['decimal', INT32], toDigits, decimalRounding(name))] : []),
    ],
  };
}

const decimalSign: ScalarEvaluate = (context, [values], numRows, type) =>
  flatResult(context, type, numRows, (out) => {
    const { data, kind } = values!;
    functionKernels(context).decimal_sign(data, stride(values!), KIND_WIDTH[kind], numRows, out);
  });

const SIGN: ScalarFunction = {
  name: 'sign',
  category: 'math',
  volatility: 'immutable',
  description: '-1, 0 or 1: the sign of a number.',
  examples: [
    { sql: 'sign(-8.4)', result: '-1' },
    { sql: 'sign(8.4::float8)', result: '1' },
  ],
  overloads: [
    overload('sign', ['decimal'], decimal(1, 0), decimalSign),
    overload('sign', [FLOAT64], FLOAT64, floatEvaluate('sign')),
  ],
};

/** The scale is that of the type, which PostgreSQL keeps with each value. */
const scale: ScalarEvaluate = (context, [values], numRows, type) =>
  literalVector(type, (values!.type as DecimalType).scale, numRows, context.arena);

const minScale: ScalarEvaluate = (context, [values], numRows, type) =>
  flatResult(context, type, numRows, (out) => {
    const { data, kind } = values!;
    const own = (values!.type as DecimalType).scale;
    functionKernels(context).decimal_min_scale(data, stride(values!), KIND_WIDTH[kind], own, numRows, out);
  });

const divide: ScalarEvaluate = (context, args, numRows, type) => {
  const [values, divisors] = args as readonly [Vector, Vector];
  const target = type as DecimalType;
  return flatResult(context, type, numRows, (out) => {
    const answer = functionKernels(context).decimal_div(
      values.data,
      stride(values),
      KIND_WIDTH[values.kind],
      (values.type as DecimalType).scale,
      divisors.data,
      stride(divisors),
      KIND_WIDTH[divisors.kind],
      (divisors.type as DecimalType).scale,
      context.validity,
      numRows,
      out,
      KIND_WIDTH[physicalKind(type)],
      target.precision,
    );
    checkAnswer(answer, context, OUT_OF_RANGE);
  });
};

const quotientType: ReturnTypeOf = ([a, b]) => {
  const [value, divisor] = [a as DecimalType, b as DecimalType];
  const digits = value.precision - value.scale + divisor.scale;
  return decimal(Math.max(1, Math.min(MAX_DECIMAL_PRECISION, digits)), 0);
};

const DIV: ScalarFunction = {
  name: 'div',
  category: 'math',
  volatility: 'immutable',
  description: 'The whole part of a quotient, rounded towards zero.',
  examples: [
    { sql: 'div(9, 4)', result: '2' },
    { sql: 'div(-7.5, 2)', result: '-3' },
  ],
  overloads: [overload('div', ['decimal', 'decimal'], quotientType, divide)],
};

export const ROUNDING_FUNCTIONS: readonly ScalarFunction[] = [
  roundingFunction('ceil', { aliases: ['ceiling'], digits: false }, 'The nearest whole number that is not less.', [
    { sql: 'ceil(42.2)', result: '43' },
    { sql: 'ceil(-42.8::float8)', result: '-42' },
  ]),
  roundingFunction('floor', { digits: false }, 'The nearest whole number that is not greater.', [
    { sql: 'floor(42.8)', result: '42' },
    { sql: 'floor(-42.8::float8)', result: '-43' },
  ]),
  roundingFunction(
    'round',
    { digits: true },
    'The nearest whole number, or the nearest with a number of digits after the point (before it, when negative). Of two, the one farther from ' +
      'zero; for doubles the even one.',
    [
      { sql: 'round(42.4)', result: '42' },
      { sql: 'round(42.5)', result: '43' },
      { sql: 'round(2.5::float8)', result: '2' },
    ],
  ),
  roundingFunction(
    'trunc',
    { digits: true },
    'The number without what follows the point, or a digit after (or before) it.',
    [
      { sql: 'trunc(42.8)', result: '42' },
      { sql: 'trunc(-42.8::float8)', result: '-42' },
    ],
  ),
  SIGN,
  DIV,
  {
    name: 'scale',
    category: 'math',
    volatility: 'immutable',
    description: "The digits after the point of a decimal's type.",
    examples: [{ sql: 'scale(8.41)', result: '2' }],
    overloads: [overload('scale', ['decimal'], INT32, scale)],
  },
  {
    name: 'min_scale',
    category: 'math',
    volatility: 'immutable',
    description: 'The fewest digits after the point that hold a decimal.',
    examples: [{ sql: 'min_scale(8.4100)', result: '2' }],
    overloads: [overload('min_scale', ['decimal'], INT32, minScale)],
  },
];
