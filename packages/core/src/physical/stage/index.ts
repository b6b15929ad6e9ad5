export type * from './executor.ts';
export type * from './result-block.ts';
export type * from './stage.ts';
export type * from './task-spec.ts';
