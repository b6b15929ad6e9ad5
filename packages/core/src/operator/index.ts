export * from './operator.ts';
export type * from './task-io.ts';
export type * from './task-runner.ts';
