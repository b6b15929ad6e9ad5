import { VARCHAR } from '../../types/index.ts';
import type { AggregateFunction } from '../function.ts';

/** The state is the string so far and the delimiter that came with its first value: it goes before the string when two are joined. */
export const STRING_AGG: AggregateFunction = {
  name: 'string_agg',
  aliases: ['listagg'],
  description:
    'The values that are not null, one after the other in the order of the rows, each but the first after its delimiter; null ' +
    'when there are none.',
  examples: [{ sql: "string_agg(x, ', ') FROM (VALUES ('a'), (NULL), ('b')) AS t(x)", result: 'a, b' }],
  dependsOnOrder: true,
  overloads: [
    {
      id: 'string_agg(varchar,varchar)',
      parameters: [VARCHAR, VARCHAR],
      returns: VARCHAR,
      state: () => [VARCHAR, VARCHAR],
      empty: 'null',
    },
  ],
};
