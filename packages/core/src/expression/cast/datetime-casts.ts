import { DATE, type DataType, KIND_WIDTH, physicalKind, TIME, TIMESTAMP } from '../../types/index.ts';
import { Vector } from '../../vector/index.ts';
import { type ExpressionKernelName, expressionKernels } from '../expression-kernels.ts';
import type { EvaluationContext } from '../function.ts';
import { checkStatus } from '../kernel-status.ts';
import { localToUtc, utcToLocal } from '../scalar/datetime/session-zone.ts';
import { timeZone } from '../scalar/datetime/time-zone.ts';
import { type CastContext, type CastDefinition, type CastFunction, failuresTo } from './cast-function.ts';

const dateToTimestamp: CastFunction = (context, dates, target) => {
  const { arena, span } = context;
  const numRows = dates.length;
  const failures = failuresTo(context, dates);
  const data = arena.allocate(numRows * 8);
  const status = expressionKernels(arena).timestamp_from_date(data, dates.data, dates.validity, numRows, failures);
  checkStatus(status, 'cast from date', target, span);
  return Vector.flat(target, numRows, data, failures || dates.validity);
};

/** A kernel `(out, a, n)` that cannot fail. */
function simpleCast(kernel: ExpressionKernelName): CastFunction {
  return ({ arena }, values, target) => {
    const numRows = values.length;
    const data = arena.allocate(numRows * KIND_WIDTH[physicalKind(target)]);
    expressionKernels(arena)[kernel](data, values.data, numRows);
    return Vector.flat(target, numRows, data, values.validity);
  };
}

const timestampToDate = simpleCast('date_from_timestamp');

const timestampToTime: CastFunction = ({ arena }, timestamps, target) => {
  const numRows = timestamps.length;
  const data = arena.allocate(numRows * 8);
  const validity = arena.allocate(numRows);
  expressionKernels(arena).time_from_timestamp(data, validity, timestamps.data, timestamps.validity, numRows);
  return Vector.flat(target, numRows, data, validity);
};

/** Moments as the clock of the session's time zone shows them. */
function toLocal(context: EvaluationContext, moments: Vector): Vector {
  const zone = timeZone(context.timeZone, context.span);
  if (zone.fixedSeconds === 0) return moments.withType(TIMESTAMP);
  return utcToLocal(context, zone, moments, moments.length).local;
}

/** The moments at which that clock shows the timestamps. */
function toMoment(context: EvaluationContext, local: Vector, target: DataType): Vector {
  const zone = timeZone(context.timeZone, context.span);
  if (zone.fixedSeconds === 0) return local.withType(target);
  return localToUtc({ ...context, validity: local.validity }, zone, local, local.length);
}

function fromMoment(convert: CastFunction): CastFunction {
  return (context: CastContext, moments, target) => convert(context, toLocal(context, moments), target);
}

/** Between dates, times, timestamps and intervals. */
export const DATETIME_CASTS: readonly CastDefinition[] = [
  { from: 'date', to: 'timestamp', convert: dateToTimestamp },
  {
    from: 'date',
    to: 'timestamptz',
    convert: (context, dates, target) => toMoment(context, dateToTimestamp(context, dates, TIMESTAMP), target),
  },
  { from: 'time', to: 'interval', convert: simpleCast('interval_from_time') },
  { from: 'timestamp', to: 'date', convert: timestampToDate },
  { from: 'timestamp', to: 'time', convert: timestampToTime },
  { from: 'timestamp', to: 'timestamptz', convert: toMoment },
  { from: 'timestamptz', to: 'timestamp', convert: (context, moments) => toLocal(context, moments) },
  { from: 'timestamptz', to: 'date', convert: fromMoment((context, local) => timestampToDate(context, local, DATE)) },
  { from: 'timestamptz', to: 'time', convert: fromMoment((context, local) => timestampToTime(context, local, TIME)) },
  { from: 'interval', to: 'time', convert: simpleCast('time_from_interval') },
];
