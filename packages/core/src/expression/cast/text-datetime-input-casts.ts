import { QueryError } from '../../error/index.ts';
import { type DataType, KIND_WIDTH, physicalKind } from '../../types/index.ts';
import { type Address, Vector } from '../../vector/index.ts';
import { startedLocalMicros } from '../scalar/datetime/session-zone.ts';
import { findTimeZone, type TimeZone, timeZone } from '../scalar/datetime/time-zone.ts';
import { functionKernels } from '../scalar/function-kernels.ts';
import { kernelFailure } from '../scalar/kernel-failure.ts';
import { type CastContext, type CastDefinition, type CastFunction, castsBetween, failuresTo } from './cast-function.ts';
import { checkTextCast, readText } from './text-cast-failure.ts';

/** `UNDECIDED` of kernels/function/scan.ts: the text names a zone, which only the host can look up. */
const UNDECIDED = 6;
/** The unit that a last number without one has: `UNIT_SECOND` of kernels/function/interval-state.ts. */
const SECONDS = 2;
/** All that lists of transitions hold: the years of texts are not known before they are read. */
const FIRST_DAY = -62_092;
const LAST_DAY = 170_568;
const TEXT = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads the rows [first, end); `zone` is the one that the text of the only row names, if it does. */
type ReadRows = (first: number, end: number, out: Address, failures: Address, zone: TimeZone | undefined) => number;

/** Reads all rows; those that name a zone (`Europe/Berlin`) are read a second time, once the zone has been found. */
function readWithZones(context: CastContext, values: Vector, target: DataType, read: ReadRows): Vector {
  const { arena } = context;
  const { length } = values;
  const out = arena.allocate(length * KIND_WIDTH[physicalKind(target)]);
  const failures = failuresTo(context, values);
  for (let first = 0; first < length; ) {
    let answer = read(first, length, out, failures, undefined);
    const failure = kernelFailure(answer);
    if (!failure) break;
    first = failure.row + 1;
    if (failure.status === UNDECIDED) {
      const zone = zoneNamedInText(context);
      if (!zone) {
        arena.memory.u8[failures + failure.row] = 0;
        continue;
      }
      answer = read(failure.row, first, out, failures, zone);
    }
    checkTextCast(context, values, target, answer);
  }
  return Vector.flat(target, length, out, failures || values.validity);
}

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

const textToDate: CastFunction = (context, values, target) => {
  const { data, validity } = values;
  const now = startedLocalMicros(context);
  return readWithZones(context, values, target, (first, end, out, failures, zone) =>
    functionKernels(context).text_to_date(data, 8, validity, first, end, now, zone ? 1 : 0, out, failures),
  );
};

const textToTime: CastFunction = (context, values, target) => {
  const { data, validity } = values;
  const now = startedLocalMicros(context);
  return readWithZones(context, values, target, (first, end, out, failures, zone) =>
    functionKernels(context).text_to_time(data, 8, validity, first, end, now, zone ? 1 : 0, out, failures),
  );
};

const textToTimestamp: CastFunction = (context, values, target) => {
  const { data, validity } = values;
  const now = startedLocalMicros(context);
  return readWithZones(context, values, target, (first, end, out, failures, zone) =>
    functionKernels(context).text_to_timestamp(data, 8, validity, first, end, now, zone ? 1 : 0, out, failures),
  );
};

/** Text without a zone is taken in the session's. */
const textToTimestamptz: CastFunction = (context, values, target) => {
  const { data, validity } = values;
  const now = startedLocalMicros(context);
  const session = timeZone(context.timeZone, context.span);
  return readWithZones(context, values, target, (first, end, out, failures, zone) => {
    const { starts, offsets, numStarts } = (zone ?? session).table(context.arena, FIRST_DAY, LAST_DAY);
    const zoneArgs = [starts, offsets, numStarts, zone ? 1 : 0] as const;
    const kernels = functionKernels(context);
    return kernels.text_to_timestamptz(data, 8, validity, first, end, now, ...zoneArgs, out, failures);
  });
};

const textToInterval: CastFunction = (context, values, target) => {
  const { data, validity, length } = values;
  return readText(context, values, target, 16, (out, failures) =>
    functionKernels(context).text_to_interval(data, 8, validity, length, SECONDS, out, failures),
  );
};

/** Casts from text to dates, times, timestamps and intervals, in the many forms that PostgreSQL reads. */
export const TEXT_DATETIME_INPUT_CASTS: readonly CastDefinition[] = [
  ...castsBetween(['varchar'], ['date'], textToDate),
  ...castsBetween(['varchar'], ['time'], textToTime),
  ...castsBetween(['varchar'], ['timestamp'], textToTimestamp),
  ...castsBetween(['varchar'], ['timestamptz'], textToTimestamptz),
  ...castsBetween(['varchar'], ['interval'], textToInterval),
];
