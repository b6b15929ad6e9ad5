import { compileFunction } from 'node:vm';
import type { ParquetWasmLoader, ParquetWasmModule } from '@millrace/core/executor';
import type { ParquetWasmSource } from '../protocol/messages.ts';

/**
 * Instances of `parquet-wasm` without a file and without waiting. Its script for Node keeps its one instance in module variables, so each
 * instance evaluates the script anew, with a `require` and a `WebAssembly` that give it the module compiled before.
 */
export function parquetWasmLoader({ script, module }: ParquetWasmSource): ParquetWasmLoader {
  const names = ['exports', 'require', '__dirname', 'WebAssembly'];
  const noFiles = () => ({ readFileSync: () => new Uint8Array() });
  const webAssembly = {
    Instance: WebAssembly.Instance,
    Memory: WebAssembly.Memory,
    Module: class {
      constructor() {
        // biome-ignore lint/correctness/noConstructorReturn: the script calls `new WebAssembly.Module(bytes)`.
        return module;
      }
    },
  };
  return {
    instantiate(): ParquetWasmModule {
      const exports = {};
      compileFunction(script, names, { filename: 'parquet-wasm/node' })(exports, noFiles, '', webAssembly);
      return exports as ParquetWasmModule;
    },
  };
}
