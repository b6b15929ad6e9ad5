import type { ScalarFunction } from '../function.ts';
import { ABSOLUTE_VALUE, ADDITION, DIVISION, MODULO, MULTIPLICATION, SUBTRACTION } from './arithmetic-operators.ts';
import { COMPARISON_OPERATORS } from './comparison-operator.ts';
import { IS_DISTINCT_FROM, IS_NOT_DISTINCT_FROM } from './distinct-from-operator.ts';
import { POWER } from './power-operator.ts';

/** Every operator that is a function; AND, OR, NOT, IS NULL, CASE and IN are expressions of their own. */
export const OPERATORS: readonly ScalarFunction[] = [
  ...COMPARISON_OPERATORS,
  IS_DISTINCT_FROM,
  IS_NOT_DISTINCT_FROM,
  ADDITION,
  SUBTRACTION,
  MULTIPLICATION,
  DIVISION,
  MODULO,
  POWER,
  ABSOLUTE_VALUE,
];
