import { unsupported } from '../../../error/index.ts';
import { formatType, KIND_WIDTH, type PhysicalKind, physicalKind } from '../../../types/index.ts';
import { Vector } from '../../../vector/index.ts';
import type { ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { functionKernels } from '../function-kernels.ts';
import { overload, stride } from '../row-evaluation.ts';

/** Kinds by the number that kernels/function/extremum.ts knows them by. */
const KIND_CODE: Readonly<Record<PhysicalKind, number>> = {
  bool: 0,
  i32: 1,
  i64: 2,
  f64: 3,
  i128: 4,
  ref: 5,
  interval: 6,
};

const extremum =
  (sign: number): ScalarEvaluate =>
  (context, args, numRows, type) => {
    const { arena } = context;
    if (type.id === 'list' || type.id === 'struct' || type.id === 'json' || type.id === 'jsonb') {
      throw unsupported(`GREATEST or LEAST of ${formatType(type)}`, context.span);
    }
    const kind = physicalKind(type);
    const parts = arena.allocate(args.length * 16);
    arena.memory.u32.set(
      args.flatMap((arg) => [arg.data, stride(arg), arg.validity, arg.encoding === 'constant' ? 0 : 1]),
      parts >>> 2,
    );
    const out = arena.allocate(numRows * KIND_WIDTH[kind]);
    const validity = arena.allocate(numRows);
    const kernels = functionKernels(context);
    kernels.extremum(parts, args.length, KIND_CODE[kind], KIND_WIDTH[kind], sign, numRows, out, validity);
    return Vector.flat(type, numRows, out, args.every((arg) => arg.validity === 0) ? 0 : validity);
  };

function extremumFunction(name: string, sign: number, sql: string, result: string): ScalarFunction {
  return {
    name,
    category: 'conditional',
    volatility: 'immutable',
    description: `The ${name} of the arguments that are not null; null when all are.`,
    examples: [{ sql, result }],
    overloads: [overload(name, ['same'], (args) => args[0]!, extremum(sign), { variadic: true, nulls: 'custom' })],
  };
}

export const EXTREMUM_FUNCTIONS: readonly ScalarFunction[] = [
  extremumFunction('greatest', 1, 'greatest(1, NULL, 3, 2)', '3'),
  extremumFunction('least', -1, "least('b', 'a', NULL)", 'a'),
];
