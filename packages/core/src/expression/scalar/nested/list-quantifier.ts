import { BOOLEAN } from '../../../types/index.ts';
import { gatherVector, Vector } from '../../../vector/index.ts';
import { COMPARISON, type ComparisonOperator } from '../../comparison-code.ts';
import type { ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { compareVectors } from '../../operator/comparison-operator.ts';
import { functionKernels } from '../function-kernels.ts';
import { withPropagatedNulls } from '../propagated-nulls.ts';
import { overload } from '../row-evaluation.ts';
import { listElements } from './list-elements.ts';

/** Compares each row's value with each of its elements at once, and then looks at what came out for the row. */
function quantified(operator: ComparisonOperator, isAll: boolean): ScalarEvaluate {
  return (context, args, numRows, type) => {
    const { arena } = context;
    const kernels = functionKernels(context);
    const [value, lists] = args as readonly [Vector, Vector];
    const { validity } = withPropagatedNulls(context, [lists], numRows);
    const { counts, values } = listElements(context, lists, validity, numRows);
    const rows = arena.allocate(values.length * 4);
    kernels.rows_of_elements(counts, numRows, rows);
    const repeated = gatherVector(value, rows, values.length, arena);
    const compared = values.length === 0 ? 0 : compareVectors(operator, [repeated, values], values.length, arena);
    const out = arena.allocate(numRows);
    const outValidity = arena.allocate(numRows);
    const valueStride = repeated.encoding === 'constant' ? 0 : 1;
    kernels.quantify(
      ...([counts, compared, values.validity, repeated.validity, valueStride, validity, numRows] as const),
      ...([isAll ? 1 : 0, out, outValidity] as const),
    );
    return Vector.flat(type, numRows, out, outValidity);
  };
}

/** `x op ANY (array)` and `x op ALL (array)`, with SQL's nulls: `any =`, `all <`. */
export const QUANTIFIER_FUNCTIONS: readonly ScalarFunction[] = (['any', 'all'] as const).flatMap((quantifier) =>
  (Object.keys(COMPARISON) as ComparisonOperator[]).map((operator): ScalarFunction => {
    const name = `${quantifier} ${operator}`;
    return {
      name,
      category: 'nested',
      volatility: 'immutable',
      description: `Whether a value is ${operator} ${quantifier} elements of an array.`,
      examples: [],
      overloads: [
        overload(name, ['same', 'same-list'], BOOLEAN, quantified(operator, quantifier === 'all'), { nulls: 'custom' }),
      ],
    };
  }),
);
