import * as functionModule from '../../vector/kernel-modules/function.generated.ts';
import type { EmbeddedModule, KernelModule } from '../../vector/kernels.ts';
import type { EvaluationContext } from '../function.ts';

export type FunctionKernelName = (typeof functionModule.NAMES)[number];

/** The kernels of the scalar functions and of the casts from and to text. */
export const FUNCTION_KERNELS: EmbeddedModule<FunctionKernelName> = functionModule;

/** The function kernels over the memory in which `context` evaluates. */
export function functionKernels(context: Pick<EvaluationContext, 'arena'>): KernelModule<FunctionKernelName> {
  return context.arena.memory.kernels(FUNCTION_KERNELS);
}
