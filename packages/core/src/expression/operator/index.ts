import type { ScalarFunction } from '../function.ts';
import {
  ABSOLUTE_VALUE,
  ADDITION,
  DIVISION,
  MODULO,
  MULTIPLICATION,
  NEGATION,
  SUBTRACTION,
} from './arithmetic-operators.ts';
import { COMPARISON_OPERATORS } from './comparison-operator.ts';
import { IS_DISTINCT_FROM, IS_NOT_DISTINCT_FROM } from './distinct-from-operator.ts';

const PLUS: ScalarFunction = {
  name: '+',
  category: 'operator',
  volatility: 'immutable',
  description: 'Sum.',
  examples: [
    { sql: '1 + 2', result: '3' },
    { sql: '1.5 + 2.25', result: '3.75' },
  ],
  overloads: ADDITION,
};

const MINUS: ScalarFunction = {
  name: '-',
  category: 'operator',
  volatility: 'immutable',
  description: 'Difference; with one operand, its negation.',
  examples: [
    { sql: '1 - 2', result: '-1' },
    { sql: '- 2.5', result: '-2.5' },
  ],
  overloads: [...SUBTRACTION, ...NEGATION],
};

const TIMES: ScalarFunction = {
  name: '*',
  category: 'operator',
  volatility: 'immutable',
  description: 'Product.',
  examples: [
    { sql: '6 * 7', result: '42' },
    { sql: '1.5 * 2.25', result: '3.375' },
  ],
  overloads: MULTIPLICATION,
};

/** Every operator that is a function; AND, OR, NOT, IS NULL, CASE and IN are expressions of their own. */
export const OPERATORS: readonly ScalarFunction[] = [
  ...COMPARISON_OPERATORS,
  IS_DISTINCT_FROM,
  IS_NOT_DISTINCT_FROM,
  PLUS,
  MINUS,
  TIMES,
  DIVISION,
  MODULO,
  ABSOLUTE_VALUE,
];
