import { FLOAT32, FLOAT64, INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64 } from '../../types/index.ts';
import type { ScalarFunction } from '../function.ts';
import {
  DATETIME_ADDITION,
  DATETIME_SUBTRACTION,
  INTERVAL_DIVISION,
  INTERVAL_MULTIPLICATION,
  INTERVAL_NEGATION,
} from './datetime-operators.ts';
import { decimalProduct, decimalQuotient, decimalRemainder, decimalSign, decimalSum } from './decimal-operator.ts';
import { productType, quotientType, remainderType, sumType } from './decimal-type.ts';
import { floatOperator, floatSign } from './float-operator.ts';
import { integerOperator, integerSign } from './integer-operator.ts';
import { closedOverloads, operatorOverload } from './operator-overload.ts';

const INTEGERS = [INT16, INT32, INT64, INT8, UINT8, UINT16, UINT32, UINT64] as const;
const FLOATS = [FLOAT32, FLOAT64] as const;

export const ADDITION: ScalarFunction = {
  name: '+',
  category: 'operator',
  volatility: 'immutable',
  description:
    'Sum. Days can be added to a date; an interval to a date, time or timestamp: its months by the calendar, then its days, then its time.',
  examples: [
    { sql: '1 + 2', result: '3' },
    { sql: '1.5 + 2.25', result: '3.75' },
    { sql: "DATE '2024-01-31' + INTERVAL '1 month'", result: '2024-02-29 00:00:00' },
  ],
  overloads: [
    ...closedOverloads('+', INTEGERS, integerOperator('add')),
    operatorOverload('+', ['decimal', 'decimal'], sumType, decimalSum('add', 'addition')),
    ...closedOverloads('+', FLOATS, floatOperator('add')),
    ...DATETIME_ADDITION,
  ],
};

export const SUBTRACTION: ScalarFunction = {
  name: '-',
  category: 'operator',
  volatility: 'immutable',
  description:
    'Difference; with one operand, its negation. Dates differ by a number of days, timestamps by an interval of days and time.',
  examples: [
    { sql: '1 - 2', result: '-1' },
    { sql: '- 2.5', result: '-2.5' },
    { sql: "DATE '2024-03-01' - DATE '2024-02-01'", result: '29' },
  ],
  overloads: [
    ...closedOverloads('-', INTEGERS, integerOperator('sub')),
    operatorOverload('-', ['decimal', 'decimal'], sumType, decimalSum('sub', 'subtraction')),
    ...closedOverloads('-', FLOATS, floatOperator('sub')),
    ...DATETIME_SUBTRACTION,
    ...INTEGERS.map((type) => operatorOverload('-', [type], type, integerSign('neg', 'negation'))),
    operatorOverload('-', ['decimal'], (args) => args[0]!, decimalSign('neg', 'negation')),
    ...FLOATS.map((type) => operatorOverload('-', [type], type, floatSign('neg'))),
    ...INTERVAL_NEGATION,
  ],
};

export const MULTIPLICATION: ScalarFunction = {
  name: '*',
  category: 'operator',
  volatility: 'immutable',
  description: 'Product. A decimal product has the digits and the digits after the point of both factors together.',
  examples: [
    { sql: '6 * 7', result: '42' },
    { sql: '1.5 * 2.25', result: '3.375' },
  ],
  overloads: [
    ...closedOverloads('*', INTEGERS, integerOperator('mul')),
    operatorOverload('*', ['decimal', 'decimal'], productType, decimalProduct),
    ...closedOverloads('*', FLOATS, floatOperator('mul')),
    ...INTERVAL_MULTIPLICATION,
  ],
};

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
    ...closedOverloads('/', INTEGERS, integerOperator('div')),
    operatorOverload('/', ['decimal', 'decimal'], quotientType, decimalQuotient),
    ...closedOverloads('/', FLOATS, floatOperator('div')),
    ...INTERVAL_DIVISION,
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
    ...closedOverloads('%', INTEGERS, integerOperator('mod')),
    operatorOverload('%', ['decimal', 'decimal'], remainderType, decimalRemainder),
  ],
};

export const ABSOLUTE_VALUE: ScalarFunction = {
  name: '@',
  category: 'operator',
  volatility: 'immutable',
  description: 'Absolute value.',
  examples: [{ sql: '@ (-5)', result: '5' }],
  overloads: [
    ...INTEGERS.map((type) => operatorOverload('@', [type], type, integerSign('abs', 'absolute value'))),
    operatorOverload('@', ['decimal'], (args) => args[0]!, decimalSign('abs', 'absolute value')),
    ...FLOATS.map((type) => operatorOverload('@', [type], type, floatSign('abs'))),
  ],
};
