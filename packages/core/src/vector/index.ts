export * from './arena.ts';
export * from './batch.ts';
export * from './kernels.ts';
export * from './linear-memory.ts';
export * from './vector.ts';
