import { type DataType, INT32, KIND_WIDTH, type TypeId } from '../../types/index.ts';
import { Vector } from '../../vector/index.ts';
import { COMPARISON } from '../comparison-code.ts';
import { expressionKernels } from '../expression-kernels.ts';
import { type CastContext, type CastDefinition, castsBetween } from './cast-function.ts';
import { convertInteger } from './convert-integer.ts';

const INTEGERS: readonly TypeId[] = ['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64'];

/** 1 for true, 0 for false. */
function booleanToInteger({ arena }: CastContext, values: Vector, target: DataType): Vector {
  const numRows = values.length;
  const data = arena.allocate(numRows * 4);
  expressionKernels(arena).widen_bool_i32(data, values.data, numRows);
  const integers = Vector.flat(INT32, numRows, data, values.validity);
  // 0 and 1 belong to every integer type, so this never fails.
  const converted = convertInteger(integers, target, values.validity, 0, arena);
  return Vector.flat(target, numRows, converted.data, values.validity);
}

/** False for 0, true for all else. */
function integerToBoolean({ arena }: CastContext, values: Vector, target: DataType): Vector {
  const numRows = values.length;
  const data = arena.allocate(numRows);
  const zero = arena.allocateZeroed(KIND_WIDTH[values.kind]);
  const kernels = expressionKernels(arena);
  const compare =
    values.kind === 'i32'
      ? kernels.compare_i32_vc
      : values.kind === 'i64'
        ? kernels.compare_i64_vc
        : kernels.compare_i128_vc;
  compare(COMPARISON['<>'], data, values.data, zero, numRows);
  return Vector.flat(target, numRows, data, values.validity);
}

export const BOOLEAN_CASTS: readonly CastDefinition[] = [
  ...castsBetween(['boolean'], INTEGERS, booleanToInteger),
  ...castsBetween(INTEGERS, ['boolean'], integerToBoolean),
];
