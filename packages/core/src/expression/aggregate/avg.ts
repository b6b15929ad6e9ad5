import {
  type DataType,
  type DecimalType,
  FLOAT32,
  FLOAT64,
  formatType,
  INT8,
  INT16,
  INT32,
  INT64,
  INTERVAL,
  UINT8,
  UINT16,
  UINT32,
  UINT64,
} from '../../types/index.ts';
import type { AggregateFunction, AggregateOverload } from '../function.ts';
import { wideDecimal } from './sum.ts';

/** Digits after the point that the mean of exact numbers has at least, as in PostgreSQL. */
const MIN_AVG_SCALE = 16;

const exactAvg = (type: DataType): AggregateOverload => ({
  id: `avg(${formatType(type)})`,
  parameters: [type],
  returns: wideDecimal(MIN_AVG_SCALE),
  state: () => [wideDecimal(0), INT64],
  empty: 'null',
});

const floatAvg = (type: DataType): AggregateOverload => ({
  id: `avg(${formatType(type)})`,
  parameters: [type],
  returns: FLOAT64,
  state: () => [FLOAT64, INT64],
  empty: 'null',
});

/** The state is the exact sum and the count; the one division, rounded half away from zero, happens at the end. */
export const AVG: AggregateFunction = {
  name: 'avg',
  aliases: ['mean'],
  description:
    'The arithmetic mean of the values that are not null; null when there are none. Integers and decimals give a decimal ' +
    'with at least 16 digits after the point, floats give double precision, intervals an interval.',
  examples: [
    { sql: 'avg(x) FROM (VALUES (1), (2), (NULL)) AS t(x)', result: '1.5000000000000000' },
    { sql: 'avg(x) FROM (VALUES (1.5::float8), (2.5)) AS t(x)', result: '2' },
  ],
  overloads: [
    ...[INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64].map(exactAvg),
    {
      id: 'avg(decimal)',
      parameters: ['decimal'],
      returns: ([type]) => wideDecimal(Math.max(MIN_AVG_SCALE, (type as DecimalType).scale)),
      state: ([type]) => [wideDecimal((type as DecimalType).scale), INT64],
      empty: 'null',
    },
    ...[FLOAT32, FLOAT64].map(floatAvg),
    {
      id: 'avg(interval)',
      parameters: [INTERVAL],
      returns: INTERVAL,
      state: () => [INTERVAL, INT64],
      empty: 'null',
    },
  ],
};
