import {
  type DataType,
  FLOAT32,
  FLOAT64,
  formatType,
  INT8,
  INT16,
  INT32,
  INT64,
  UINT8,
  UINT16,
  UINT32,
  UINT64,
} from '../../types/index.ts';
import type { ParameterType, ScalarEvaluate, ScalarFunction, ScalarOverload } from '../function.ts';
import { decimalProduct, decimalQuotient, decimalRemainder, decimalSign, decimalSum } from './decimal-operator.ts';
import { productType, quotientType, remainderType, sumType } from './decimal-type.ts';
import { floatOperator, floatSign } from './float-operator.ts';
import { integerOperator, integerSign } from './integer-operator.ts';

const INTEGERS = [INT16, INT32, INT64, INT8, UINT8, UINT16, UINT32, UINT64] as const;
const FLOATS = [FLOAT32, FLOAT64] as const;

function overload(
  name: string,
  parameters: readonly ParameterType[],
  returns: ScalarOverload['returns'],
  evaluate: ScalarEvaluate,
): ScalarOverload {
  const types = parameters.map((parameter) => (typeof parameter === 'string' ? parameter : formatType(parameter)));
  return { id: `${name}(${types.join(',')})`, parameters, returns, evaluate };
}

/** Two operands of one type and a result of it. */
function closed(name: string, types: readonly DataType[], evaluate: ScalarEvaluate): readonly ScalarOverload[] {
  return types.map((type) => overload(name, [type, type], type, evaluate));
}

export const ADDITION: readonly ScalarOverload[] = [
  ...closed('+', INTEGERS, integerOperator('add')),
  overload('+', ['decimal', 'decimal'], sumType, decimalSum('add', 'addition')),
  ...closed('+', FLOATS, floatOperator('add')),
];

export const SUBTRACTION: readonly ScalarOverload[] = [
  ...closed('-', INTEGERS, integerOperator('sub')),
  overload('-', ['decimal', 'decimal'], sumType, decimalSum('sub', 'subtraction')),
  ...closed('-', FLOATS, floatOperator('sub')),
];

export const NEGATION: readonly ScalarOverload[] = [
  ...INTEGERS.map((type) => overload('-', [type], type, integerSign('neg', 'negation'))),
  overload('-', ['decimal'], (args) => args[0]!, decimalSign('neg', 'negation')),
  ...FLOATS.map((type) => overload('-', [type], type, floatSign('neg'))),
];

export const MULTIPLICATION: readonly ScalarOverload[] = [
  ...closed('*', INTEGERS, integerOperator('mul')),
  overload('*', ['decimal', 'decimal'], productType, decimalProduct),
  ...closed('*', FLOATS, floatOperator('mul')),
];

export const DIVISION: ScalarFunction = {
  name: '/',
  category: 'operator',
  volatility: 'immutable',
  description:
    'Quotient. Of integers it is truncated; of decimals it has 16 digits after the point, or more if an operand has.',
  examples: [
    { sql: '7 / 2', result: '3' },
    { sql: '-7 / 2', result: '-3' },
    { sql: '7.0::float8 / 2', result: '3.5' },
  ],
  overloads: [
    ...closed('/', INTEGERS, integerOperator('div')),
    overload('/', ['decimal', 'decimal'], quotientType, decimalQuotient),
    ...closed('/', FLOATS, floatOperator('div')),
  ],
};

export const MODULO: ScalarFunction = {
  name: '%',
  category: 'operator',
  volatility: 'immutable',
  description: 'Remainder of the truncated quotient; it has the sign of the dividend.',
  examples: [
    { sql: '7 % 3', result: '1' },
    { sql: '-7 % 3', result: '-1' },
    { sql: '7.25 % 2', result: '1.25' },
  ],
  overloads: [
    ...closed('%', INTEGERS, integerOperator('mod')),
    overload('%', ['decimal', 'decimal'], remainderType, decimalRemainder),
  ],
};

export const ABSOLUTE_VALUE: ScalarFunction = {
  name: '@',
  category: 'operator',
  volatility: 'immutable',
  description: 'Absolute value.',
  examples: [{ sql: '@ (-5)', result: '5' }],
  overloads: [
    ...INTEGERS.map((type) => overload('@', [type], type, integerSign('abs', 'absolute value'))),
    overload('@', ['decimal'], (args) => args[0]!, decimalSign('abs', 'absolute value')),
    ...FLOATS.map((type) => overload('@', [type], type, floatSign('abs'))),
  ],
};
