import { QueryError } from '../../error/index.ts';
import type { DataType } from '../../types/index.ts';
import { type Address, Vector } from '../../vector/index.ts';
import type { EvaluationContext } from '../function.ts';
import { checkBytes, type FailureMessages } from './kernel-failure.ts';

/** The most bytes that the strings of one batch may have together. */
const MAX_BATCH_BYTES = 2 ** 30;

function allocateBytes(context: EvaluationContext, bytes: number): Address {
  if (bytes > MAX_BATCH_BYTES) {
    throw new QueryError('MEMORY_LIMIT', `The strings of one batch would take ${bytes} bytes.`, {
      span: context.span,
      details: { requestedBytes: bytes, limitBytes: MAX_BATCH_BYTES },
      hint: 'Make shorter strings, or lower the number of rows of a batch.',
    });
  }
  return context.arena.allocate(bytes);
}

/**
 * Strings from a kernel that is called twice: with 0 and 0 it answers how many bytes its results take (or a failure, as a
 * negative number), with addresses it writes them.
 */
export function sizedText(
  context: EvaluationContext,
  type: DataType,
  numRows: number,
  kernel: (out: Address, bytes: Address) => number,
  messages: FailureMessages = {},
): Vector {
  const total = checkBytes(kernel(0, 0), context, messages);
  const out = context.arena.allocate(numRows * 8);
  kernel(out, allocateBytes(context, total));
  return Vector.flat(type, numRows, out);
}

/** Strings from a kernel whose results take at most `maxBytes` bytes together. */
export function boundedText(
  context: EvaluationContext,
  type: DataType,
  numRows: number,
  maxBytes: number,
  kernel: (out: Address, bytes: Address) => void,
): Vector {
  const out = context.arena.allocate(numRows * 8);
  kernel(out, allocateBytes(context, Math.ceil(maxBytes)));
  return Vector.flat(type, numRows, out);
}
