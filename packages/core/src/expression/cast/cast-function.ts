import type { DataType, TypeId } from '../../types/index.ts';
import type { Address, Vector } from '../../vector/index.ts';
import type { EvaluationContext } from '../function.ts';

/** What a cast has at hand besides the values; `validity` is that of the values. */
export interface CastContext extends EvaluationContext {
  /** TRY_CAST: a value that cannot be converted becomes null instead of an error. */
  readonly safe: boolean;
  /** Casts of parts of a value, such as the elements of an array; here, because the table of casts may not import its reader. */
  readonly castVector: (context: EvaluationContext, vector: Vector, target: DataType, safe: boolean) => Vector;
}

/**
 * Converts a flat vector to `target`. The answer is flat, with its final validity: the input's; with `context.safe`, also
 * null where a value could not be converted. Without `safe` such a value throws `CAST_FAILED` (its text is no such value)
 * or `OVERFLOW` (no room for it in the type). Rows that are null never fail. The answer may share the input's memory.
 */
export type CastFunction = (context: CastContext, values: Vector, target: DataType) => Vector;

/** One entry of the cast table. */
export interface CastDefinition {
  readonly from: TypeId;
  readonly to: TypeId;
  readonly convert: CastFunction;
}

/** Definitions for each pair of the given types. */
export function castsBetween(
  from: readonly TypeId[],
  to: readonly TypeId[],
  convert: CastFunction,
): readonly CastDefinition[] {
  return from.flatMap((source) => to.map((target) => ({ from: source, to: target, convert })));
}

/**
 * Validity bytes that a `safe` cast may clear: a copy of the input's, or ones; 0 when the cast is not safe. Kernels clear the
 * byte of a row that fails when they are given it, and answer with a status when it is 0.
 */
export function failuresTo({ safe, arena, kernels }: CastContext, values: Vector): Address {
  if (!safe) return 0;
  const bytes = arena.allocate(values.length);
  if (values.validity === 0) kernels.fill_bytes!(bytes, 1, values.length);
  else kernels.copy_bytes!(bytes, values.validity, values.length);
  return bytes;
}
