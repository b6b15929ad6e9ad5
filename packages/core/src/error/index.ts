export * from './query-error.ts';
