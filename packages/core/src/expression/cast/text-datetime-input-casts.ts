import { QueryError } from '../../error/index.ts';
import { Vector } from '../../vector/index.ts';
import { startedLocalMicros } from '../scalar/datetime/session-zone.ts';
import { findTimeZone, type TimeZone, timeZone } from '../scalar/datetime/time-zone.ts';
import { functionKernels } from '../scalar/function-kernels.ts';
import { kernelFailure } from '../scalar/kernel-failure.ts';
import { type CastContext, type CastDefinition, type CastFunction, castsBetween, failuresTo } from './cast-function.ts';
import { checkTextCast, readText } from './text-cast-failure.ts';

/** `UNDECIDED` of kernels/function/scan.ts. */
const UNDECIDED = 6;
/** The unit that a last number without one has: `UNIT_SECOND` of kernels/function/interval-state.ts. */
const SECONDS = 2;
/** Days since 1970-01-01 for which the session's offsets are worked out before any text is read: all that lists hold. */
const FIRST_DAY = -62_092;
const LAST_DAY = 170_568;
const TEXT = new TextDecoder();

const textToDate: CastFunction = (context, values, target) => {
  const { data, validity, length } = values;
  const now = startedLocalMicros(context);
  return readText(context, values, target, 4, (out, failures) =>
    functionKernels(context).text_to_date(data, 8, validity, length, now, out, failures),
  );
};

const textToTime: CastFunction = (context, values, target) => {
  const { data, validity, length } = values;
  const now = startedLocalMicros(context);
  return readText(context, values, target, 8, (out, failures) =>
    functionKernels(context).text_to_time(data, 8, validity, length, now, out, failures),
  );
};

const textToTimestamp: CastFunction = (context, values, target) => {
  const { data, validity, length } = values;
  const now = startedLocalMicros(context);
  return readText(context, values, target, 8, (out, failures) =>
    functionKernels(context).text_to_timestamp(data, 8, validity, length, now, out, failures),
  );
};

const textToInterval: CastFunction = (context, values, target) => {
  const { data, validity, length } = values;
  return readText(context, values, target, 16, (out, failures) =>
    functionKernels(context).text_to_interval(data, 8, validity, length, SECONDS, out, failures),
  );
};

/**
 * Text with or without a zone to moments. The kernel knows offsets and abbreviations; a row that names a zone
 * (`Europe/Berlin`) is read again with that zone's transitions.
 */
const textToTimestamptz: CastFunction = (context, values, target) => {
  const { arena } = context;
  const { data, validity, length } = values;
  const now = startedLocalMicros(context);
  const kernels = functionKernels(context);
  const out = arena.allocate(length * 8);
  const failures = failuresTo(context, values);
  const read = (zone: TimeZone, first: number, end: number, named: boolean) => {
    const { starts, offsets, numStarts } = zone.table(arena, FIRST_DAY, LAST_DAY);
    const zoneArgs = [starts, offsets, numStarts, named ? 1 : 0] as const;
    return kernels.text_to_timestamptz(data, 8, validity, first, end, now, ...zoneArgs, out, failures);
  };
  const session = timeZone(context.timeZone, context.span);
  for (let first = 0; first < length; ) {
    let answer = read(session, first, length, false);
    const failure = kernelFailure(answer);
    if (!failure) break;
    if (failure.status === UNDECIDED) {
      const zone = zoneNamedInText(context);
      if (zone) answer = read(zone, failure.row, failure.row + 1, true);
      else arena.memory.u8[failures + failure.row] = 0;
      if (!zone) answer = 0;
    }
    checkTextCast(context, values, target, answer);
    first = failure.row + 1;
  }
  return Vector.flat(target, length, out, failures || validity);
};

/** The zone whose name the kernel has just read; a `safe` cast gets `undefined` for a name that is none. */
function zoneNamedInText(context: CastContext): TimeZone | undefined {
  const kernels = functionKernels(context);
  const start = kernels.parsed_zone_address();
  const name = TEXT.decode(context.arena.memory.u8.slice(start, start + kernels.parsed_zone_length()));
  const zone = findTimeZone(name);
  if (!zone && !context.safe) {
    throw new QueryError('CAST_FAILED', `time zone "${name}" not recognized`, { span: context.span });
  }
  return zone;
}

/** Casts from text to dates, times, timestamps and intervals, in the many forms that PostgreSQL reads. */
export const TEXT_DATETIME_INPUT_CASTS: readonly CastDefinition[] = [
  ...castsBetween(['varchar'], ['date'], textToDate),
  ...castsBetween(['varchar'], ['time'], textToTime),
  ...castsBetween(['varchar'], ['timestamp'], textToTimestamp),
  ...castsBetween(['varchar'], ['timestamptz'], textToTimestamptz),
  ...castsBetween(['varchar'], ['interval'], textToInterval),
];
