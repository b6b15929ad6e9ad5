export * from './optimizer.ts';
export type * from './rule.ts';
export * from './statistics/estimate.ts';
