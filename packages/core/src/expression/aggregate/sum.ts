import {
  type DataType,
  type DecimalType,
  decimal,
  FLOAT32,
  FLOAT64,
  formatType,
  INT8,
  INT16,
  INT32,
  INT64,
  INTERVAL,
  MAX_DECIMAL_PRECISION,
  UINT8,
  UINT16,
  UINT32,
  UINT64,
} from '../../types/index.ts';
import type { AggregateFunction, AggregateOverload } from '../function.ts';

/** The widest decimal of a scale: what exact sums are kept in. */
export function wideDecimal(scale: number): DecimalType {
  return decimal(MAX_DECIMAL_PRECISION, scale);
}

const sumOf = (parameter: DataType, result: DataType, state = result): AggregateOverload => ({
  id: `sum(${formatType(parameter)})`,
  parameters: [parameter],
  returns: result,
  state: () => [state],
  empty: 'null',
});

/** Exact for integers and decimals; one bit in 128 is more than any sum of 64-bit values of one table needs. */
export const SUM: AggregateFunction = {
  name: 'sum',
  description:
    'The sum of the values that are not null; null when there are none. Integers of up to 32 bits sum to bigint, wider ones ' +
    'to decimal(38,0), decimals to 38 digits of the same scale; a result that does not fit is an error.',
  examples: [
    { sql: 'sum(x) FROM (VALUES (1), (2), (NULL)) AS t(x)', result: '3' },
    { sql: 'sum(x) FROM (VALUES (1.25), (2.50)) AS t(x)', result: '3.75' },
  ],
  overloads: [
    ...[INT8, INT16, INT32, UINT8, UINT16].map((type) => sumOf(type, INT64)),
    ...[INT64, UINT32, UINT64].map((type) => sumOf(type, wideDecimal(0))),
    {
      id: 'sum(decimal)',
      parameters: ['decimal'],
      returns: ([type]) => wideDecimal((type as DecimalType).scale),
      state: ([type]) => [wideDecimal((type as DecimalType).scale)],
      empty: 'null',
    },
    sumOf(FLOAT32, FLOAT32, FLOAT64),
    sumOf(FLOAT64, FLOAT64),
    sumOf(INTERVAL, INTERVAL),
  ],
};
