import { QueryError } from '../../../error/index.ts';
import { DATE, FLOAT64, INT32, INTERVAL, TIME, TIMESTAMP, TIMESTAMPTZ, VARCHAR } from '../../../types/index.ts';
import { type Address, literalVector, type Vector } from '../../../vector/index.ts';
import type { EvaluationContext, ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { constantText } from '../constant-argument.ts';
import { functionKernels } from '../function-kernels.ts';
import { checkAnswer } from '../kernel-failure.ts';
import { flatResult, overload, stride } from '../row-evaluation.ts';
import { localToUtc } from './session-zone.ts';
import { TimeZone, timeZone } from './time-zone.ts';

/** `FIELD_RANGE` of kernels/function/scan.ts. */
const FIELD_RANGE = 7;

function checkMade(context: EvaluationContext, answer: number, what: string): void {
  if ((answer & 15) === FIELD_RANGE) {
    throw new QueryError('INVALID_VALUE', `${what} field value out of range`, { span: context.span });
  }
  checkAnswer(answer, context, { overflow: `${what} out of range` });
}

const placed = (vector: Vector) => [vector.data, stride(vector)] as const;

function makeDates(context: EvaluationContext, args: readonly Vector[], numRows: number, out: Address): void {
  const [year, month, day] = args as readonly [Vector, Vector, Vector];
  const answer = functionKernels(context).make_date(
    ...placed(year),
    ...placed(month),
    ...placed(day),
    context.validity,
    numRows,
    out,
  );
  checkMade(context, answer, 'date');
}

function makeTimes(context: EvaluationContext, args: readonly Vector[], numRows: number, out: Address): void {
  const [hour, minute, second] = args as readonly [Vector, Vector, Vector];
  const answer = functionKernels(context).make_time(
    ...placed(hour),
    ...placed(minute),
    ...placed(second),
    context.validity,
    numRows,
    out,
  );
  checkMade(context, answer, 'time');
}

const makeDate: ScalarEvaluate = (context, args, numRows, type) =>
  flatResult(context, type, numRows, (out) => makeDates(context, args, numRows, out));

const makeTime: ScalarEvaluate = (context, args, numRows, type) =>
  flatResult(context, type, numRows, (out) => makeTimes(context, args, numRows, out));

const makeTimestamp: ScalarEvaluate = (context, args, numRows, type) => {
  const { arena, validity } = context;
  const days = arena.allocate(numRows * 4);
  const times = arena.allocate(numRows * 8);
  makeDates(context, args.slice(0, 3), numRows, days);
  makeTimes(context, args.slice(3, 6), numRows, times);
  return flatResult(context, type, numRows, (out) => {
    const answer = functionKernels(context).timestamp_from_parts(days, times, validity, numRows, out);
    checkAnswer(answer, context, { overflow: 'timestamp out of range' });
  });
};

/** A zone's name; or, unlike elsewhere, an offset to the east: `+2`, `-08:30`. */
function zoneOfName(context: EvaluationContext, name: string): TimeZone {
  const offset = /^\s*([+-]?)(\d{1,2})(?::?(\d{2}))?(?::(\d{2}))?\s*$/.exec(name);
  if (!offset) return timeZone(name, context.span);
  const [hours, minutes, seconds] = [offset[2], offset[3], offset[4]].map((digits) => Number(digits ?? 0));
  if (hours! > 15 || minutes! > 59 || seconds! > 59) {
    throw new QueryError('INVALID_VALUE', `numeric time zone "${name}" out of range`, { span: context.span });
  }
  const east = hours! * 3600 + minutes! * 60 + seconds!;
  return new TimeZone(name, offset[1] === '-' ? -east : east);
}

const makeTimestamptz: ScalarEvaluate = (context, args, numRows) => {
  const zone = args[6]
    ? zoneOfName(context, constantText(context, args[6], numRows, 'A time zone'))
    : timeZone(context.timeZone, context.span);
  const local = makeTimestamp(context, args.slice(0, 6), numRows, TIMESTAMP);
  return localToUtc(context, zone, local, numRows);
};

const makeInterval: ScalarEvaluate = (context, args, numRows, type) => {
  const { arena } = context;
  const zero = literalVector(INT32, 0, 1, arena);
  const parts = Array.from({ length: 6 }, (_, i) => args[i] ?? zero);
  const seconds = args[6] ?? literalVector(FLOAT64, 0, 1, arena);
  const table = arena.allocate(56);
  arena.memory.u32.set(
    [...parts, seconds].flatMap((part) => placed(part)),
    table >>> 2,
  );
  return flatResult(context, type, numRows, (out) => {
    const answer = functionKernels(context).make_interval(table, context.validity, numRows, out);
    checkAnswer(answer, context, { overflow: 'interval out of range' });
  });
};

const DATE_PARTS = [INT32, INT32, INT32];
const TIME_PARTS = [INT32, INT32, FLOAT64];

const toTimestamp: ScalarEvaluate = (context, [seconds], numRows, type) =>
  flatResult(context, type, numRows, (out) => {
    const { validity } = context;
    const answer = functionKernels(context).timestamp_from_epoch(...placed(seconds!), validity, numRows, out);
    checkAnswer(answer, context, {
      overflow: 'timestamp out of range',
      invalidValue: 'timestamp cannot be NaN',
    });
  });

/** The overload of `to_timestamp` that takes seconds. */
export const TO_TIMESTAMP_OF_SECONDS = overload('to_timestamp', [FLOAT64], TIMESTAMPTZ, toTimestamp);

export const MAKE_DATETIME_FUNCTIONS: readonly ScalarFunction[] = [
  {
    name: 'make_date',
    category: 'datetime',
    volatility: 'immutable',
    description: 'The date of a year (negative before Christ), month and day.',
    examples: [{ sql: 'make_date(2013, 7, 15)', result: '2013-07-15' }],
    overloads: [overload('make_date', DATE_PARTS, DATE, makeDate)],
  },
  {
    name: 'make_time',
    category: 'datetime',
    volatility: 'immutable',
    description: 'The time of day of an hour, minute and seconds.',
    examples: [{ sql: 'make_time(8, 15, 23.5)', result: '08:15:23.5' }],
    overloads: [overload('make_time', TIME_PARTS, TIME, makeTime)],
  },
  {
    name: 'make_timestamp',
    category: 'datetime',
    volatility: 'immutable',
    description: 'The timestamp of a year, month, day, hour, minute and seconds.',
    examples: [{ sql: 'make_timestamp(2013, 7, 15, 8, 15, 23.5)', result: '2013-07-15 08:15:23.5' }],
    overloads: [overload('make_timestamp', [...DATE_PARTS, ...TIME_PARTS], TIMESTAMP, makeTimestamp)],
  },
  {
    name: 'make_timestamptz',
    category: 'datetime',
    volatility: 'stable',
    description: 'The same in the zone of the session, or in a zone that is named.',
    examples: [
      { sql: 'make_timestamptz(2013, 7, 15, 8, 15, 23.5)', result: '2013-07-15 08:15:23.5+00' },
      {
        sql: "make_timestamptz(2013, 7, 15, 8, 15, 23.5, 'America/New_York')",
        result: '2013-07-15 12:15:23.5+00',
      },
    ],
    overloads: [
      overload('make_timestamptz', [...DATE_PARTS, ...TIME_PARTS], TIMESTAMPTZ, makeTimestamptz),
      overload('make_timestamptz', [...DATE_PARTS, ...TIME_PARTS, VARCHAR], TIMESTAMPTZ, makeTimestamptz),
    ],
  },
  {
    name: 'make_interval',
    category: 'datetime',
    volatility: 'immutable',
    description: 'The interval of years, months, weeks, days, hours, minutes and seconds; what is left out is 0.',
    examples: [{ sql: 'make_interval(0, 1, 0, 10)', result: '1 mon 10 days' }],
    overloads: Array.from({ length: 8 }, (_, n) => {
      const parameters = [INT32, INT32, INT32, INT32, INT32, INT32, FLOAT64].slice(0, n);
      return overload('make_interval', parameters, INTERVAL, makeInterval);
    }),
  },
];
