import type { ScalarFunction, ScalarOverload } from '../../function.ts';

/** The overloads of an operator under a function's name: `abs` is `@`, `mod` is `%`. */
export function overloadsUnder(name: string, operator: ScalarFunction): ScalarOverload[] {
  return operator.overloads.map((entry) => ({ ...entry, id: `${name}${entry.id.slice(operator.name.length)}` }));
}
