import {
  BOOLEAN,
  BYTEA,
  DATE,
  FLOAT32,
  FLOAT64,
  formatType,
  INT8,
  INT16,
  INT32,
  INT64,
  INTERVAL,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  UINT8,
  UINT16,
  UINT32,
  UINT64,
  UUID,
  VARCHAR,
} from '../../types/index.ts';
import type { AggregateFunction, AggregateOverload, ParameterType } from '../function.ts';

/** Types whose values have a least and a greatest. */
export const ORDERED_TYPES: readonly ParameterType[] = [
  ...[INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64],
  'decimal',
  ...[FLOAT32, FLOAT64, VARCHAR, BYTEA, UUID, BOOLEAN, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, INTERVAL],
];

const overloads = (name: string): AggregateOverload[] =>
  ORDERED_TYPES.map((parameter) => ({
    id: `${name}(${typeof parameter === 'string' ? parameter : formatType(parameter)})`,
    parameters: [parameter],
    returns: ([type]) => type!,
    state: ([type]) => [type!],
    empty: 'null',
  }));

/** Strings by their UTF-8 bytes (PostgreSQL's "C" collation), floats with NaN above all else, as `<` has it. */
export const MIN: AggregateFunction = {
  name: 'min',
  description: 'The least of the values that are not null; null when there are none.',
  examples: [
    { sql: 'min(x) FROM (VALUES (3), (1), (NULL)) AS t(x)', result: '1' },
    { sql: "min(x) FROM (VALUES ('pear'), ('apple')) AS t(x)", result: 'apple' },
  ],
  ignoresDistinct: true,
  overloads: overloads('min'),
};

export const MAX: AggregateFunction = {
  name: 'max',
  description: 'The greatest of the values that are not null; null when there are none.',
  examples: [
    { sql: 'max(x) FROM (VALUES (3), (1), (NULL)) AS t(x)', result: '3' },
    { sql: "max(x) FROM (VALUES ('pear'), ('apple')) AS t(x)", result: 'pear' },
  ],
  ignoresDistinct: true,
  overloads: overloads('max'),
};
