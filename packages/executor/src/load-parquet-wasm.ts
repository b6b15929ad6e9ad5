import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ParquetWasmLoader } from '@millrace/core/executor';
import { parquetWasmLoader } from './compute/parquet-wasm-instance.ts';

let loader: ParquetWasmLoader | undefined;

/**
 * `parquet-wasm` for executors on the calling thread. Nothing is read before the first column that only it can decode; reading and
 * compiling it then takes some tens of milliseconds, once for the process.
 */
export const lazyParquetWasm: ParquetWasmLoader = Object.freeze({
  instantiate() {
    loader ??= load();
    return loader.instantiate();
  },
});

function load(): ParquetWasmLoader {
  const { resolve } = createRequire(import.meta.url);
  return parquetWasmLoader({
    script: readFileSync(resolve('parquet-wasm/node'), 'utf8'),
    module: new WebAssembly.Module(readFileSync(resolve('parquet-wasm/node/parquet_wasm_bg.wasm'))),
  });
}
