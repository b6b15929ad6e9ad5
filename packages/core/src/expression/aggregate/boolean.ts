import { BOOLEAN } from '../../types/index.ts';
import type { AggregateFunction } from '../function.ts';

export const BOOL_AND: AggregateFunction = {
  name: 'bool_and',
  aliases: ['every'],
  description: 'True when every value that is not null is true; null when there are none.',
  examples: [
    { sql: 'bool_and(x) FROM (VALUES (true), (false)) AS t(x)', result: 'false' },
    { sql: 'bool_and(x) FROM (VALUES (true), (NULL)) AS t(x)', result: 'true' },
  ],
  ignoresDistinct: true,
  overloads: [
    { id: 'bool_and(boolean)', parameters: [BOOLEAN], returns: BOOLEAN, state: () => [BOOLEAN], empty: 'null' },
  ],
};

export const BOOL_OR: AggregateFunction = {
  name: 'bool_or',
  description: 'True when any value that is not null is true; null when there are none.',
  examples: [{ sql: 'bool_or(x) FROM (VALUES (true), (false)) AS t(x)', result: 'true' }],
  ignoresDistinct: true,
  overloads: [
    { id: 'bool_or(boolean)', parameters: [BOOLEAN], returns: BOOLEAN, state: () => [BOOLEAN], empty: 'null' },
  ],
};
