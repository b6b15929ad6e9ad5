import { formatType, INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32 } from '../../types/index.ts';
import type { AggregateFunction } from '../function.ts';

const family = (name: string, description: string, result: string): AggregateFunction => ({
  name,
  description,
  examples: [{ sql: `${name}(x) FROM (VALUES (6), (3), (NULL)) AS t(x)`, result }],
  overloads: [INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32].map((type) => ({
    id: `${name}(${formatType(type)})`,
    parameters: [type],
    returns: type,
    state: () => [type],
    empty: 'null' as const,
  })),
});

export const BIT_AND: AggregateFunction = {
  ...family('bit_and', 'The bitwise AND of the values that are not null; null when there are none.', '2'),
  ignoresDistinct: true,
};

export const BIT_OR: AggregateFunction = {
  ...family('bit_or', 'The bitwise OR of the values that are not null; null when there are none.', '7'),
  ignoresDistinct: true,
};

export const BIT_XOR = family(
  'bit_xor',
  'The bitwise exclusive OR of the values that are not null; null when there are none.',
  '5',
);
