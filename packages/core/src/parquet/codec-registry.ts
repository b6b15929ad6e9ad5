/** Codecs that are not kernels. Snappy, lz4_raw and uncompressed never come here. */
export type RegistryCodec = 'gzip' | 'brotli' | 'zstd';

/**
 * Decompression as a component: `core` has no `node:*`, so the executor brings what `node:zlib` can do.
 */
export interface CodecRegistry {
  /** Whether `decompress` knows the codec on this platform. */
  has(codec: RegistryCodec): boolean;

  /**
   * Decompresses `source` into `target`, whose length is what the page header declares. Answers with the number of bytes
   * that it wrote; it must never write more than `target` holds. Throws on malformed input (any error; the caller names file
   * and page). Both arrays may lie over shared WebAssembly memory.
   */
  decompress(codec: RegistryCodec, source: Uint8Array, target: Uint8Array): number;
}
