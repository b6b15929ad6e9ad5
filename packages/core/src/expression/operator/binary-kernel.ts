import { KIND_WIDTH, type PhysicalKind } from '../../types/index.ts';
import type { Address, Arena, Vector } from '../../vector/index.ts';
import { type ExpressionKernelName, expressionKernels } from '../expression-kernels.ts';

/** What a binary kernel gave: its status and where the values are. */
export interface KernelResult {
  readonly status: number;
  readonly data: Address;
}

type Base<Suffix extends string> = ExpressionKernelName extends infer Name
  ? Name extends `${infer Stem}${Suffix}`
    ? Stem
    : never
  : never;

/** Kernels that exist for two vectors and for a vector and a constant; the operands of those without `_cv` commute. */
export type BinaryKernel = Base<'_vv'> & Base<'_vc'>;

/**
 * Runs the variant of a binary kernel that the encodings of the operands (flat or constant, one at least flat) ask for, with
 * the parameters `(out, a, b, ...rest)`.
 */
export function runBinary(
  name: BinaryKernel,
  args: readonly Vector[],
  resultKind: PhysicalKind,
  numRows: number,
  arena: Arena,
  ...rest: readonly number[]
): KernelResult {
  const [a, b] = args as readonly [Vector, Vector];
  const kernels = expressionKernels(arena);
  const data = arena.allocate(numRows * KIND_WIDTH[resultKind]);
  if (a.encoding !== 'constant') {
    const kernel = b.encoding === 'constant' ? kernels[`${name}_vc`] : kernels[`${name}_vv`];
    return { status: kernel(data, a.data, b.data, ...rest), data };
  }
  const mirrored = `${name}_cv` as ExpressionKernelName;
  const status =
    mirrored in kernels
      ? kernels[mirrored](data, a.data, b.data, ...rest)
      : kernels[`${name}_vc`](data, b.data, a.data, ...rest);
  return { status, data };
}
