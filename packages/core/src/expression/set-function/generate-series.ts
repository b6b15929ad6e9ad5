import { type DataType, formatType, INT32, INT64, INTERVAL, TIMESTAMP, TIMESTAMPTZ } from '../../types/index.ts';
import type { ParameterType } from '../function.ts';
import type { SetFunction, SetOverload } from './set-function.ts';

function overload(parameters: readonly ParameterType[], returns: DataType | undefined): SetOverload {
  const names = parameters.map((parameter) => (typeof parameter === 'string' ? parameter : formatType(parameter)));
  return { id: `generate_series(${names.join(',')})`, parameters, returns: returns ?? ((args) => args[0]!) };
}

export const GENERATE_SERIES: SetFunction = {
  name: 'generate_series',
  description:
    'The values from a start to a stop, both included, by a step that is 1 unless told otherwise and may be negative.',
  examples: [
    { sql: 'generate_series(1, 3)', result: ['1', '2', '3'] },
    { sql: 'generate_series(5, 1, -2)', result: ['5', '3', '1'] },
    { sql: 'generate_series(0.5, 1.5, 0.5)', result: ['0.5', '1.0', '1.5'] },
    {
      sql: "generate_series(timestamp '2024-01-31', timestamp '2024-03-31', interval '1 month')",
      result: ['2024-01-31 00:00:00', '2024-02-29 00:00:00', '2024-03-29 00:00:00'],
    },
  ],
  meaning: { kind: 'series' },
  overloads: [
    overload([INT32, INT32], INT32),
    overload([INT32, INT32, INT32], INT32),
    overload([INT64, INT64], INT64),
    overload([INT64, INT64, INT64], INT64),
    overload(['decimal', 'decimal'], undefined),
    overload(['decimal', 'decimal', 'decimal'], undefined),
    overload([TIMESTAMP, TIMESTAMP, INTERVAL], TIMESTAMP),
    overload([TIMESTAMPTZ, TIMESTAMPTZ, INTERVAL], TIMESTAMPTZ),
  ],
};

export const GENERATE_SUBSCRIPTS: SetFunction = {
  name: 'generate_subscripts',
  description: 'The positions in a dimension of an array, counted from 1.',
  examples: [{ sql: "generate_subscripts(ARRAY['a', 'b'], 1)", result: ['1', '2'] }],
  meaning: { kind: 'subscripts' },
  overloads: [{ id: 'generate_subscripts(list,integer)', parameters: ['list', INT32], returns: INT32 }],
};
