import { QueryError } from '../../error/index.ts';
import { FLOAT64 } from '../../types/index.ts';
import { KERNEL_STATUS, Vector } from '../../vector/index.ts';
import { expressionKernels } from '../expression-kernels.ts';
import type { ScalarEvaluate, ScalarFunction } from '../function.ts';
import { checkStatus } from '../kernel-status.ts';
import { operatorOverload } from './operator-overload.ts';

/** `a ^ b` of two float64. */
const floatPower: ScalarEvaluate = ({ arena, validity, span }, args, numRows, type) => {
  const [a, b] = args as readonly [Vector, Vector];
  const out = arena.allocate(numRows * 8);
  const stride = ({ encoding }: Vector) => (encoding === 'constant' ? 0 : 8);
  const status = expressionKernels(arena).pow_f64(
    ...([out, a.data, stride(a), b.data, stride(b), validity, numRows] as const),
  );
  if (status === KERNEL_STATUS.invalidValue) {
    throw new QueryError(
      'INVALID_VALUE',
      'zero raised to a negative power, or a negative number raised to a non-integer power, is undefined',
      { span },
    );
  }
  checkStatus(status, 'exponentiation', type, span);
  return Vector.flat(type, numRows, out);
};

export const POWER: ScalarFunction = {
  name: '^',
  category: 'operator',
  volatility: 'immutable',
  description: 'Exponentiation, computed in double precision.',
  examples: [{ sql: '2::float8 ^ 10', result: '1024' }],
  overloads: [operatorOverload('^', [FLOAT64, FLOAT64], FLOAT64, floatPower)],
};
