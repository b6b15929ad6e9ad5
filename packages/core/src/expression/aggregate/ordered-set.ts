import { type DataType, FLOAT64, isNumeric, TIMESTAMP } from '../../types/index.ts';
import type { AggregateFunction } from '../function.ts';

const EXAMPLE_ROWS = 'FROM (VALUES (1), (2), (3), (4), (NULL)) AS t(x)';

/** What can be interpolated: numbers as double precision, intervals, moments. */
function interpolated(type: DataType): DataType | undefined {
  if (isNumeric(type)) return FLOAT64;
  if (type.id === 'date') return TIMESTAMP;
  return type.id === 'interval' || type.id === 'timestamp' || type.id === 'timestamptz' ? type : undefined;
}

/** Collected values are sorted whole, so these do not split into partial aggregations. */
export const ORDERED_SET_AGGREGATES: readonly AggregateFunction[] = [
  {
    name: 'percentile_cont',
    aliases: ['quantile_cont'],
    description:
      'The value at a fraction (0 to 1) of the ordered values that are not null, interpolated between neighbours; an array of fractions ' +
      'gives an array. Numbers give double precision; intervals and timestamps are interpolated too.',
    examples: [{ sql: `percentile_cont(0.5) WITHIN GROUP (ORDER BY x) ${EXAMPLE_ROWS}`, result: '2.5' }],
    orderedSet: { valueType: interpolated, finisher: 'continuous percentile', numDirect: 1 },
    overloads: [],
  },
  {
    name: 'percentile_disc',
    aliases: ['quantile_disc', 'quantile', 'approx_quantile'],
    description:
      'The first of the ordered values up to which there is at least a fraction (0 to 1) of those that are not null; an array of ' +
      'fractions gives an array. Under the name approx_quantile it is exact, too.',
    examples: [{ sql: `percentile_disc(0.5) WITHIN GROUP (ORDER BY x) ${EXAMPLE_ROWS}`, result: '2' }],
    orderedSet: { valueType: (type) => type, finisher: 'discrete percentile', numDirect: 1 },
    overloads: [],
  },
  {
    name: 'median',
    description:
      'The middle of the values that are not null, or the mean of the two in the middle: percentile_cont(0.5).',
    examples: [{ sql: `median(x) ${EXAMPLE_ROWS}`, result: '2.5' }],
    orderedSet: { valueType: interpolated, finisher: 'continuous percentile', numDirect: 0, fraction: 0.5 },
    overloads: [],
  },
  {
    name: 'mode',
    description: 'The value that occurs most often; of several, the first in the order. Null when there are no values.',
    examples: [{ sql: 'mode() WITHIN GROUP (ORDER BY x) FROM (VALUES (3), (1), (3)) AS t(x)', result: '3' }],
    orderedSet: { valueType: (type) => type, finisher: 'most frequent', numDirect: 0 },
    overloads: [],
  },
];
