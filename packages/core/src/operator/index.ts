export { createTaskRunner } from './create-task-runner.ts';
export { ExchangeBlockReader, encodeExchangeBlock } from './exchange-block.ts';
export * from './operator.ts';
export type * from './operator-context.ts';
export { type EncodedBlock, encodeResultBlock } from './result-block.ts';
export type * from './task-io.ts';
export type * from './task-runner.ts';
