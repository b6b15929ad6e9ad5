import { type DataType, type DecimalType, decimal, MAX_DECIMAL_PRECISION, physicalKind } from '../../types/index.ts';
import { Vector } from '../../vector/index.ts';
import { convertInteger } from '../cast/convert-integer.ts';
import { expressionKernels, vectorKernels } from '../expression-kernels.ts';
import type { EvaluationContext, ScalarEvaluate } from '../function.ts';
import { checkStatus } from '../kernel-status.ts';
import { runBinary } from './binary-kernel.ts';

/** The operand with another scale, in a given width; a constant stays a constant. */
function operand(
  vector: Vector,
  scale: number,
  kind: 'i64' | 'i128',
  operation: string,
  { arena, validity, span }: EvaluationContext,
): Vector {
  const { precision, scale: ownScale } = vector.type as DecimalType;
  const digits = precision + Math.max(0, scale - ownScale);
  const type = decimal(kind === 'i64' ? Math.min(18, digits) : Math.max(19, Math.min(38, digits)), scale);
  const isConstant = vector.encoding === 'constant';
  const values = isConstant ? Vector.flat(vector.type, 1, vector.data) : vector;
  const { status, data } = convertInteger(values, type, isConstant ? 0 : validity, 0, arena);
  // A constant without room fails only for a row that has a value.
  const noRow = isConstant && validity !== 0 && vectorKernels(arena).count_true(validity, vector.length) === 0;
  if (!noRow) checkStatus(status, operation, type, span);
  return isConstant ? Vector.constant(type, vector.length, data) : Vector.flat(type, vector.length, data);
}

/**
 * Sum or difference at the larger scale. In 64 bits no check is needed: a result of at most 18 digits cannot leave them. In
 * 128 bits it is checked only where the type ran out of digits.
 */
export function decimalSum(operation: 'add' | 'sub', called: string): ScalarEvaluate {
  return (context, args, numRows, type) => {
    const { arena, validity, span } = context;
    const { precision, scale } = type as DecimalType;
    const kind = physicalKind(type) as 'i64' | 'i128';
    const operands = args.map((arg) => operand(arg, scale, kind, called, context));
    const { status, data } =
      kind === 'i64'
        ? runBinary(`${operation}_i64`, operands, kind, numRows, arena, validity, numRows)
        : runBinary(
            `${operation}_i128`,
            operands,
            kind,
            numRows,
            arena,
            ...[validity, numRows, precision === MAX_DECIMAL_PRECISION ? 1 : 0],
          );
    checkStatus(status, called, type, span);
    return Vector.flat(type, numRows, data);
  };
}

/** Exact product; only digits beyond a scale of 38 are rounded away. */
export const decimalProduct: ScalarEvaluate = (context, args, numRows, type) => {
  const { arena, validity, span } = context;
  const [a, b] = args as readonly [Vector, Vector];
  const kind = physicalKind(type);
  const drop = scale(a.type) + scale(b.type) - scale(type);
  const run = () => {
    if (kind === 'i64') return runBinary('mul_i64', args, kind, numRows, arena, validity, numRows);
    if (a.kind === 'i64' && b.kind === 'i64') {
      if (drop === 0) return { ...runBinary('mul_i64_i128', args, kind, numRows, arena, numRows), status: 0 };
      const wide = args.map((arg) => operand(arg, scale(arg.type), 'i128', 'multiplication', context));
      return runBinary('mul_i128', wide, kind, numRows, arena, validity, numRows, drop);
    }
    if (a.kind === 'i64' || b.kind === 'i64') {
      const wideFirst = a.kind === 'i64' ? [b, a] : [a, b];
      return runBinary('mul_i128_i64', wideFirst, kind, numRows, arena, validity, numRows, drop);
    }
    return runBinary('mul_i128', args, kind, numRows, arena, validity, numRows, drop);
  };
  const { status, data } = run();
  checkStatus(status, 'multiplication', type, span);
  return Vector.flat(type, numRows, data);
};

/** Quotient rounded half away from zero at the scale of the result. */
export const decimalQuotient: ScalarEvaluate = (context, args, numRows, type) => {
  const { arena, validity, span } = context;
  const operands = args.map((arg) => operand(arg, scale(arg.type), 'i128', 'division', context));
  const shift = scale(type) - scale(args[0]!.type) + scale(args[1]!.type);
  const { status, data } = runBinary('div_i128', operands, 'i128', numRows, arena, validity, numRows, shift, 1);
  checkStatus(status, 'division', type, span);
  return Vector.flat(type, numRows, data);
};

/** Remainder of the truncated quotient, with the sign of the dividend. */
export const decimalRemainder: ScalarEvaluate = (context, args, numRows, type) => {
  const { arena, validity, span } = context;
  const commonScale = scale(type);
  const narrow = args.every((arg) => (arg.type as DecimalType).precision - scale(arg.type) + commonScale <= 18);
  const kind = narrow ? 'i64' : 'i128';
  const operands = args.map((arg) => operand(arg, narrow ? commonScale : scale(arg.type), kind, 'modulo', context));
  const [aShift, bShift] = operands.map((arg) => commonScale - scale(arg.type)) as [number, number];
  const { status, data } = narrow
    ? runBinary('mod_i64', operands, kind, numRows, arena, validity, numRows)
    : runBinary('mod_i128', operands, kind, numRows, arena, validity, numRows, aShift, bShift);
  checkStatus(status, 'modulo', type, span);
  if (kind === physicalKind(type)) return Vector.flat(type, numRows, data);
  // The digits of the result are those of the narrower operand, so its width may be the smaller one.
  const wide = Vector.flat(decimal(38, commonScale), numRows, data);
  const converted = convertInteger(wide, type, validity, 0, arena);
  checkStatus(converted.status, 'modulo', type, span);
  return Vector.flat(type, numRows, converted.data);
};

/** `-x` or `|x|` of a decimal, which has the digits of `x`. */
export function decimalSign(operation: 'neg' | 'abs', called: string): ScalarEvaluate {
  return ({ arena, validity, span }, args, numRows, type) => {
    const kernels = expressionKernels(arena);
    const x = args[0]!;
    if (x.kind === 'i64') {
      const data = arena.allocate(numRows * 8);
      checkStatus(kernels[`${operation}_i64`](data, x.data, validity, numRows), called, type, span);
      return Vector.flat(type, numRows, data);
    }
    const data = arena.allocate(numRows * 16);
    kernels.neg_i128(data, x.data, numRows, operation === 'abs' ? 1 : 0);
    return Vector.flat(type, numRows, data);
  };
}

function scale(type: DataType): number {
  return (type as DecimalType).scale;
}
