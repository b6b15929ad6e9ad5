import { QueryError } from '../../../error/index.ts';
import { INTERVAL, TIMESTAMP, TIMESTAMPTZ, VARCHAR } from '../../../types/index.ts';
import { type Address, Vector } from '../../../vector/index.ts';
import type { EvaluationContext, ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { constantText } from '../constant-argument.ts';
import { functionKernels } from '../function-kernels.ts';
import { checkAnswer } from '../kernel-failure.ts';
import { flatResult, overload, stride } from '../row-evaluation.ts';
import { type DatetimeField, datetimeTypeName, fieldNotSupported, findDatetimeField } from './datetime-field.ts';
import { localToUtc, utcToLocal } from './session-zone.ts';
import { type TimeZone, timeZone } from './time-zone.ts';

/** Microseconds of the units of a day and below. */
const SPANS: Readonly<Record<string, bigint>> = {
  microseconds: 1n,
  milliseconds: 1_000n,
  second: 1_000_000n,
  minute: 60_000_000n,
  hour: 3_600_000_000n,
  day: 86_400_000_000n,
};
/** Months of the units of an interval from a month on. */
const MONTHS: Readonly<Record<string, number>> = {
  month: 1,
  quarter: 3,
  year: 12,
  decade: 120,
  century: 1200,
  millennium: 12_000,
};

/** The unit of a call; throws `INVALID_VALUE` for what is none. */
function truncUnit(context: EvaluationContext, name: Vector, numRows: number, typeId: string): DatetimeField {
  const word = constantText(context, name, numRows, 'A unit');
  const field = findDatetimeField(word);
  const isUnit = field && (SPANS[field.name] !== undefined || MONTHS[field.name] || field.name === 'week');
  if (!isUnit) {
    throw new QueryError('INVALID_VALUE', `unit "${word}" not recognized for type ${datetimeTypeName(typeId)}`, {
      span: context.span,
      details: { candidates: [...Object.keys(SPANS), 'week', ...Object.keys(MONTHS)] },
    });
  }
  return field;
}

function truncLocal(
  context: EvaluationContext,
  unit: DatetimeField,
  local: Vector,
  numRows: number,
  out: Address,
): void {
  const kernels = functionKernels(context);
  const span = SPANS[unit.name];
  if (span !== undefined) {
    kernels.trunc_timestamp_to_span(local.data, stride(local), numRows, span, out);
    return;
  }
  const { validity } = context;
  const answer = kernels.trunc_timestamp_to_unit(local.data, stride(local), validity, numRows, unit.code, out);
  checkAnswer(answer, context, { overflow: 'timestamp out of range' });
}

const truncTimestamp: ScalarEvaluate = (context, args, numRows, type) => {
  const [name, values] = args as readonly [Vector, Vector];
  const unit = truncUnit(context, name, numRows, 'timestamp');
  return flatResult(context, type, numRows, (out) => truncLocal(context, unit, values, numRows, out));
};

function truncInZone(
  context: EvaluationContext,
  unit: DatetimeField,
  zone: TimeZone,
  moments: Vector,
  numRows: number,
): Vector {
  const { arena } = context;
  const isClock = unit.name !== 'day' && SPANS[unit.name] !== undefined;
  const { local, offsets } = utcToLocal(context, zone, moments, numRows, isClock);
  const truncated = arena.allocate(numRows * 8);
  truncLocal(context, unit, local, numRows, truncated);
  if (!isClock) return localToUtc(context, zone, Vector.flat(TIMESTAMP, numRows, truncated), numRows);
  // Within a day the offset stays what it was, also in an hour that a change of the clock repeats.
  const out = arena.allocate(numRows * 8);
  functionKernels(context).add_seconds(truncated, 8, offsets, 4, -1n, numRows, out);
  return Vector.flat(TIMESTAMPTZ, numRows, out);
}

const truncTimestamptz: ScalarEvaluate = (context, args, numRows) => {
  const [name, values, zoneName] = args as readonly [Vector, Vector, Vector | undefined];
  const unit = truncUnit(context, name, numRows, 'timestamptz');
  const zone = zoneName ? constantText(context, zoneName, numRows, 'A time zone') : context.timeZone;
  return truncInZone(context, unit, timeZone(zone, context.span), values, numRows);
};

const truncInterval: ScalarEvaluate = (context, args, numRows, type) => {
  const [name, values] = args as readonly [Vector, Vector];
  const unit = truncUnit(context, name, numRows, 'interval');
  if (unit.name === 'week') throw fieldNotSupported('week', 'interval', context.span);
  return flatResult(context, type, numRows, (out) => {
    const months = MONTHS[unit.name] ?? 0;
    const isDay = unit.name === 'day' ? 1 : 0;
    const span = SPANS[unit.name] ?? 1n;
    functionKernels(context).trunc_interval(values.data, stride(values), numRows, months, isDay, span, out);
  });
};

const DATE_TRUNC: ScalarFunction = {
  name: 'date_trunc',
  category: 'datetime',
  volatility: 'stable',
  description:
    'Rounds a timestamp or interval down to a unit: microseconds, milliseconds, second, minute, hour, day, week, month, quarter, year, decade, ' +
    'century or millennium. A timestamp with time zone is seen in the zone of the session, or in the one given.',
  examples: [
    { sql: "date_trunc('hour', TIMESTAMP '2001-02-16 20:38:40')", result: '2001-02-16 20:00:00' },
    { sql: "date_trunc('minute', TIMESTAMP '2001-02-16 20:38:40')", result: '2001-02-16 20:38:00' },
    { sql: "date_trunc('quarter', TIMESTAMP '2001-02-16 20:38:40')", result: '2001-01-01 00:00:00' },
    {
      sql: "date_trunc('day', TIMESTAMPTZ '2001-02-16 20:38:40+00', 'Australia/Sydney')",
      result: '2001-02-16 13:00:00+00',
    },
    { sql: "date_trunc('hour', INTERVAL '3 days 02:47:33')", result: '3 days 02:00:00' },
  ],
  overloads: [
    overload('date_trunc', [VARCHAR, TIMESTAMP], TIMESTAMP, truncTimestamp),
    overload('date_trunc', [VARCHAR, TIMESTAMPTZ], TIMESTAMPTZ, truncTimestamptz),
    overload('date_trunc', [VARCHAR, TIMESTAMPTZ, VARCHAR], TIMESTAMPTZ, truncTimestamptz),
    overload('date_trunc', [VARCHAR, INTERVAL], INTERVAL, truncInterval),
  ],
};

const dateBin: ScalarEvaluate = (context, args, numRows, type) => {
  const [steps, values, origins] = args as readonly [Vector, Vector, Vector];
  const { arena, validity } = context;
  const kernels = functionKernels(context);
  const numSteps = steps.encoding === 'constant' ? 1 : numRows;
  const lengths = arena.allocate(numSteps * 8);
  const stepValidity = steps.encoding === 'constant' ? 0 : validity;
  checkAnswer(kernels.interval_steps(steps.data, stride(steps), stepValidity, numSteps, lengths), context, {
    overflow: 'timestamps cannot be binned into intervals containing months or years',
    invalidValue: 'stride must be greater than zero',
  });
  return flatResult(context, type, numRows, (out) => {
    const answer = kernels.bin_timestamp(
      values.data,
      stride(values),
      lengths,
      numSteps === 1 ? 0 : 8,
      origins.data,
      stride(origins),
      validity,
      numRows,
      out,
    );
    checkAnswer(answer, context, { overflow: 'timestamp out of range' });
  });
};

const DATE_BIN: ScalarFunction = {
  name: 'date_bin',
  category: 'datetime',
  volatility: 'immutable',
  description: 'Rounds a timestamp down to a multiple of an interval (of days and time), counted from an origin.',
  examples: [
    {
      sql: "date_bin('15 minutes', TIMESTAMP '2020-02-11 15:44:17', TIMESTAMP '2001-01-01')",
      result: '2020-02-11 15:30:00',
    },
  ],
  overloads: [TIMESTAMP, TIMESTAMPTZ].map((type) => overload('date_bin', [INTERVAL, type, type], type, dateBin)),
};

export const DATE_TRUNC_FUNCTIONS: readonly ScalarFunction[] = [DATE_TRUNC, DATE_BIN];
