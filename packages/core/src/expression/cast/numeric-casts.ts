import { type DataType, formatType, KIND_WIDTH, physicalKind, type TypeId } from '../../types/index.ts';
import { type Address, Vector } from '../../vector/index.ts';
import { expressionKernels } from '../expression-kernels.ts';
import { checkStatus } from '../kernel-status.ts';
import { integerRange, scaleOf } from '../numeric-range.ts';
import { type CastContext, type CastDefinition, castsBetween, failuresTo } from './cast-function.ts';
import { convertInteger } from './convert-integer.ts';

const INTEGERS: readonly TypeId[] = ['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64'];
const EXACT: readonly TypeId[] = [...INTEGERS, 'decimal'];
const FLOATS: readonly TypeId[] = ['float32', 'float64'];

/** Significant digits that PostgreSQL takes from a float when it makes a decimal of it. */
const FLOAT_DIGITS = { float32: 6, float64: 15 } as const;

function castOperation(values: Vector): string {
  return `cast from ${formatType(values.type)}`;
}

function exactToExact(context: CastContext, values: Vector, target: DataType): Vector {
  const failures = failuresTo(context, values);
  const { status, data } = convertInteger(values, target, values.validity, failures, context.arena);
  checkStatus(status, castOperation(values), target, context.span);
  return Vector.flat(target, values.length, data, failures || values.validity);
}

function exactToFloat(context: CastContext, values: Vector, target: DataType): Vector {
  const { arena } = context;
  const kernels = expressionKernels(arena);
  const numRows = values.length;
  const data = arena.allocate(numRows * 8);
  const narrow = target.id === 'float32' ? 1 : 0;
  const scale = scaleOf(values.type);
  if (values.kind === 'i32') {
    kernels.f64_from_i32(data, values.data, numRows);
    // float32 holds integers of up to 24 bits; the others are rounded.
    if (narrow && values.type.id === 'int32') kernels.f64_narrow(data, data, values.validity, numRows, 0);
  } else if (values.kind === 'i64' && scale === 0) {
    kernels.f64_from_i64(data, values.data, numRows, narrow);
  } else {
    kernels.f64_from_decimal(data, values.data, numRows, KIND_WIDTH[values.kind], scale, narrow);
  }
  return Vector.flat(target, numRows, data, values.validity);
}

function floatToInteger(context: CastContext, values: Vector, target: DataType): Vector {
  const width = KIND_WIDTH[physicalKind(target)];
  const [least, greatest] = integerRange(target);
  return floatTo(context, values, target, width, (data, failures) =>
    expressionKernels(context.arena).f64_to_integer(
      ...([data, values.data, values.validity, values.length, width] as const),
      ...[Number(least), Number(greatest + 1n), failures],
    ),
  );
}

function floatToDecimal(context: CastContext, values: Vector, target: DataType): Vector {
  const width = KIND_WIDTH[physicalKind(target)];
  const { precision, scale } = target as { precision: number; scale: number };
  const digits = FLOAT_DIGITS[values.type.id as 'float32' | 'float64'];
  return floatTo(context, values, target, width, (data, failures) =>
    expressionKernels(context.arena).f64_to_decimal(
      ...([data, values.data, values.validity, values.length, width] as const),
      ...[digits, precision, scale, failures],
    ),
  );
}

function floatToFloat(context: CastContext, values: Vector, target: DataType): Vector {
  if (target.id === 'float64') return values.withType(target);
  return floatTo(context, values, target, 8, (data, failures) =>
    expressionKernels(context.arena).f64_narrow(data, values.data, values.validity, values.length, failures),
  );
}

function floatTo(
  context: CastContext,
  values: Vector,
  target: DataType,
  width: number,
  convert: (data: Address, failures: Address) => number,
): Vector {
  const failures = failuresTo(context, values);
  const data = context.arena.allocate(values.length * width);
  checkStatus(convert(data, failures), castOperation(values), target, context.span);
  return Vector.flat(target, values.length, data, failures || values.validity);
}

/** Between integers, decimals and floats. */
export const NUMERIC_CASTS: readonly CastDefinition[] = [
  ...castsBetween(EXACT, EXACT, exactToExact),
  ...castsBetween(EXACT, FLOATS, exactToFloat),
  ...castsBetween(FLOATS, INTEGERS, floatToInteger),
  ...castsBetween(FLOATS, ['decimal'], floatToDecimal),
  ...castsBetween(FLOATS, FLOATS, floatToFloat),
];
