export { createTaskRunner } from './create-task-runner.ts';
export * from './operator.ts';
export type * from './operator-context.ts';
export type * from './task-io.ts';
export type * from './task-runner.ts';
