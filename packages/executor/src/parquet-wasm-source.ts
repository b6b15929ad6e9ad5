import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { ParquetWasmSource } from './protocol/messages.ts';

let source: Promise<ParquetWasmSource> | undefined;

/** `parquet-wasm`, read and compiled once for the process; workers get the compiled module and open no file. */
export function parquetWasmSource(): Promise<ParquetWasmSource> {
  source ??= load();
  return source;
}

async function load(): Promise<ParquetWasmSource> {
  const require = createRequire(import.meta.url);
  const [script, binary] = await Promise.all([
    readFile(require.resolve('parquet-wasm/node'), 'utf8'),
    readFile(require.resolve('parquet-wasm/node/parquet_wasm_bg.wasm')),
  ]);
  return { script, module: await WebAssembly.compile(binary) };
}
