/// <reference types="node" />
import { createRequire } from 'node:module';
import type { ParquetWasmLoader, ParquetWasmModule } from './parquet-wasm-loader.ts';

const require = createRequire(import.meta.url);

/** `parquet-wasm`, evaluated anew for each instance, for tests. */
export const nodeParquetWasm: ParquetWasmLoader = {
  instantiate() {
    const path = require.resolve('parquet-wasm/node');
    delete require.cache[path];
    return require(path) as ParquetWasmModule;
  },
};
