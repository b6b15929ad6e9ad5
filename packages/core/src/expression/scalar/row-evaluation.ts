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

/** Constant arguments give a constant result, computed once. */
function onceForConstants(evaluate: ScalarEvaluate): ScalarEvaluate {
  return (context, args, numRows, type) => {
    if (numRows <= 1 || !args.every((arg) => arg.encoding === 'constant')) {
      return evaluate(context, args, numRows, type);
    }
    const one = evaluate(
      context,
      args.map((arg) => Vector.constant(arg.type, 1, arg.data, arg.validity)),
      1,
      type,
    );
    return Vector.constant(type, numRows, one.data, one.validity);
  };
}

/** An overload whose id is made of the name and the parameters, as `substring(varchar,integer,integer)`. */
export function overload(
  name: string,
  parameters: readonly ParameterType[],
  returns: DataType | ReturnTypeOf,
  evaluate: ScalarEvaluate,
  options: { readonly variadic?: boolean; readonly nulls?: 'custom'; readonly perRow?: boolean } = {},
): ScalarOverload {
  const list = parameters.map((parameter) => (typeof parameter === 'string' ? parameter : formatType(parameter)));
  const { perRow = false, ...rest } = options;
  return {
    id: `${name}(${list.join(',')}${options.variadic ? '...' : ''})`,
    parameters,
    returns,
    evaluate: perRow ? evaluate : onceForConstants(evaluate),
    ...rest,
  };
}
