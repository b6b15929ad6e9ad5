import { internal } from '../error/index.ts';
import { outputColumns, type TaskSpec } from '../physical/index.ts';
import { ExchangeOutput } from './exchange-output.ts';
import type { OperatorContext } from './operator-context.ts';
import { ResultOutput } from './result-output.ts';
import type { TaskOutput } from './task-output.ts';

/** Where the rows of a task go, by the output of its stage. */
export function createTaskOutput(spec: TaskSpec, context: OperatorContext): TaskOutput {
  const { output, fragment, settings } = spec;
  const columns = outputColumns(fragment);
  const types = columns.map((column) => column.type);
  switch (output.kind) {
    case 'result':
      return new ResultOutput(types, settings.blockBytes, context.memory, context.account);
    case 'single':
    case 'broadcast':
      return new ExchangeOutput(types, undefined, settings.blockBytes, context.memory, context.account);
    case 'hash': {
      const keys = output.columns.map((id) => {
        const place = columns.findIndex((column) => column.id === id);
        if (place < 0) throw internal(`an exchange is partitioned by column ${id}, which its stage does not give`);
        return place;
      });
      const partitioning = { keys, numPartitions: output.numPartitions };
      return new ExchangeOutput(types, partitioning, settings.blockBytes, context.memory, context.account);
    }
  }
}
