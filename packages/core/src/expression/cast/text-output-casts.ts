import type { DataType, DecimalType, TypeId } from '../../types/index.ts';
import { type Address, Vector } from '../../vector/index.ts';
import { utcToLocal } from '../scalar/datetime/session-zone.ts';
import { timeZone } from '../scalar/datetime/time-zone.ts';
import { functionKernels } from '../scalar/function-kernels.ts';
import { type CastContext, type CastDefinition, type CastFunction, castsBetween } from './cast-function.ts';

/** The most bytes that the text of one value takes. */
const BYTES = {
  int32: 11,
  int64: 23,
  int128: 42,
  float: 32,
  date: 16,
  time: 15,
  timestamp: 42,
  interval: 80,
  uuid: 36,
} as const;

type WriteText = (context: CastContext, values: Vector, out: Address, bytes: Address) => void;

/** A cast whose kernel writes at most `rowBytes` bytes a row. */
function writing(rowBytes: number, write: WriteText): CastFunction {
  return (context, values, target) => {
    const { arena } = context;
    const out = arena.allocate(values.length * 8);
    const bytes = arena.allocate(values.length * rowBytes + 16);
    write(context, values, out, bytes);
    return Vector.flat(target, values.length, out, values.validity);
  };
}

const int32ToText = writing(BYTES.int32, (context, { data, validity, length }, out, bytes) => {
  functionKernels(context).int32_to_text(data, 4, validity, length, out, bytes);
});

const int64ToText = writing(BYTES.int64, (context, { data, validity, length, type }, out, bytes) => {
  functionKernels(context).int64_to_text(data, 8, validity, length, scaleOf(type), out, bytes);
});

const int128ToText = writing(BYTES.int128, (context, { data, validity, length, type }, out, bytes) => {
  functionKernels(context).int128_to_text(data, 16, validity, length, scaleOf(type), out, bytes);
});

const decimalToText: CastFunction = (context, values, target) =>
  (values.kind === 'i64' ? int64ToText : int128ToText)(context, values, target);

const floatToText = writing(BYTES.float, (context, { data, validity, length, type }, out, bytes) => {
  functionKernels(context).float_to_text(data, 8, validity, length, type.id === 'float32' ? 1 : 0, out, bytes);
});

const dateToText = writing(BYTES.date, (context, { data, validity, length }, out, bytes) => {
  functionKernels(context).date_to_text(data, 4, validity, length, out, bytes);
});

const timeToText = writing(BYTES.time, (context, { data, validity, length }, out, bytes) => {
  functionKernels(context).time_to_text(data, 8, validity, length, out, bytes);
});

const timestampToText = writing(BYTES.timestamp, (context, { data, validity, length }, out, bytes) => {
  functionKernels(context).timestamp_to_text(data, 8, 0, 0, validity, length, out, bytes);
});

const timestamptzToText = writing(BYTES.timestamp, (context, values, out, bytes) => {
  const zone = timeZone(context.timeZone, context.span);
  const { local, offsets } = utcToLocal(context, zone, values, values.length, true);
  const { validity, length } = values;
  functionKernels(context).timestamp_to_text(local.data, 8, offsets, 4, validity, length, out, bytes);
});

const intervalToText = writing(BYTES.interval, (context, { data, validity, length }, out, bytes) => {
  functionKernels(context).interval_to_text(data, 16, validity, length, out, bytes);
});

const uuidToText = writing(BYTES.uuid, (context, { data, validity, length }, out, bytes) => {
  functionKernels(context).uuid_to_text(data, 8, validity, length, out, bytes);
});

const booleanToText: CastFunction = (context, values, target) => booleanText(context, values, target, false);

function booleanText(context: CastContext, values: Vector, target: DataType, short: boolean): Vector {
  const { arena } = context;
  const out = arena.allocate(values.length * 8);
  const bytes = arena.allocate(16);
  const { data, validity, length } = values;
  functionKernels(context).boolean_to_text(data, 1, validity, length, short ? 1 : 0, out, bytes);
  return Vector.flat(target, length, out, validity);
}

/** Booleans as `t` and `f`: what PostgreSQL prints, and what `concat` and `format` put in. */
export const booleanToLetter: CastFunction = (context, values, target) => booleanText(context, values, target, true);

const byteaToText: CastFunction = (context, values, target) => {
  const { arena } = context;
  const kernels = functionKernels(context);
  const { data, validity, length } = values;
  const total = kernels.text_total_bytes(data, 8, length);
  const out = arena.allocate(length * 8);
  const bytes = arena.allocate(2 * total + 2 * length);
  kernels.bytea_to_text(data, 8, validity, length, out, bytes);
  return Vector.flat(target, length, out, validity);
};

const sameBytes: CastFunction = (_context, values, target) => values.withType(target);

function scaleOf(type: DataType): number {
  return type.id === 'decimal' ? (type as DecimalType).scale : 0;
}

const toText = (from: readonly TypeId[], convert: CastFunction) => castsBetween(from, ['varchar'], convert);

/** Casts to text, in PostgreSQL's output syntax. */
export const TEXT_OUTPUT_CASTS: readonly CastDefinition[] = [
  ...toText(['boolean'], booleanToText),
  ...toText(['int8', 'int16', 'int32', 'uint8', 'uint16'], int32ToText),
  ...toText(['int64', 'uint32'], int64ToText),
  ...toText(['uint64'], int128ToText),
  ...toText(['decimal'], decimalToText),
  ...toText(['float32', 'float64'], floatToText),
  ...toText(['date'], dateToText),
  ...toText(['time'], timeToText),
  ...toText(['timestamp'], timestampToText),
  ...toText(['timestamptz'], timestamptzToText),
  ...toText(['interval'], intervalToText),
  ...toText(['uuid'], uuidToText),
  ...toText(['bytea'], byteaToText),
  ...toText(['json', 'jsonb'], sameBytes),
];
