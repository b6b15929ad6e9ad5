import { QueryError } from '../error/index.ts';
import { defaultFunctions } from '../expression/registry.ts';
import { createTaskRunner, SharedBuilds } from '../operator/index.ts';
import type { CodecRegistry } from '../parquet/codec-registry.ts';
import type { ParquetWasmLoader } from '../parquet/parquet-wasm-loader.ts';
import type { Executor } from '../physical/index.ts';
import { InlineExecutor } from '../physical/stage/inline-executor.ts';
import { type Clock, systemClock } from '../runtime/index.ts';
import type { SpillStore } from '../storage/index.ts';

/** Components of an {@link inlineExecutor}. */
export interface InlineExecutorOptions {
  /** Decompression of zstd, gzip and brotli. Default: none; files that need it are `FEATURE_NOT_IMPLEMENTED`. */
  readonly codecs?: CodecRegistry;
  /** The decoder for Parquet encodings that the project's own does not know. Default: none. */
  readonly parquetWasm?: ParquetWasmLoader;
  /** Where queries put what does not fit into memory. Default: nowhere; what does not fit is `MEMORY_LIMIT`. */
  readonly spill?: SpillStore | undefined;
  /** Default: the clock of the system. */
  readonly clock?: Clock;
}

/**
 * An executor without threads: tasks run on the calling thread, one at a time, while the result is pulled. See
 * {@link InlineExecutor}.
 */
export function inlineExecutor(options: InlineExecutorOptions = {}): Executor {
  return new InlineExecutor({
    createTaskRunner,
    createSharedBuilds: (account) => new SharedBuilds(account),
    functions: defaultFunctions(),
    codecs: options.codecs ?? NO_CODECS,
    parquetWasm: options.parquetWasm,
    clock: options.clock ?? systemClock,
    spill: options.spill,
  });
}

const NO_CODECS: CodecRegistry = {
  has: () => false,
  decompress(codec) {
    throw new QueryError('FEATURE_NOT_IMPLEMENTED', `This engine was made without a decompressor for ${codec}.`, {
      hint: 'Use the millrace package, or give the executor codecs.',
    });
  },
};
