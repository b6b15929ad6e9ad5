import { type DataType, VARCHAR } from '../../types/index.ts';
import type { SetFunction } from './set-function.ts';

/** The type of what is no list in a list. */
function elementType(type: DataType): DataType {
  return type.id === 'list' ? elementType(type.element) : type;
}

export const UNNEST: SetFunction = {
  name: 'unnest',
  description: 'The elements of an array, in their order; those of arrays in it one after the other.',
  examples: [
    { sql: 'unnest(ARRAY[10, 20])', result: ['10', '20'] },
    { sql: 'unnest(ARRAY[ARRAY[1, 2], ARRAY[3, 4]])', result: ['1', '2', '3', '4'] },
  ],
  meaning: { kind: 'elements' },
  overloads: [{ id: 'unnest(list)', parameters: ['list'], returns: ([list]) => elementType(list!) }],
};

export const STRING_TO_TABLE: SetFunction = {
  name: 'string_to_table',
  description: 'The parts of a text between separators; a part that is equal to the third argument is null.',
  examples: [{ sql: "string_to_table('a,b', ',')", result: ['a', 'b'] }],
  meaning: { kind: 'elements-of', list: 'string_to_array' },
  overloads: [
    { id: 'string_to_table(varchar,varchar)', parameters: [VARCHAR, VARCHAR], returns: VARCHAR },
    { id: 'string_to_table(varchar,varchar,varchar)', parameters: [VARCHAR, VARCHAR, VARCHAR], returns: VARCHAR },
  ],
};

export const REGEXP_SPLIT_TO_TABLE: SetFunction = {
  name: 'regexp_split_to_table',
  description: 'The parts of a text between matches of a regular expression.',
  examples: [{ sql: "regexp_split_to_table('hello  world', '\\s+')", result: ['hello', 'world'] }],
  meaning: { kind: 'elements-of', list: 'regexp_split_to_array' },
  overloads: [
    { id: 'regexp_split_to_table(varchar,varchar)', parameters: [VARCHAR, VARCHAR], returns: VARCHAR },
    { id: 'regexp_split_to_table(varchar,varchar,varchar)', parameters: [VARCHAR, VARCHAR, VARCHAR], returns: VARCHAR },
  ],
};
