import type { Column } from '../expression/index.ts';
import type { TaskReport, TaskSpec } from '../physical/index.ts';
import { type Row, rowsFromBlock } from '../vector/row-reader.ts';
import { createTaskRunner } from './create-task-runner.ts';
import type { TestWorld } from './operator.fixture.ts';

export interface TaskBlock {
  readonly partition: number;
  readonly numRows: number;
  readonly buffer: ArrayBuffer;
}

export interface TaskRun {
  readonly blocks: readonly TaskBlock[];
  readonly report: TaskReport;
}

/** Runs a task to its end, copies its blocks out, and sees that no memory is left. */
export function runTask(spec: TaskSpec, world: TestWorld): TaskRun {
  const blocks: TaskBlock[] = [];
  const runner = createTaskRunner(spec, world.environment);
  let report: TaskReport | undefined;
  try {
    for (let idle = 0; !report; ) {
      const step = runner.step();
      if (step.kind === 'done') report = step.report;
      else if (step.kind === 'output') {
        const { partition, numRows, address, bytes } = step;
        const buffer = new ArrayBuffer(bytes);
        new Uint8Array(buffer).set(world.memory.u8.subarray(address, address + bytes));
        blocks.push({ partition, numRows, buffer });
      } else {
        if (++idle > 100_000) throw new Error('blocked for ever');
        world.io.tick();
      }
    }
  } finally {
    while (!runner.close()) world.io.tick();
  }
  if (world.memory.numBlocks !== 0) throw new Error(`${world.memory.numBlocks} blocks of memory were not freed`);
  if (world.account.usedBytes !== 0) throw new Error(`${world.account.usedBytes} bytes are still reserved`);
  return { blocks, report };
}

/** The rows of a task with output `result`. */
export function resultRows(run: TaskRun, columns: readonly Column[]): Row[] {
  const types = columns.map((column) => column.type);
  return run.blocks.flatMap(({ buffer, numRows }) => rowsFromBlock({ buffer, numRows, types }, columns));
}
