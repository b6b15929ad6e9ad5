import { BOOLEAN } from '../../types/index.ts';
import { flatten, Vector } from '../../vector/index.ts';
import { expressionKernels } from '../expression-kernels.ts';
import type { ScalarEvaluate, ScalarFunction } from '../function.ts';
import { compareVectors, comparisonOverloads } from './comparison-operator.ts';

/** A comparison in which null is a value like any other, equal to itself. */
function distinctFrom(negated: boolean): ScalarEvaluate {
  return ({ arena }, args, numRows) => {
    const differs = compareVectors('<>', args, numRows, arena);
    const [a, b] = args.map((arg) => (arg.validity === 0 ? arg : flatten(arg, arena))) as [Vector, Vector];
    const data = arena.allocate(numRows);
    expressionKernels(arena).distinct_from(data, differs, a.validity, b.validity, numRows, negated ? 1 : 0);
    return Vector.flat(BOOLEAN, numRows, data);
  };
}

export const IS_DISTINCT_FROM: ScalarFunction = {
  name: 'is distinct from',
  category: 'operator',
  volatility: 'immutable',
  description: 'Whether two values differ, with null a value like any other: never null itself.',
  examples: [
    { sql: 'NULL IS DISTINCT FROM 1', result: 'true' },
    { sql: 'NULL::int IS DISTINCT FROM NULL', result: 'false' },
  ],
  overloads: comparisonOverloads('is distinct from', { evaluate: distinctFrom(false), nulls: 'custom' }),
};

export const IS_NOT_DISTINCT_FROM: ScalarFunction = {
  name: 'is not distinct from',
  category: 'operator',
  volatility: 'immutable',
  description: 'Whether two values are equal, with null a value like any other: never null itself.',
  examples: [{ sql: 'NULL::int IS NOT DISTINCT FROM NULL', result: 'true' }],
  overloads: comparisonOverloads('is not distinct from', { evaluate: distinctFrom(true), nulls: 'custom' }),
};
