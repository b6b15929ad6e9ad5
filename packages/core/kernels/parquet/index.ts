// Kernels that decode Parquet pages: decompression, encodings, levels, conversion to the engine's kinds.
// Whoever calls them has checked that the bytes which they are told about exist; they check everything that the bytes say.
export * from './bit-unpack';
export * from './byte-array';
export * from './byte-stream-split';
export * from './convert';
export * from './crc32';
export * from './delta';
export * from './hybrid';
export * from './lz4';
export * from './nested';
export * from './snappy';
export * from './spread';
export { copy_bytes, fill_bytes } from '../vector/memory-block';
