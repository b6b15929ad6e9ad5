import { type DataType, formatType } from '../../types/index.ts';
import type { ParameterType, ScalarEvaluate, ScalarOverload } from '../function.ts';

/** An overload of an operator; its id is made of the symbol and the types: `+(date,integer)`. */
export function operatorOverload(
  name: string,
  parameters: readonly ParameterType[],
  returns: ScalarOverload['returns'],
  evaluate: ScalarEvaluate,
): ScalarOverload {
  const types = parameters.map((parameter) => (typeof parameter === 'string' ? parameter : formatType(parameter)));
  return { id: `${name}(${types.join(',')})`, parameters, returns, evaluate };
}

/** Overloads for two operands of each of the types, with a result of the same type. */
export function closedOverloads(
  name: string,
  types: readonly DataType[],
  evaluate: ScalarEvaluate,
): readonly ScalarOverload[] {
  return types.map((type) => operatorOverload(name, [type, type], type, evaluate));
}
