export { createTaskRunner } from './create-task-runner.ts';
export { SharedBuilds } from './join/shared-builds.ts';
export * from './operator.ts';
export type * from './operator-context.ts';
export type * from './spill/spill-io.ts';
export type * from './task-io.ts';
export type * from './task-runner.ts';
