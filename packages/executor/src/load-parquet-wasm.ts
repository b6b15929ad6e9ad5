import type { ParquetWasmLoader } from '@millrace/core/executor';
import { parquetWasmLoader } from './compute/parquet-wasm-instance.ts';
import { parquetWasmSource } from './parquet-wasm-source.ts';

/** Reads and compiles `parquet-wasm`, for an executor on the calling thread; once for the process. */
export async function loadParquetWasm(): Promise<ParquetWasmLoader> {
  return parquetWasmLoader(await parquetWasmSource());
}
