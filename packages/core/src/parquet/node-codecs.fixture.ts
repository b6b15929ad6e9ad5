/// <reference types="node" />
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { CodecRegistry } from './codec-registry.ts';

const DECOMPRESS = { gzip: gunzipSync, brotli: brotliDecompressSync, zstd: zstdDecompressSync };

/** Codecs of `node:zlib`, for tests. */
export const nodeCodecs: CodecRegistry = {
  has: () => true,
  decompress(codec, source, target) {
    const bytes = DECOMPRESS[codec](source, {
      maxOutputLength: Math.max(1, target.length),
      chunkSize: Math.max(64, target.length),
    });
    target.set(bytes);
    return bytes.length;
  },
};
