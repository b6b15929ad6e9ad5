import { Vector } from '../../vector/index.ts';
import { expressionKernels } from '../expression-kernels.ts';
import type { ScalarEvaluate } from '../function.ts';
import { checkStatus } from '../kernel-status.ts';
import { runBinary } from './binary-kernel.ts';

const OPERATION = { add: 'addition', sub: 'subtraction', mul: 'multiplication', div: 'division' } as const;

/** Evaluation of an operator on two floats of one type; float32 results are rounded to 32 bits. */
export function floatOperator(operation: keyof typeof OPERATION): ScalarEvaluate {
  return ({ arena, validity, span }, args, numRows, type) => {
    const narrow = type.id === 'float32' ? 1 : 0;
    const { status, data } = runBinary(`${operation}_f64`, args, 'f64', numRows, arena, validity, numRows, narrow);
    checkStatus(status, OPERATION[operation], type, span);
    return Vector.flat(type, numRows, data);
  };
}

/** `-x` or `|x|` of a float. */
export function floatSign(operation: 'neg' | 'abs'): ScalarEvaluate {
  return ({ arena }, args, numRows, type) => {
    const data = arena.allocate(numRows * 8);
    expressionKernels(arena)[`${operation}_f64`](data, args[0]!.data, numRows);
    return Vector.flat(type, numRows, data);
  };
}
