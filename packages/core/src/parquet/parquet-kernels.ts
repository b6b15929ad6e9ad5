import type { EmbeddedModule, KernelModule, LinearMemory } from '../vector/index.ts';
import * as parquetModule from '../vector/kernel-modules/parquet.generated.ts';

export type ParquetKernelName = (typeof parquetModule.NAMES)[number];

/** The kernels of `kernels/parquet`. */
const PARQUET_KERNELS: EmbeddedModule<ParquetKernelName> = parquetModule;

/** The Parquet kernels over a memory. */
export function parquetKernels(memory: LinearMemory): KernelModule<ParquetKernelName> {
  return memory.kernels(PARQUET_KERNELS);
}
