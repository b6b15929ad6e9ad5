import { internal, QueryError } from '../../error/index.ts';
import { KERNEL_STATUS } from '../../vector/kernels.ts';
import type { EvaluationContext } from '../function.ts';

/** Which row a kernel could not do, and its status (see `failure` in kernels/function/row.ts). */
export interface KernelFailure {
  readonly row: number;
  readonly status: number;
}

/** The failure in a kernel's answer, `undefined` when all went well. */
export function kernelFailure(answer: number): KernelFailure | undefined {
  if (answer === 0) return undefined;
  return { row: (answer >>> 4) - 1, status: answer & 15 };
}

/** Messages for the statuses that a kernel may answer with. */
export type FailureMessages = Partial<Record<keyof typeof KERNEL_STATUS, string>>;

/** Throws for a kernel that failed: overflow, division by zero or an invalid value, with the message for its status. */
export function checkAnswer(answer: number, context: EvaluationContext, messages: FailureMessages): void {
  if (answer === 0) return;
  const { span } = context;
  switch (answer & 15) {
    case KERNEL_STATUS.overflow:
      throw new QueryError('OVERFLOW', messages.overflow ?? 'value out of range', { span });
    case KERNEL_STATUS.divisionByZero:
      throw new QueryError('DIVISION_BY_ZERO', messages.divisionByZero ?? 'division by zero', { span });
    case KERNEL_STATUS.invalidValue:
      throw new QueryError('INVALID_VALUE', messages.invalidValue ?? 'invalid value', { span });
    default:
      throw internal(`a kernel answered with status ${answer & 15}`);
  }
}

/** The bytes that a kernel asks for, or the error when its answer is negative. */
export function checkBytes(answer: number, context: EvaluationContext, messages: FailureMessages = {}): number {
  if (answer < 0) checkAnswer(-answer, context, messages);
  return answer;
}
