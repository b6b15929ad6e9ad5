import { type DataType, formatType, KIND_WIDTH, physicalKind } from '../../types/index.ts';
import type { Address } from '../../vector/linear-memory.ts';
import { Vector } from '../../vector/vector.ts';
import type { EvaluationContext, ParameterType, ReturnTypeOf, ScalarEvaluate, ScalarOverload } from '../function.ts';

/** Bytes from one row's value to the next: 0 for a constant, whose one value is that of every row. */
export function stride(vector: Vector): number {
  return vector.encoding === 'constant' ? 0 : vector.width;
}

/** A flat vector of `numRows` values of `type`; `write` gets the address where they belong. */
export function flatResult(
  context: EvaluationContext,
  type: DataType,
  numRows: number,
  write: (out: Address) => void,
): Vector {
  const out = context.arena.allocate(numRows * KIND_WIDTH[physicalKind(type)]);
  write(out);
  return Vector.flat(type, numRows, out);
}

/** An overload whose id is made of the name and the parameters, as `substring(varchar,integer,integer)`. */
export function overload(
  name: string,
  parameters: readonly ParameterType[],
  returns: DataType | ReturnTypeOf,
  evaluate: ScalarEvaluate,
  options: { readonly variadic?: boolean; readonly nulls?: 'custom' } = {},
): ScalarOverload {
  const list = parameters.map((parameter) => (typeof parameter === 'string' ? parameter : formatType(parameter)));
  return {
    id: `${name}(${list.join(',')}${options.variadic ? '...' : ''})`,
    parameters,
    returns,
    evaluate,
    ...options,
  };
}
