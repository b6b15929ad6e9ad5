/**
 * The part of `parquet-wasm` that decoding uses; `import * as module from 'parquet-wasm/esm'` after `initSync`, or
 * `require('parquet-wasm/node')`, is such an object.
 */
export interface ParquetWasmModule {
  readParquet(file: Uint8Array, options?: { readonly batchSize?: number }): ParquetWasmTable;
  wasmMemory(): WebAssembly.Memory;
}

export interface ParquetWasmTable {
  /** Consumes the table. */
  intoFFI(): ParquetWasmStream;
}

/** Arrow C data interface structs in the module's memory. */
export interface ParquetWasmStream {
  numArrays(): number;
  arrayAddr(index: number): number;
  schemaAddr(): number;
  free(): void;
}

/**
 * How `parquet-wasm` is instantiated, as a component: `core` reads no files.
 *
 * Every call gives a new instance with a memory of its own: a panic leaves an instance unusable and its memory never
 * shrinks, so instances are replaced now and then. Synchronous, because tasks are.
 */
export interface ParquetWasmLoader {
  instantiate(): ParquetWasmModule;
}
