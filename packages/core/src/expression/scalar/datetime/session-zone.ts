import { TIMESTAMP, TIMESTAMPTZ } from '../../../types/index.ts';
import { type Address, Vector } from '../../../vector/index.ts';
import type { EvaluationContext } from '../../function.ts';
import { functionKernels } from '../function-kernels.ts';
import { stride } from '../row-evaluation.ts';
import { type TimeZone, timeZone, type ZoneTable } from './time-zone.ts';

type ZoneContext = Pick<EvaluationContext, 'arena' | 'validity'>;

/** The transitions of `zone` for the days that occur in `timestamps`. */
function zoneTableFor(context: ZoneContext, zone: TimeZone, timestamps: Vector, numRows: number): ZoneTable {
  if (zone.fixedSeconds !== undefined) return zone.table(context.arena, 0, 0);
  const kernels = functionKernels(context);
  const extreme = (which: number) =>
    kernels.timestamp_extreme_day(timestamps.data, stride(timestamps), timestamps.validity, numRows, which);
  return zone.table(context.arena, extreme(0), extreme(1));
}

/** Local timestamps of moments, and with `withOffsets` the offset of each in seconds (i32). */
export function utcToLocal(
  context: ZoneContext,
  zone: TimeZone,
  moments: Vector,
  numRows: number,
  withOffsets = false,
): { readonly local: Vector; readonly offsets: number } {
  const { arena } = context;
  const table = zoneTableFor(context, zone, moments, numRows);
  const out = arena.allocate(numRows * 8);
  const offsets = withOffsets ? arena.allocate(numRows * 4) : 0;
  functionKernels(context).zone_utc_to_local(
    moments.data,
    stride(moments),
    numRows,
    table.starts,
    table.offsets,
    table.numStarts,
    out,
    offsets,
  );
  return { local: Vector.flat(TIMESTAMP, numRows, out, moments.validity), offsets };
}

/** The moments of local timestamps. */
export function localToUtc(context: ZoneContext, zone: TimeZone, local: Vector, numRows: number): Vector {
  const table = zoneTableFor(context, zone, local, numRows);
  const out = context.arena.allocate(numRows * 8);
  functionKernels(context).zone_local_to_utc(
    local.data,
    stride(local),
    numRows,
    table.starts,
    table.offsets,
    table.numStarts,
    out,
  );
  return Vector.flat(TIMESTAMPTZ, numRows, out, local.validity);
}

/** The time at which the query started, in microseconds in the session's zone. */
export function startedLocalMicros(context: Pick<EvaluationContext, 'startedMicros' | 'timeZone' | 'span'>): bigint {
  const zone = timeZone(context.timeZone, context.span);
  return context.startedMicros + BigInt(zone.offsetSeconds(Number(context.startedMicros / 1000n))) * 1_000_000n;
}

/** The offset of each moment as i64: in seconds (`timezone`), or its hours or minutes. */
export function zoneOffsets(
  context: ZoneContext,
  zone: TimeZone,
  moments: Vector,
  numRows: number,
  part: string,
  out: Address,
): void {
  const { offsets } = utcToLocal(context, zone, moments, numRows, true);
  const [divisor, modulus] =
    part === 'timezone_hour' ? [3600, 1 << 30] : part === 'timezone_minute' ? [60, 60] : [1, 1 << 30];
  functionKernels(context).offset_parts(offsets, numRows, divisor!, modulus!, out);
}
