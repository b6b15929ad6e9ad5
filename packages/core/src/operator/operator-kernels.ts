import type { EmbeddedModule } from '../vector/index.ts';
import * as exchangeModule from '../vector/kernel-modules/exchange.generated.ts';
import * as operatorModule from '../vector/kernel-modules/operator.generated.ts';
import * as windowModule from '../vector/kernel-modules/window.generated.ts';

export type OperatorKernelName = (typeof operatorModule.NAMES)[number];
export type WindowKernelName = (typeof windowModule.NAMES)[number];
export type ExchangeKernelName = (typeof exchangeModule.NAMES)[number];

/** Kernels of `kernels/operator`: hashing, grouping, accumulating, joining, sorting. */
export const OPERATOR_KERNELS: EmbeddedModule<OperatorKernelName> = operatorModule;

/** Kernels of `kernels/exchange`: the layouts of blocks. */
export const EXCHANGE_KERNELS: EmbeddedModule<ExchangeKernelName> = exchangeModule;

/** Kernels of `kernels/window`: partitions, frames and what is computed over them. */
export const WINDOW_KERNELS: EmbeddedModule<WindowKernelName> = windowModule;
