import { FLOAT64 } from '../../../types/index.ts';
import type { ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { POWER } from '../../operator/power-operator.ts';
import { functionKernels } from '../function-kernels.ts';
import { checkAnswer } from '../kernel-failure.ts';
import { flatResult, overload, stride } from '../row-evaluation.ts';
import { checkFloat, floatEvaluate } from './float-functions.ts';
import { overloadsUnder } from './overloads-under.ts';

const DIVISION_BY_ZERO = 2;

const logOfBase: ScalarEvaluate = (context, [base, x], numRows, type) =>
  flatResult(context, type, numRows, (out) => {
    const args = [base!.data, stride(base!), x!.data, stride(x!)] as const;
    const answer = functionKernels(context).log_f64(...args, context.validity, numRows, out);
    if ((answer & 15) === DIVISION_BY_ZERO) checkAnswer(answer, context, {});
    checkFloat(context, answer, 'log');
  });

/** PostgreSQL computes these on numeric in numeric; Millrace always in double precision. */
export const LOGARITHM_FUNCTIONS: readonly ScalarFunction[] = [
  {
    name: 'log',
    category: 'math',
    volatility: 'immutable',
    description: 'The logarithm to the base 10, or to the base that comes first. In double precision.',
    examples: [
      { sql: 'log(100::float8)', result: '2' },
      { sql: 'round(log(2.0, 64.0)::numeric, 10)', result: '6.0000000000' },
    ],
    overloads: [
      overload('log', [FLOAT64], FLOAT64, floatEvaluate('log10')),
      overload('log', [FLOAT64, FLOAT64], FLOAT64, logOfBase),
    ],
  },
  {
    name: 'log10',
    category: 'math',
    volatility: 'immutable',
    description: 'The logarithm to the base 10. In double precision.',
    examples: [{ sql: 'log10(1000::float8)', result: '3' }],
    overloads: [overload('log10', [FLOAT64], FLOAT64, floatEvaluate('log10'))],
  },
  {
    name: 'power',
    aliases: ['pow', 'dpow'],
    category: 'math',
    volatility: 'immutable',
    description: 'The first argument to the power of the second. In double precision.',
    examples: [{ sql: 'power(9::float8, 3)', result: '729' }],
    overloads: overloadsUnder('power', POWER),
  },
];
