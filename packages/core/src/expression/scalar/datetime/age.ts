import { BOOLEAN, DATE, INTERVAL, TIMESTAMP, TIMESTAMPTZ } from '../../../types/index.ts';
import { literalVector, type Vector } from '../../../vector/index.ts';
import type { EvaluationContext, ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { functionKernels } from '../function-kernels.ts';
import { checkAnswer } from '../kernel-failure.ts';
import { flatResult, overload, stride } from '../row-evaluation.ts';
import { startedLocalMicros, utcToLocal } from './session-zone.ts';
import { timeZone } from './time-zone.ts';

function localAge(context: EvaluationContext, later: Vector, earlier: Vector, numRows: number): Vector {
  return flatResult(context, INTERVAL, numRows, (out) => {
    const answer = functionKernels(context).timestamp_age(
      later.data,
      stride(later),
      earlier.data,
      stride(earlier),
      context.validity,
      numRows,
      out,
    );
    checkAnswer(answer, context, { invalidValue: 'interval out of range' });
  });
}

const age: ScalarEvaluate = (context, args, numRows) => {
  const zone = timeZone(context.timeZone, context.span);
  const local = args.map((arg) =>
    arg.type.id === 'timestamptz' ? utcToLocal(context, zone, arg, numRows).local : arg,
  );
  const [first, second] = local as [Vector, Vector?];
  if (second) return localAge(context, first, second, numRows);
  // Of one timestamp: up to the midnight at which today began.
  const today = startedLocalMicros(context) / 86_400_000_000n;
  const midnight = literalVector(TIMESTAMP, today * 86_400_000_000n, 1, context.arena);
  return localAge(context, midnight, first, numRows);
};

const AGE: ScalarFunction = {
  name: 'age',
  category: 'datetime',
  volatility: 'stable',
  description:
    'The time from the second timestamp to the first in years, months, days and time by the calendar; of one timestamp, the time up to the ' +
    'start of today.',
  examples: [
    { sql: "age(TIMESTAMP '2001-04-10', TIMESTAMP '1957-06-13')", result: '43 years 9 mons 27 days' },
    { sql: "age(TIMESTAMP '2001-01-01', TIMESTAMP '2001-03-31 12:00')", result: '-2 mons -30 days -12:00:00' },
  ],
  overloads: [TIMESTAMP, TIMESTAMPTZ].flatMap((type) => [
    overload('age', [type, type], INTERVAL, age),
    overload('age', [type], INTERVAL, age),
  ]),
};

const justify =
  (hours: boolean, months: boolean): ScalarEvaluate =>
  (context, [interval], numRows, type) =>
    flatResult(context, type, numRows, (out) => {
      const { data } = interval!;
      const { validity } = context;
      const flags = [hours ? 1 : 0, months ? 1 : 0] as const;
      const answer = functionKernels(context).justify_interval(
        data,
        stride(interval!),
        validity,
        numRows,
        ...flags,
        out,
      );
      checkAnswer(answer, context, { overflow: 'interval out of range' });
    });

function justifyFunction(
  name: string,
  description: string,
  evaluate: ScalarEvaluate,
  sql: string,
  result: string,
): ScalarFunction {
  return {
    name,
    category: 'datetime',
    volatility: 'immutable',
    description,
    examples: [{ sql: `${name}(INTERVAL '${sql}')`, result }],
    overloads: [overload(name, [INTERVAL], INTERVAL, evaluate)],
  };
}

const finite: ScalarEvaluate = (context, [values], numRows, type) =>
  flatResult(context, type, numRows, (out) => {
    const { data, width } = values!;
    functionKernels(context).datetime_is_finite(data, stride(values!), numRows, width, out);
  });

const allFinite: ScalarEvaluate = (context, _args, numRows, type) =>
  flatResult(context, type, numRows, (out) => context.arena.memory.u8.fill(1, out, out + numRows));

const ISFINITE: ScalarFunction = {
  name: 'isfinite',
  category: 'datetime',
  volatility: 'immutable',
  description: 'Whether a date, timestamp or interval is not infinite.',
  examples: [
    { sql: "isfinite(DATE '2001-02-16')", result: 'true' },
    { sql: "isfinite(TIMESTAMP 'infinity')", result: 'false' },
  ],
  overloads: [
    ...[DATE, TIMESTAMP, TIMESTAMPTZ].map((type) => overload('isfinite', [type], BOOLEAN, finite)),
    overload('isfinite', [INTERVAL], BOOLEAN, allFinite),
  ],
};

export const AGE_FUNCTIONS: readonly ScalarFunction[] = [
  AGE,
  justifyFunction(
    'justify_hours',
    'Makes days of every 24 hours of an interval.',
    justify(true, false),
    '50 hours 10 minutes',
    '2 days 02:10:00',
  ),
  justifyFunction(
    'justify_days',
    'Makes months of every 30 days of an interval.',
    justify(false, true),
    '1 year 65 days',
    '1 year 2 mons 5 days',
  ),
  justifyFunction(
    'justify_interval',
    'Makes days of every 24 hours and months of every 30 days, and brings the parts to one sign.',
    justify(true, true),
    '1 mon -1 hour',
    '29 days 23:00:00',
  ),
  ISFINITE,
];
