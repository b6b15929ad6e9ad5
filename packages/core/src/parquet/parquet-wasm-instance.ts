import type { ParquetWasmLoader, ParquetWasmModule } from './parquet-wasm-loader.ts';

/** An instance whose memory has grown beyond this is replaced: it never shrinks. */
const MAX_INSTANCE_BYTES = 256 << 20;

const instances = new WeakMap<ParquetWasmLoader, ParquetWasmModule>();

/**
 * Runs `use` with the loader's current instance, which is replaced when it has grown too large, and after a panic, which
 * leaves it in an undefined state.
 */
export function withParquetWasm<T>(loader: ParquetWasmLoader, use: (module: ParquetWasmModule) => T): T {
  let module = instances.get(loader);
  if (!module) {
    module = loader.instantiate();
    instances.set(loader, module);
  }
  let isSound = false;
  try {
    const result = use(module);
    isSound = true;
    return result;
  } catch (error) {
    isSound = !(error instanceof WebAssembly.RuntimeError) && !(error instanceof RangeError);
    throw error;
  } finally {
    if (!isSound || module.wasmMemory().buffer.byteLength > MAX_INSTANCE_BYTES) instances.delete(loader);
  }
}
