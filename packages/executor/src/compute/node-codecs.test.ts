import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { nodeCodecs } from './node-codecs.ts';

const PLAIN = new TextEncoder().encode('the channel that carries water from the pond to the wheel '.repeat(200));

/** A view in the middle of shared WebAssembly memory, as decoders have it. */
function shared(bytes: Uint8Array): Uint8Array {
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 4, shared: true });
  const view = new Uint8Array(memory.buffer, 1001, bytes.length);
  view.set(bytes);
  return view;
}

const compressors = [
  ['gzip', gzipSync],
  ['brotli', brotliCompressSync],
  ['zstd', zstdCompressSync],
] as const;

test.each(compressors)('%s into and out of shared memory', (codec, compress) => {
  const target = shared(new Uint8Array(PLAIN.length));
  expect(nodeCodecs.has(codec)).toBe(true);
  expect(nodeCodecs.decompress(codec, shared(compress(PLAIN)), target)).toBe(PLAIN.length);
  expect(Buffer.compare(target, PLAIN)).toBe(0);
});

test.each(compressors)('%s never writes more than was declared', (codec, compress) => {
  const target = new Uint8Array(100);
  expect(() => nodeCodecs.decompress(codec, compress(PLAIN), target)).toThrow();
  expect(() => nodeCodecs.decompress(codec, compress(PLAIN).subarray(0, 20), new Uint8Array(PLAIN.length))).toThrow();
  expect(() => nodeCodecs.decompress(codec, new Uint8Array([1, 2, 3]), target)).toThrow();
});

test.each(compressors)('%s of nothing', (codec, compress) => {
  expect(nodeCodecs.decompress(codec, compress(new Uint8Array(0)), new Uint8Array(0))).toBe(0);
});
