import { formatType } from '../../types/index.ts';
import type { AggregateFunction } from '../function.ts';
import { ORDERED_TYPES } from './min-max.ts';

const family = (name: string, alias: string, which: string, result: string): AggregateFunction => ({
  name,
  aliases: [alias],
  description: `The first argument in the row with the ${which} second argument; of equal ones, in the first. Rows with a null in either do not count.`,
  examples: [{ sql: `${name}(x, y) FROM (VALUES ('a', 3), ('b', 1), ('c', NULL)) AS t(x, y)`, result }],
  ignoresDistinct: true,
  dependsOnOrder: true,
  overloads: ORDERED_TYPES.map((key) => ({
    id: `${name}(any,${typeof key === 'string' ? key : formatType(key)})`,
    parameters: ['any', key],
    returns: ([type]) => type!,
    state: ([type, keyType]) => [type!, keyType!],
    empty: 'null',
  })),
});

export const MIN_BY = family('min_by', 'arg_min', 'least', 'b');
export const MAX_BY = family('max_by', 'arg_max', 'greatest', 'a');
