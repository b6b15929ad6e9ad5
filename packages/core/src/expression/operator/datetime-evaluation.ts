import { type DataType, KIND_WIDTH, physicalKind, TIMESTAMP } from '../../types/index.ts';
import { type Address, Vector } from '../../vector/index.ts';
import { expressionKernels } from '../expression-kernels.ts';
import type { EvaluationContext, ScalarEvaluate } from '../function.ts';
import { checkStatus } from '../kernel-status.ts';
import { localToUtc, utcToLocal } from '../scalar/datetime/session-zone.ts';
import { timeZone } from '../scalar/datetime/time-zone.ts';

/** Whether something is added or subtracted. */
export type Sign = 1 | -1;

/** Parts of an interval that `timestamp_add_interval` adds. */
const MONTHS = 1;
const DAYS = 2;
const MICROS = 4;
const ALL_PARTS = MONTHS | DAYS | MICROS;

/** Addresses and strides of two operands, as the datetime kernels take them. */
function operands(a: Vector, b: Vector): readonly [Address, number, Address, number] {
  return [a.data, strideOf(a), b.data, strideOf(b)];
}

function strideOf({ encoding, kind }: Vector): number {
  return encoding === 'constant' ? 0 : KIND_WIDTH[kind];
}

function called(sign: Sign): string {
  return sign === 1 ? 'addition' : 'subtraction';
}

/** The operands the other way round, for operators that commute. */
export function swapped(evaluate: ScalarEvaluate): ScalarEvaluate {
  return (context, args, numRows, type) => evaluate(context, [args[1]!, args[0]!], numRows, type);
}

type PairKernel = 'date_add_time' | 'date_difference' | 'timestamp_difference';

/** A kernel `(out, a, aStride, b, bStride, validity, n)` that answers with a status. */
export function pairKernel(kernel: PairKernel, operation: string): ScalarEvaluate {
  return ({ arena, validity, span }, args, numRows, type) => {
    const out = arena.allocate(numRows * KIND_WIDTH[physicalKind(type)]);
    const [a, b] = args as readonly [Vector, Vector];
    const status = expressionKernels(arena)[kernel](out, ...operands(a, b), validity, numRows);
    checkStatus(status, operation, type, span);
    return Vector.flat(type, numRows, out);
  };
}

/** As {@link pairKernel}, with the sign after `n`. */
export function signedKernel(kernel: 'date_add_days' | 'interval_add', sign: Sign): ScalarEvaluate {
  return ({ arena, validity, span }, args, numRows, type) => {
    const out = arena.allocate(numRows * KIND_WIDTH[physicalKind(type)]);
    const [a, b] = args as readonly [Vector, Vector];
    const status = expressionKernels(arena)[kernel](out, ...operands(a, b), validity, numRows, sign);
    checkStatus(status, called(sign), type, span);
    return Vector.flat(type, numRows, out);
  };
}

function addToTimestamps(
  { arena, validity, span }: EvaluationContext,
  moments: Vector,
  intervals: Vector,
  numRows: number,
  sign: Sign,
  parts: number,
  type: DataType,
): Vector {
  const out = arena.allocate(numRows * 8);
  const status = expressionKernels(arena).timestamp_add_interval(
    ...([out, ...operands(moments, intervals)] as const),
    ...[validity, numRows, sign, parts],
  );
  checkStatus(status, called(sign), type, span);
  return Vector.flat(type, numRows, out);
}

/** `timestamp ± interval`. */
export function timestampPlusInterval(sign: Sign): ScalarEvaluate {
  return (context, args, numRows, type) => addToTimestamps(context, args[0]!, args[1]!, numRows, sign, ALL_PARTS, type);
}

/** `timestamptz ± interval`: months and days by the calendar and the clock of the session's time zone. */
export function timestamptzPlusInterval(sign: Sign): ScalarEvaluate {
  return (context, args, numRows, type) => {
    const [moments, intervals] = args as readonly [Vector, Vector];
    const zone = timeZone(context.timeZone, context.span);
    if (zone.fixedSeconds === 0) return addToTimestamps(context, moments, intervals, numRows, sign, ALL_PARTS, type);
    let shifted = moments;
    for (const part of [MONTHS, DAYS]) {
      const { local } = utcToLocal(context, zone, shifted, numRows);
      const moved = addToTimestamps(context, local, intervals, numRows, sign, part, TIMESTAMP);
      const utc = localToUtc(context, zone, moved, numRows);
      // An hour that the clock shows twice must not change a moment to which nothing was added.
      expressionKernels(context.arena).timestamp_keep_unshifted(
        ...([utc.data, ...operands(shifted, intervals), numRows, part] as const),
      );
      shifted = utc;
    }
    return addToTimestamps(context, shifted, intervals, numRows, sign, MICROS, type);
  };
}

/** `date ± interval` is a timestamp. */
export function datePlusInterval(sign: Sign): ScalarEvaluate {
  return (context, args, numRows, type) => {
    const { arena, validity, span } = context;
    const [dates, intervals] = args as readonly [Vector, Vector];
    const isConstant = dates.encoding === 'constant';
    const count = isConstant ? 1 : numRows;
    const midnights = arena.allocate(count * 8);
    const own = isConstant ? 0 : validity;
    const status = expressionKernels(arena).timestamp_from_date(midnights, dates.data, own, count, 0);
    checkStatus(status, called(sign), type, span);
    const timestamps = isConstant
      ? Vector.constant(TIMESTAMP, numRows, midnights)
      : Vector.flat(TIMESTAMP, numRows, midnights);
    return addToTimestamps(context, timestamps, intervals, numRows, sign, ALL_PARTS, type);
  };
}

/** `time ± interval`, around the clock. */
export function timePlusInterval(sign: Sign): ScalarEvaluate {
  return ({ arena }, args, numRows, type) => {
    const out = arena.allocate(numRows * 8);
    const [a, b] = args as readonly [Vector, Vector];
    expressionKernels(arena).time_add_interval(out, ...operands(a, b), numRows, sign);
    return Vector.flat(type, numRows, out);
  };
}

/** `time - time` is an interval. */
export const timeDifference: ScalarEvaluate = ({ arena }, args, numRows, type) => {
  const out = arena.allocate(numRows * 16);
  const [a, b] = args as readonly [Vector, Vector];
  expressionKernels(arena).time_difference(out, ...operands(a, b), numRows);
  return Vector.flat(type, numRows, out);
};

/** `interval * float64` or `interval / float64`. */
export function scaledInterval(operation: 'multiplication' | 'division'): ScalarEvaluate {
  return ({ arena, validity, span }, args, numRows, type) => {
    const out = arena.allocate(numRows * 16);
    const [a, b] = args as readonly [Vector, Vector];
    const divided = operation === 'division' ? 1 : 0;
    const status = expressionKernels(arena).interval_scale(out, ...operands(a, b), validity, numRows, divided);
    checkStatus(status, operation, type, span);
    return Vector.flat(type, numRows, out);
  };
}

/** `-interval`. */
export const negatedInterval: ScalarEvaluate = ({ arena, validity, span }, args, numRows, type) => {
  const out = arena.allocate(numRows * 16);
  const status = expressionKernels(arena).interval_neg(out, args[0]!.data, validity, numRows);
  checkStatus(status, 'negation', type, span);
  return Vector.flat(type, numRows, out);
};
