import type { Address } from '../vector/index.ts';
import type { RegistryCodec } from './codec-registry.ts';
import type { ColumnReaderContext } from './column-reader.ts';
import { badPage, type PagePlace, unsupportedPage } from './file-error.ts';
import { CODEC, CODEC_NAMES } from './parquet-format.ts';
import { parquetKernels } from './parquet-kernels.ts';

/** The uncompressed bytes of a page, or of a part of it. */
export interface PageBytes {
  readonly address: Address;
  readonly length: number;
  /** The block to free when nothing refers to the bytes any more; 0 when they lie in the chunk itself. */
  readonly block: Address;
}

const REGISTRY_CODECS: Readonly<Record<number, RegistryCodec>> = {
  [CODEC.gzip]: 'gzip',
  [CODEC.brotli]: 'brotli',
  [CODEC.zstd]: 'zstd',
};

/** Whether {@link uncompressPage} knows a codec. */
export function canUncompress(codec: number, context: ColumnReaderContext): boolean {
  if (codec === CODEC.uncompressed || codec === CODEC.snappy || codec === CODEC.lz4Raw) return true;
  const name = REGISTRY_CODECS[codec];
  return name !== undefined && context.codecs.has(name);
}

/**
 * Uncompresses `length` bytes at `source` to exactly `numBytes`. What is stored uncompressed, or as one literal, is used where
 * it lies. The block is charged to the context's account.
 */
export function uncompressPage(
  context: ColumnReaderContext,
  codec: number,
  source: Address,
  length: number,
  numBytes: number,
  place: PagePlace,
): PageBytes {
  const { memory, statistics } = context;
  statistics.compressedBytes += length;
  statistics.uncompressedBytes += numBytes;
  if (codec === CODEC.uncompressed) {
    if (length !== numBytes) throw badPage(place, `it has ${length} bytes and announces ${numBytes}`);
    return { address: source, length, block: 0 };
  }
  if (numBytes === 0) return { address: source, length: 0, block: 0 };
  const kernels = parquetKernels(memory);
  if (codec === CODEC.snappy) {
    const literal = kernels.snappy_literal(source, length, numBytes) >>> 0;
    if (literal !== 0) return { address: literal, length: numBytes, block: 0 };
  }
  const target = memory.allocate(numBytes, context.account);
  try {
    uncompress(context, codec, source, length, target, numBytes, place);
  } catch (error) {
    memory.free(target);
    throw error;
  }
  return { address: target, length: numBytes, block: target };
}

function uncompress(
  context: ColumnReaderContext,
  codec: number,
  source: Address,
  length: number,
  target: Address,
  numBytes: number,
  place: PagePlace,
): void {
  const kernels = parquetKernels(context.memory);
  const name = CODEC_NAMES[codec] ?? `codec ${codec}`;
  let isRight: boolean;
  if (codec === CODEC.snappy) isRight = kernels.snappy_decompress(source, length, target, numBytes) === 0;
  else if (codec === CODEC.lz4Raw) isRight = kernels.lz4_decompress(source, length, target, numBytes) === 0;
  else {
    const registryCodec = REGISTRY_CODECS[codec];
    if (registryCodec === undefined || !context.codecs.has(registryCodec)) {
      throw unsupportedPage(place, `the compression ${name}`);
    }
    const { u8 } = context.memory;
    const input = u8.subarray(source, source + length);
    const output = u8.subarray(target, target + numBytes);
    try {
      isRight = context.codecs.decompress(registryCodec, input, output) === numBytes;
    } catch (cause) {
      throw badPage(place, `its ${name} data cannot be decompressed to ${numBytes} bytes`, cause);
    }
  }
  if (!isRight) throw badPage(place, `its ${name} data cannot be decompressed to ${numBytes} bytes`);
}
