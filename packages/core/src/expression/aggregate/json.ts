import type { AggregateFunction } from '../function.ts';

const PAIRS = "FROM (VALUES ('b', 2), ('a', NULL)) AS t(k, v)";

const family = (
  name: string,
  finisher: string,
  numArguments: 1 | 2,
  description: string,
  result: string,
): AggregateFunction => ({
  name,
  description,
  examples: [{ sql: `${name}(${numArguments === 2 ? 'k, v' : 'v'}) ${PAIRS}`, result }],
  dependsOnOrder: true,
  collected: { finisher, numArguments },
  overloads: [],
});

/** What they collect is not split, but the collecting is: these run in parts as array_agg does. */
export const JSON_AGGREGATES: readonly AggregateFunction[] = [
  family(
    'json_agg',
    'json of list',
    1,
    'A JSON array of the values, nulls too; null when there are no rows.',
    '[2, null]',
  ),
  family(
    'jsonb_agg',
    'jsonb of list',
    1,
    'A jsonb array of the values, nulls too; null when there are no rows.',
    '[2, null]',
  ),
  family(
    'json_object_agg',
    'json of lists',
    2,
    'A JSON object of the keys and values; a key must not be null.',
    '{ "b" : 2, "a" : null }',
  ),
  family(
    'jsonb_object_agg',
    'jsonb of lists',
    2,
    'A jsonb object of the keys and values; a key must not be null.',
    '{"a": null, "b": 2}',
  ),
];
