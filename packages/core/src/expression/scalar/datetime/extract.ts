import {
  DATE,
  type DataType,
  decimal,
  FLOAT64,
  INTERVAL,
  type LiteralValue,
  physicalKind,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  VARCHAR,
} from '../../../types/index.ts';
import { type Address, Vector } from '../../../vector/index.ts';
import { castVector } from '../../cast/cast-vector.ts';
import type { EvaluationContext, ReturnTypeOf, ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { constantText } from '../constant-argument.ts';
import { functionKernels } from '../function-kernels.ts';
import { checkAnswer } from '../kernel-failure.ts';
import { overload, stride } from '../row-evaluation.ts';
import {
  type DatetimeField,
  datetimeField,
  datetimeTypeName,
  fieldNotSupported,
  findDatetimeField,
} from './datetime-field.ts';
import { utcToLocal, zoneOffsets } from './session-zone.ts';
import { timeZone } from './time-zone.ts';

const INFINITE = { invalidValue: 'an infinite date or timestamp has no such field' };
const CLOCK = new Set(['microseconds', 'milliseconds', 'second', 'minute', 'hour']);
const NOT_OF_INTERVAL = new Set(['dow', 'isodow', 'doy', 'isoyear', 'julian']);
/** For a caller that does not know which field it is: what holds them all, except the epoch of years beyond 33,000. */
const ANY_FIELD = decimal(18, 6);

/** What `extract` of a field of a type answers with. */
function extractType(field: DatetimeField, source: DataType): DataType {
  if (source.id === 'date') {
    if (field.name === 'epoch') return decimal(18, 0);
    if (field.name === 'julian') return decimal(10, 0);
  }
  return field.type;
}

/** Throws when a field has no meaning for a type. `date_part` takes a date for its midnight. */
function checkField(context: EvaluationContext, field: DatetimeField, word: string, type: DataType): void {
  const { name, code } = field;
  const isClock = CLOCK.has(name);
  const fits =
    code < 0
      ? type.id === 'timestamptz'
      : type.id === 'date'
        ? !isClock
        : type.id === 'time'
          ? isClock || name === 'epoch'
          : type.id !== 'interval' || !NOT_OF_INTERVAL.has(name);
  if (!fits) throw fieldNotSupported(word, datetimeTypeName(type.id), context.span);
}

/** The field as i64 (i128 for the Julian day of a timestamp), unscaled in the type that {@link extractType} gives. */
function extractInto(
  context: EvaluationContext,
  field: DatetimeField,
  values: Vector,
  numRows: number,
  out: Address,
): void {
  const kernels = functionKernels(context);
  const { validity } = context;
  const { code } = field;
  switch (values.type.id) {
    case 'date':
      checkAnswer(
        kernels.extract_from_date(values.data, stride(values), validity, numRows, code, out),
        context,
        INFINITE,
      );
      return;
    case 'time':
      kernels.extract_from_time(values.data, stride(values), numRows, code, out);
      return;
    case 'interval':
      kernels.extract_from_interval(values.data, stride(values), numRows, code, out);
      return;
    case 'timestamptz': {
      const zone = timeZone(context.timeZone, context.span);
      if (code < 0) {
        zoneOffsets(context, zone, values, numRows, field.name, out);
        return;
      }
      const local = field.name === 'epoch' ? values : utcToLocal(context, zone, values, numRows).local;
      extractInto(context, field, local.withType(TIMESTAMP), numRows, out);
      return;
    }
    default:
      checkAnswer(
        field.name === 'julian'
          ? kernels.extract_julian(values.data, stride(values), validity, numRows, out)
          : kernels.extract_from_timestamp(values.data, stride(values), validity, numRows, code, out),
        context,
        INFINITE,
      );
  }
}

const extract: ScalarEvaluate = (context, args, numRows, type) => {
  const [name, values] = args as readonly [Vector, Vector];
  const { arena } = context;
  const word = constantText(context, name, numRows, 'A field');
  const field = datetimeField(word, datetimeTypeName(values.type.id), context.span);
  checkField(context, field, word, values.type);
  const exact = extractType(field, values.type);
  const out = arena.allocate(numRows * 16);
  extractInto(context, field, values, numRows, out);
  const isWide = field.name === 'julian' && values.type.id !== 'date';
  if (isWide || physicalKind(exact) === 'i64') return rescaled(context, Vector.flat(exact, numRows, out), type);
  const wide = arena.allocate(numRows * 16);
  functionKernels(context).int64_widen(out, numRows, wide);
  return rescaled(context, Vector.flat(exact, numRows, wide), type);
};

/** The exact result in the type that the call was bound with. */
function rescaled(context: EvaluationContext, values: Vector, type: DataType): Vector {
  return castVector(context, values, type, false);
}

const extractReturns: ReturnTypeOf = ([, source], constants) => {
  const word: LiteralValue | undefined = constants?.[0];
  const field = typeof word === 'string' ? findDatetimeField(word) : undefined;
  return field ? extractType(field, source!) : ANY_FIELD;
};

const SOURCES = [TIMESTAMP, TIMESTAMPTZ, DATE, TIME, INTERVAL] as const;

const EXTRACT: ScalarFunction = {
  name: 'extract',
  category: 'datetime',
  volatility: 'stable',
  description:
    'A field of a date, time, timestamp or interval as an exact number: year, month, day, hour, minute, second, quarter, week, dow, doy, epoch ' +
    'and so on. A timestamp with time zone is seen in the zone of the session.',
  examples: [
    { sql: "extract(year FROM DATE '2001-02-16')", result: '2001' },
    { sql: "extract(minute FROM TIMESTAMP '2001-02-16 20:38:40')", result: '38' },
    { sql: "extract(second FROM TIMESTAMP '2001-02-16 20:38:40.12')", result: '40.120000' },
    { sql: "extract(epoch FROM TIMESTAMP '2001-02-16 20:38:40.12')", result: '982355920.120000' },
    { sql: "extract(day FROM INTERVAL '40 days 1 minute')", result: '40' },
    { sql: "extract(julian FROM TIMESTAMP '2001-02-16 12:00')", result: '2451957.50000000000000000000' },
    { sql: "extract(week FROM DATE '2001-02-16')", result: '7' },
  ],
  overloads: SOURCES.map((source) => overload('extract', [VARCHAR, source], extractReturns, extract)),
};

const datePart: ScalarEvaluate = (context, args, numRows, type) => {
  const [name, values] = args as readonly [Vector, Vector];
  const { arena } = context;
  const word = constantText(context, name, numRows, 'A field');
  const field = datetimeField(word, datetimeTypeName(values.type.id), context.span);
  const out = arena.allocate(numRows * 8);
  if (values.type.id === 'date' && CLOCK.has(field.name)) {
    arena.memory.f64.fill(0, out >>> 3, (out >>> 3) + numRows);
    return Vector.flat(type, numRows, out);
  }
  checkField(context, field, word, values.type);
  if (field.name === 'epoch' && values.type.id === 'interval') {
    functionKernels(context).interval_epoch_f64(values.data, stride(values), numRows, out);
    return Vector.flat(type, numRows, out);
  }
  const exact = arena.allocate(numRows * 16);
  extractInto(context, field, values, numRows, exact);
  const exactType = extractType(field, values.type);
  if (field.name === 'julian' && values.type.id !== 'date') {
    return castVector(context, Vector.flat(exactType, numRows, exact), type, false);
  }
  const { scale } = exactType as ReturnType<typeof decimal>;
  const isSeconds = field.name === 'second' || field.name === 'milliseconds';
  functionKernels(context)[isSeconds ? 'seconds_over' : 'int64_over'](exact, numRows, 10 ** scale, out);
  return Vector.flat(type, numRows, out);
};

const DATE_PART: ScalarFunction = {
  name: 'date_part',
  category: 'datetime',
  volatility: 'stable',
  description: 'As extract, in double precision, with the name of the field as a string.',
  examples: [
    { sql: "date_part('month', TIMESTAMP '2001-02-16 20:38:40')", result: '2' },
    { sql: "date_part('hour', INTERVAL '4 hours 3 minutes')", result: '4' },
    { sql: "date_part('second', TIME '20:38:40.5')", result: '40.5' },
  ],
  overloads: SOURCES.map((source) => overload('date_part', [VARCHAR, source], FLOAT64, datePart)),
};

export const EXTRACT_FUNCTIONS: readonly ScalarFunction[] = [EXTRACT, DATE_PART];
