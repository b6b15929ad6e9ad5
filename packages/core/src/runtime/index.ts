export * from './clock.ts';
export * from './memory-ledger.ts';
export * from './random.ts';
export * from './timers.ts';
