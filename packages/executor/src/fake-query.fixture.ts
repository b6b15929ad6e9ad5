import {
  type Execution,
  type Executor,
  InlineExecutor,
  type ResultBlock,
  type Stage,
  type StageGraph,
  systemClock,
  type TaskSettings,
} from '@millrace/core/executor';
import { nodeCodecs } from './compute/node-codecs.ts';
import { createTaskRunner, defaultFunctions, type FakeProgram, fakeFragment } from './fake-task-module.fixture.ts';
import { threadExecutor } from './thread-executor.ts';
import type { ThreadExecutorOptions } from './thread-executor-options.ts';

const FAKE_TASKS = new URL('./fake-task-module.fixture.ts', import.meta.url).href;

export const SETTINGS: TaskSettings = {
  batchRows: 2048,
  memoryBytes: 2 ** 30,
  readAheadBytes: 2 ** 20,
  blockBytes: 2 ** 20,
  startedMicros: 0n,
  timeZone: 'UTC',
  seed: 1,
  decoder: 'auto',
  fusion: 'auto',
};

export const RESULT = { kind: 'result' } as const;
const NO_SPLITS = { splits: [] };

export function fakeStage(id: number, program: FakeProgram, rest: Partial<Stage> = {}): Stage {
  return {
    id,
    fragment: fakeFragment(program),
    inputs: [],
    tasks: { kind: 'one', slice: NO_SPLITS },
    output: { kind: 'single' },
    ...rest,
  };
}

export function fakeGraph(...stages: readonly Stage[]): StageGraph {
  return { version: 1, stages };
}

/** Tasks that scan nothing. */
export function manyTasks(numTasks: number): Stage['tasks'] {
  return { kind: 'splits', slices: Array.from({ length: numTasks }, () => NO_SPLITS) };
}

/** Tasks that each scan some whole objects of the store `lake`. */
export function scanTasks(objects: readonly { path: string; size: number; version: string }[][]): Stage['tasks'] {
  const slices = objects.map((slice) => ({
    splits: [
      {
        node: 0,
        splits: slice.map(({ path, size, version }) => ({
          format: 'parquet' as const,
          store: 'lake',
          path,
          version,
          sizeBytes: size,
          rowGroup: 0,
          firstRow: 0,
          numRows: 1,
          columns: [],
        })),
      },
    ],
  }));
  return { kind: 'splits', slices };
}

/** Executors that run fake tasks: on this thread, and on one, two and four others. */
export const FAKE_EXECUTORS: readonly (readonly [string, () => Executor])[] = [
  ['inline', () => fakeInlineExecutor()],
  ['1 worker', () => fakeThreadExecutor({ threads: 1 })],
  ['2 workers', () => fakeThreadExecutor({ threads: 2 })],
  ['4 workers', () => fakeThreadExecutor({ threads: 4, storage: { threads: 2 } })],
];

function fakeInlineExecutor(): Executor {
  const functions = defaultFunctions();
  return new InlineExecutor({ createTaskRunner, functions, codecs: nodeCodecs, clock: systemClock });
}

export function fakeThreadExecutor(options: ThreadExecutorOptions): Executor {
  return threadExecutor({ taskModule: FAKE_TASKS, ...options });
}

let numQueries = 0;

export function startQuery(
  executor: Executor,
  graph: StageGraph,
  options: { readonly signal?: AbortSignal; readonly onProgress?: () => void } = {},
): Execution {
  numQueries += 1;
  return executor.execute(graph, { query: `query ${numQueries}`, settings: SETTINGS, ...options });
}

/** The bytes of the result, block by block. */
export async function readAll(execution: Execution): Promise<Uint8Array[]> {
  const blocks: Uint8Array[] = [];
  for await (const { buffer } of execution.blocks) blocks.push(new Uint8Array(buffer));
  return blocks;
}

export async function readFirst(execution: Execution): Promise<ResultBlock | undefined> {
  for await (const block of execution.blocks) return block;
  return undefined;
}
