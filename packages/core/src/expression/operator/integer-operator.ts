import { type DataType, INT64, physicalKind } from '../../types/index.ts';
import { type Address, Vector } from '../../vector/index.ts';
import { convertInteger } from '../cast/convert-integer.ts';
import type { EvaluationContext, ScalarEvaluate } from '../function.ts';
import { checkStatus } from '../kernel-status.ts';
import { integerRange } from '../numeric-range.ts';
import { type KernelResult, runBinary } from './binary-kernel.ts';

/** Integer operators by their kernels, and what errors call them. */
const OPERATION = {
  add: 'addition',
  sub: 'subtraction',
  mul: 'multiplication',
  div: 'division',
  mod: 'modulo',
} as const;

export type IntegerOperation = keyof typeof OPERATION;

/** Evaluation of an operator on two operands of one integer type, whose result has that type. */
export function integerOperator(operation: IntegerOperation): ScalarEvaluate {
  return (context, args, numRows, type) => {
    const { status, data } = run(operation, context, args, numRows, type);
    checkStatus(status, OPERATION[operation], type, context.span);
    const values = Vector.flat(type, numRows, data);
    return type.id === 'uint32' || type.id === 'uint64' ? inRange(values, OPERATION[operation], context) : values;
  };
}

function run(
  operation: IntegerOperation,
  { arena, validity }: EvaluationContext,
  args: readonly Vector[],
  numRows: number,
  type: DataType,
): KernelResult {
  switch (physicalKind(type)) {
    case 'i32': {
      const [least, greatest] = integerRange(type);
      const bounds = [Number(least), Number(greatest)] as const;
      return runBinary(`${operation}_i32`, args, 'i32', numRows, arena, validity, numRows, ...bounds);
    }
    case 'i64':
      return runBinary(`${operation}_i64`, args, 'i64', numRows, arena, validity, numRows);
    default: {
      // uint64, as 128-bit integers: sums are checked, products and operands not shifted, quotients truncated.
      const extra = operation === 'div' || operation === 'mod' ? [0, 0] : [operation === 'mul' ? 0 : 1];
      return runBinary(`${operation}_i128`, args, 'i128', numRows, arena, validity, numRows, ...extra);
    }
  }
}

/** The same values, known to lie in the range of their type. */
function inRange(values: Vector, operation: string, { arena, validity, span }: EvaluationContext): Vector {
  const { type } = values;
  // Seen as a wider type, so that the conversion to their own has something to check.
  const wide =
    type.id === 'uint32' ? values.withType(INT64) : values.withType({ id: 'decimal', precision: 38, scale: 0 });
  const { status, data } = convertInteger(wide, type, validity, 0, arena);
  checkStatus(status, operation, type, span);
  return Vector.flat(type, values.length, data);
}

/** `-x` or `|x|` of an integer type. */
export function integerSign(operation: 'neg' | 'abs', called: string): ScalarEvaluate {
  return (context, args, numRows, type) => {
    const { arena, validity, kernels, span } = context;
    const x = args[0]!;
    const kind = physicalKind(type);
    const data: Address = arena.allocate(numRows * (kind === 'i32' ? 4 : kind === 'i64' ? 8 : 16));
    if (kind === 'i128') {
      kernels.neg_i128!(data, x.data, numRows, operation === 'abs' ? 1 : 0);
      return inRange(Vector.flat(type, numRows, data), called, context);
    }
    let status: number;
    if (kind === 'i32') {
      const [least, greatest] = integerRange(type);
      status = kernels[`${operation}_i32`]!(data, x.data, validity, numRows, Number(least), Number(greatest));
    } else {
      status = kernels[`${operation}_i64`]!(data, x.data, validity, numRows);
    }
    checkStatus(status, called, type, span);
    const values = Vector.flat(type, numRows, data);
    return type.id === 'uint32' ? inRange(values, called, context) : values;
  };
}
