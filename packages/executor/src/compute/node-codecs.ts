import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { type CodecRegistry, internal, type RegistryCodec } from '@millrace/core/executor';

/** What `node:zlib` can decompress. */
export const nodeCodecs: CodecRegistry = Object.freeze({
  has: (codec: RegistryCodec) => codec === 'gzip' || codec === 'brotli' || codec === 'zstd',
  decompress(codec: RegistryCodec, source: Uint8Array, target: Uint8Array): number {
    // A bomb stops at what the page header has declared, one byte more than which is an error of the page.
    const bytes = decompressor(codec)(source, { maxOutputLength: Math.max(1, target.length) });
    target.set(bytes);
    return bytes.length;
  },
});

function decompressor(codec: RegistryCodec) {
  switch (codec) {
    case 'gzip':
      return gunzipSync;
    case 'brotli':
      return brotliDecompressSync;
    case 'zstd':
      return zstdDecompressSync;
    default:
      throw internal(`the codec ${String(codec)} is not in node:zlib`);
  }
}
