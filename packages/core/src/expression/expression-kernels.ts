import type { Arena } from '../vector/index.ts';
import {
  type EmbeddedModule,
  type KernelModule,
  type LinearMemory,
  VECTOR_KERNELS,
  type VectorKernelName,
} from '../vector/index.ts';
import * as expressionModule from '../vector/kernel-modules/expression.generated.ts';
import { FUNCTION_KERNELS } from './scalar/function-kernels.ts';

export type ExpressionKernelName = (typeof expressionModule.NAMES)[number];

/** The kernels of `kernels/expression`: arithmetic, comparisons, logic, casts, dates. */
const EXPRESSION_KERNELS: EmbeddedModule<ExpressionKernelName> = expressionModule;

/** The expression kernels over an arena's memory. */
export function expressionKernels(arena: Arena): KernelModule<ExpressionKernelName> {
  return arena.memory.kernels(EXPRESSION_KERNELS);
}

/** The vector kernels over an arena's memory. */
export function vectorKernels(arena: Arena): KernelModule<VectorKernelName> {
  return arena.memory.kernels(VECTOR_KERNELS);
}

const merged = new WeakMap<LinearMemory, KernelModule>();

/** What `EvaluationContext.kernels` offers: the kernels of every module that functions use, by name. */
export function kernelsForFunctions(memory: LinearMemory): KernelModule {
  let kernels = merged.get(memory);
  if (!kernels) {
    kernels = {
      ...memory.kernels(VECTOR_KERNELS),
      ...memory.kernels(EXPRESSION_KERNELS),
      ...memory.kernels(FUNCTION_KERNELS),
    };
    merged.set(memory, kernels);
  }
  return kernels;
}
