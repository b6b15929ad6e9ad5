import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { QueryError } from '../../error/index.ts';
import { seededRandom } from '../../runtime/index.ts';
import type { PhysicalPlan } from '../physical-plan.ts';
import { StageScheduler, type TaskAttempt } from './scheduler.ts';
import { defaultRetryPolicy } from './scheduler-retry.ts';
import type { ProducedBlock, TaskResult } from './scheduler-stage.ts';
import type { Stage, StageGraph } from './stage.ts';
import type { TaskSettings } from './task-spec.ts';

const SETTINGS: TaskSettings = {
  batchRows: 2048,
  memoryBytes: 1 << 20,
  readAheadBytes: 1 << 20,
  blockBytes: 1 << 20,
  startedMicros: 0n,
  timeZone: 'UTC',
  seed: 1,
  decoder: 'auto',
  fusion: 'auto',
};

const FRAGMENT: PhysicalPlan = { kind: 'ValuesExec', id: 0, columns: [], rows: [] };
const NO_SPLITS = { splits: [] };
const workerLost = new QueryError('WORKER_LOST', 'A worker was lost.');

function stage(id: number, rest: Partial<Stage>): Stage {
  return {
    id,
    fragment: FRAGMENT,
    inputs: [],
    tasks: { kind: 'one', slice: NO_SPLITS },
    output: { kind: 'single' },
    ...rest,
  };
}

function splits(numTasks: number): Stage['tasks'] {
  return { kind: 'splits', slices: Array.from({ length: numTasks }, () => NO_SPLITS) };
}

const RESULT = { kind: 'result' } as const;
const hash = (numPartitions: number) => ({ kind: 'hash', columns: [1], numPartitions }) as const;

/** Scans in three tasks, hashes into four partitions, gives the result. */
const HASHED: StageGraph = {
  version: 1,
  stages: [
    stage(0, { tasks: splits(3), output: hash(4) }),
    stage(1, { inputs: [0], tasks: { kind: 'partitions', numPartitions: 4 }, output: RESULT }),
  ],
};

function scheduler(graph: StageGraph, partitionTaskBytes = 1000) {
  return new StageScheduler(graph, { query: 'q', settings: SETTINGS, partitionTaskBytes });
}

function block(task: number, partition: number, sequence: number, bytes: number): ProducedBlock {
  const location = { kind: 'memory', buffer: new ArrayBuffer(0), offset: 0 } as const;
  return { partition, block: { task, sequence, numRows: 1, bytes, location } };
}

function result({ spec }: TaskAttempt, blocks: readonly ProducedBlock[] = [], numRows = 1): TaskResult {
  const { stage: ofStage, task } = spec;
  return {
    report: {
      stage: ofStage,
      task,
      operators: [],
      numRows,
      peakBytes: 0,
      cpuMs: 0,
      waitMs: 0,
      startedMs: 0,
      endedMs: 0,
      reads: [],
    },
    blocks,
  };
}

function name({ spec, attempt }: TaskAttempt): string {
  return `${spec.stage}.${spec.task}#${attempt}`;
}

function offered(from: StageScheduler, nowMs = 0): TaskAttempt[] {
  const attempts: TaskAttempt[] = [];
  for (let next = from.next(nowMs); next; next = from.next(nowMs)) attempts.push(next);
  return attempts;
}

describe('order', () => {
  test('a stage starts when its inputs are complete', () => {
    const s = scheduler(HASHED);
    const scans = offered(s);
    expect(scans.map(name)).toEqual(['0.0#1', '0.1#1', '0.2#1']);
    for (const scan of scans.slice(0, 2)) s.succeed(scan, result(scan));
    expect(offered(s)).toEqual([]);
    s.succeed(scans[2]!, result(scans[2]!));
    expect(offered(s).map(name)).toEqual(['1.0#1']);
    expect(s.isOver).toBe(false);
  });

  test('the query is over with the last task of the last stage', () => {
    const s = scheduler({ version: 1, stages: [stage(0, { output: RESULT })] });
    const [only] = offered(s);
    expect(s.numResultTasks).toBe(1);
    s.succeed(only!, result(only!));
    expect(s.isOver).toBe(true);
    expect(s.error).toBeUndefined();
    expect(s.stats()).toMatchObject({ numTasks: 1, numTasksDone: 1, numRunning: 0 });
  });

  test('a stage without tasks is complete at once', () => {
    const s = scheduler({
      version: 1,
      stages: [stage(0, { tasks: splits(0) }), stage(1, { inputs: [0], output: RESULT })],
    });
    const [only] = offered(s);
    expect(only!.spec.inputs).toEqual([{ exchange: 0, blocks: [] }]);
  });

  test('a result without tasks is over before it begins', () => {
    const s = scheduler({ version: 1, stages: [stage(0, { tasks: splits(0), output: RESULT })] });
    expect(s.isOver).toBe(true);
    expect(s.next(0)).toBeUndefined();
  });

  test('stages can be passed over by who asks', () => {
    const s = scheduler({
      version: 1,
      stages: [
        stage(0, { tasks: splits(2) }),
        stage(1, { output: { kind: 'broadcast' } }),
        stage(2, { inputs: [0, 1], output: RESULT }),
      ],
    });
    const small = s.next(0, (of, inputBytes) => of.tasks.kind === 'one' && inputBytes() < 10);
    expect(name(small!)).toBe('1.0#1');
    expect(name(s.next(0)!)).toBe('0.0#1');
  });
});

describe('exchange', () => {
  test('blocks come by task, then in the order in which they were made', () => {
    const s = scheduler({
      version: 1,
      stages: [stage(0, { tasks: splits(2) }), stage(1, { inputs: [0], output: RESULT })],
    });
    const [first, second] = offered(s);
    s.succeed(second!, result(second!, [block(1, 0, 1, 1), block(1, 0, 0, 1)]));
    s.succeed(first!, result(first!, [block(0, 0, 0, 1)]));
    const [reader] = offered(s);
    const blocks = reader!.spec.inputs[0]!.blocks;
    expect(blocks.map(({ task, sequence }) => `${task}.${sequence}`)).toEqual(['0.0', '1.0', '1.1']);
  });

  test('partitions are read by neighbours, by bytes alone', () => {
    const s = scheduler(HASHED, 100);
    for (const scan of offered(s)) {
      const blocks = [0, 1, 2, 3].map((partition) => block(scan.spec.task, partition, 0, 20));
      s.succeed(scan, result(scan, blocks));
    }
    // 240 bytes, 100 a task: three tasks; 60 bytes a partition.
    const readers = offered(s);
    const read = readers.map(({ spec }) => spec.inputs[0]!.blocks.length);
    expect(read.reduce((sum, each) => sum + each)).toBe(12);
    expect(readers.length).toBe(3);
    expect(s.stats().exchangedBytes).toBe(240);
  });

  test('every task of a broadcast reads everything', () => {
    const s = scheduler({
      version: 1,
      stages: [
        stage(0, { output: { kind: 'broadcast' } }),
        stage(1, { inputs: [0], tasks: splits(2), output: RESULT }),
      ],
    });
    const [build] = offered(s);
    s.succeed(build!, result(build!, [block(0, 0, 0, 5), block(0, 0, 1, 5)]));
    expect(offered(s).map(({ spec }) => spec.inputs[0]!.blocks.length)).toEqual([2, 2]);
  });

  test('an exchange is released when its readers are done', () => {
    const s = scheduler(HASHED);
    const scans = offered(s);
    for (const scan of scans) expect(s.succeed(scan, result(scan)).released).toEqual([]);
    const [reader] = offered(s);
    expect(s.succeed(reader!, result(reader!)).released).toEqual([0]);
  });

  test('enough rows spare the tasks that were not begun, whichever of the others are done', () => {
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
    ]) {
      const s = scheduler({
        version: 1,
        stages: [stage(0, { tasks: splits(100), maxRows: 10 }), stage(1, { inputs: [0], output: RESULT })],
      });
      const begun = [s.next(0)!, s.next(0)!, s.next(0)!];
      for (const i of order) s.succeed(begun[i]!, result(begun[i]!, [block(i, 0, 0, 5)], 6));
      const [reader, ...more] = offered(s);
      expect(more).toEqual([]);
      expect(name(reader!)).toBe('1.0#1');
      expect(reader!.spec.inputs[0]!.blocks.map(({ task }) => task)).toEqual([0, 1]);
    }
  });
});

describe('failure', () => {
  test('only the task that failed runs again, before new ones', () => {
    const s = scheduler(HASHED);
    const first = s.next(0)!;
    const second = s.next(0)!;
    expect(s.fail(first, workerLost, 0)).toEqual({ isAccepted: true, released: [] });
    expect(offered(s).map(name)).toEqual(['0.0#2', '0.2#1']);
    expect(s.succeed(second, result(second)).isAccepted).toBe(true);
    expect(s.stats().numRetries).toBe(1);
  });

  test('an error that stays ends the query as it is', () => {
    const s = scheduler(HASHED);
    const [first, second] = offered(s);
    const error = new QueryError('DIVISION_BY_ZERO', 'Division by zero.');
    s.fail(first!, error, 0);
    expect(s.isOver).toBe(true);
    expect(s.error).toBe(error);
    expect(s.numRunning).toBe(2);
    expect(s.succeed(second!, result(second!)).isAccepted).toBe(false);
    expect(s.numRunning).toBe(1);
    expect(s.next(0)).toBeUndefined();
  });

  test.each(['VERSION_MISMATCH', 'RETRIES_EXHAUSTED', 'CIRCUIT_OPEN', 'MEMORY_LIMIT', 'BAD_PAGE'] as const)(
    '%s is not tried again',
    (code) => {
      const s = scheduler(HASHED);
      s.fail(s.next(0)!, new QueryError(code, 'no'), 0);
      expect(s.error?.code).toBe(code);
    },
  );

  test('attempts are bounded and the error names all causes', () => {
    const s = scheduler(HASHED);
    for (let attempt = 1; attempt <= 4; attempt++) {
      expect(s.isOver).toBe(false);
      s.fail(s.next(0)!, new QueryError('WORKER_LOST', `death ${attempt}`), 0);
    }
    expect(s.error).toMatchObject({
      code: 'RETRIES_EXHAUSTED',
      details: {
        stage: 0,
        task: 0,
        causes: [
          'attempt 1: WORKER_LOST: death 1',
          'attempt 2: WORKER_LOST: death 2',
          'attempt 3: WORKER_LOST: death 3',
          'attempt 4: WORKER_LOST: death 4',
        ],
      },
    });
    expect(s.error!.cause).toMatchObject({ message: 'death 4' });
  });

  test('throttling waits before the next attempt', () => {
    const s = new StageScheduler(
      { version: 1, stages: [stage(0, { output: RESULT })] },
      { query: 'q', settings: SETTINGS, retry: { maxAttempts: 3, delayMs: (_, numFailures) => 100 * numFailures } },
    );
    s.fail(s.next(1000)!, new QueryError('THROTTLED', 'slow down'), 1000);
    expect(s.next(1099)).toBeUndefined();
    expect(s.nextRetryAtMs).toBe(1100);
    expect(name(s.next(1100)!)).toBe('0.0#2');
    expect(s.nextRetryAtMs).toBeUndefined();
  });

  test('the default delays are jittered, grow and are bounded', () => {
    const policy = defaultRetryPolicy(seededRandom(7));
    const throttled = new QueryError('THROTTLED', 'slow down');
    for (let failures = 1; failures < 20; failures++) {
      expect(policy.delayMs(throttled, failures)).toBeLessThanOrEqual(Math.min(2000, 50 * 2 ** (failures - 1)));
    }
    expect(policy.delayMs(workerLost, 3)).toBe(0);
  });

  test('an outcome counts once', () => {
    const s = scheduler(HASHED);
    const first = s.next(0)!;
    expect(s.succeed(first, result(first)).isAccepted).toBe(true);
    expect(s.succeed(first, result(first)).isAccepted).toBe(false);
    expect(s.fail(first, workerLost, 0).isAccepted).toBe(false);
    expect(s.stats()).toMatchObject({ numTasksDone: 1, numRunning: 0 });
  });

  test('cancel ends everything; what runs must still be settled', () => {
    const s = scheduler(HASHED);
    const [first] = offered(s);
    const reason = new QueryError('ABORTED', 'The query was cancelled.');
    s.cancel(reason);
    s.cancel(new QueryError('INTERNAL', 'later'));
    expect(s.error).toBe(reason);
    expect(s.next(0)).toBeUndefined();
    expect(s.numRunning).toBe(3);
    expect(s.fail(first!, reason, 0).isAccepted).toBe(false);
    expect(s.numRunning).toBe(2);
  });
});

describe('graphs that break the rules', () => {
  const broken: [string, readonly Stage[]][] = [
    ['no stages', []],
    ['no result', [stage(0, {})]],
    ['two results', [stage(0, { output: RESULT }), stage(1, { inputs: [0], output: RESULT })]],
    ['a stage without a reader', [stage(0, {}), stage(1, { output: RESULT })]],
    ['an input that comes later', [stage(0, { inputs: [1] }), stage(1, { inputs: [0], output: RESULT })]],
    ['several readers of one row', [stage(0, {}), stage(1, { inputs: [0], tasks: splits(2), output: RESULT })]],
    [
      'unequal partitions',
      [
        stage(0, { output: hash(4) }),
        stage(1, { inputs: [0], tasks: { kind: 'partitions', numPartitions: 8 }, output: RESULT }),
      ],
    ],
  ];
  test.each(broken)('%s', (_, stages) => {
    expect(() => scheduler({ version: 1, stages })).toThrowError(expect.objectContaining({ code: 'INTERNAL' }));
  });
});

test('any order of ends and failures gives every reader the same blocks', () => {
  const graph: StageGraph = {
    version: 1,
    stages: [
      stage(0, { tasks: splits(7), output: hash(8) }),
      stage(1, { tasks: splits(3), output: { kind: 'broadcast' } }),
      stage(2, { inputs: [0, 1], tasks: { kind: 'partitions', numPartitions: 8 }, output: { kind: 'single' } }),
      stage(3, { inputs: [2], output: RESULT }),
    ],
  };
  const run = (seed: number) => {
    const random = seededRandom(seed);
    const s = scheduler(graph, 300);
    const trace = new Map<string, string>();
    const running: TaskAttempt[] = [];
    let nowMs = 0;
    let numFailures = 0;
    while (!s.isOver) {
      nowMs += 1;
      const next = random.next() < 0.6 ? s.next(nowMs) : undefined;
      if (next) {
        const read = next.spec.inputs.map(({ blocks }) => blocks.map((b) => `${b.task}.${b.sequence}`).join(' '));
        trace.set(`${next.spec.stage}.${next.spec.task}`, read.join(' | '));
        running.push(next);
      } else if (running.length > 0) {
        const [ended] = running.splice(Math.floor(random.next() * running.length), 1);
        const { task } = ended!.spec;
        if (random.next() < 0.3 && ended!.attempt < 4) {
          numFailures += 1;
          s.fail(ended!, workerLost, nowMs);
          continue;
        }
        const { output } = ended!.spec;
        const numPartitions = output.kind === 'hash' ? output.numPartitions : 1;
        const blocks = Array.from({ length: numPartitions }, (_, p) => block(task, p, 0, 10 + ((task + p) % 5) * 10));
        s.succeed(ended!, result(ended!, output.kind === 'result' ? [] : blocks));
      }
    }
    expect(s.error).toBeUndefined();
    expect(s.stats().numRetries).toBe(numFailures);
    expect(running).toEqual([]);
    return Object.fromEntries([...trace].sort());
  };
  const expected = run(1);
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      expect(run(seed)).toEqual(expected);
    }),
  );
});
