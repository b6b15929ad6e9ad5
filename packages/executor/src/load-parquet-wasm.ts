import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ParquetWasmLoader } from '@millrace/core/executor';
import { parquetWasmLoader } from './compute/parquet-wasm-instance.ts';

/**
 * `parquet-wasm` for an executor on the calling thread. Nothing is read before the first column that only it can decode; reading and
 * compiling it then takes some tens of milliseconds, once.
 */
export function lazyParquetWasm(): ParquetWasmLoader {
  let loader: ParquetWasmLoader | undefined;
  return {
    instantiate() {
      loader ??= load();
      return loader.instantiate();
    },
  };
}

function load(): ParquetWasmLoader {
  const { resolve } = createRequire(import.meta.url);
  return parquetWasmLoader({
    script: readFileSync(resolve('parquet-wasm/node'), 'utf8'),
    module: new WebAssembly.Module(readFileSync(resolve('parquet-wasm/node/parquet_wasm_bg.wasm'))),
  });
}
