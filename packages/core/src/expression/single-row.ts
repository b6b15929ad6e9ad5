import { QueryError } from '../error/index.ts';
import { BOOLEAN, INT64 } from '../types/index.ts';
import { flatten, literalVector, selectTrue, Vector } from '../vector/index.ts';
import type { ScalarEvaluate, ScalarFunction } from './function.ts';
import { compareVectors } from './operator/comparison-operator.ts';

const evaluate: ScalarEvaluate = ({ arena, span }, args, numRows) => {
  const [value, count] = args as readonly [Vector, Vector];
  const counts = flatten(count, arena);
  const one = literalVector(INT64, 1n, numRows, arena);
  const isMore = Vector.flat(BOOLEAN, numRows, compareVectors('>', [counts, one], numRows, arena), counts.validity);
  if (selectTrue(isMore, arena).numRows > 0) {
    throw new QueryError('MORE_THAN_ONE_ROW', 'A subquery that is used as a value gave more than one row.', {
      span,
      hint: 'Aggregate its rows (max, any_value), or add LIMIT 1.',
    });
  }
  return value;
};

/** The value of a scalar subquery, given how many rows it had. Throws `MORE_THAN_ONE_ROW`. */
export const SINGLE_ROW: ScalarFunction = {
  name: 'single row',
  category: 'operator',
  volatility: 'immutable',
  description: 'The first argument; an error where the second one, a number of rows, is more than 1.',
  examples: [],
  overloads: [
    { id: 'single row(any,bigint)', parameters: ['any', INT64], returns: ([type]) => type!, nulls: 'custom', evaluate },
  ],
};
