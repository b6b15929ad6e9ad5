import type { ColumnId } from '../expression/index.ts';
import { outputColumns, type PhysicalPlan, physicalInputs } from './physical-plan.ts';
import type { ScanExec } from './scan-exec.ts';
import type { Split } from './split.ts';
import type { Stage, StageGraph, StageOutput, StageTasks, TaskSlice } from './stage/stage.ts';

/**
 * Rows of a task, at least and at most: some tens of milliseconds of work. The first tasks of a stage are long, because each has its
 * costs; they get shorter towards the end, so that workers end together (guided self-scheduling, Polychronopoulos and Kuck 1987).
 */
const MIN_ROWS_PER_TASK = 240_000;
const MAX_ROWS_PER_TASK = 1_000_000;
/** The share of the rows that are left which the next task takes. */
const SHARE_OF_REST = 1 / 8;
/** Bytes after which it is, for wide rows. */
const BYTES_PER_TASK = 64 << 20;

/** A fragment in the making: what it computes, as which tasks, reading which stages. */
export interface Planned {
  readonly plan: PhysicalPlan;
  readonly tasks: StageTasks;
  readonly inputs: readonly number[];
  /** Rows with equal values of these columns are in one task. */
  readonly partitionedBy?: readonly ColumnId[] | undefined;
}

const NO_SPLITS: TaskSlice = { splits: [] };

/** Cuts plans into stages. */
export class StageBuilder {
  readonly #stages: Stage[] = [];
  #numNodes = 0;

  newNodeId(): number {
    return this.#numNodes++;
  }

  /** What needs no input runs once. */
  single(plan: PhysicalPlan): Planned {
    return { plan, tasks: { kind: 'one', slice: NO_SPLITS }, inputs: [] };
  }

  /** A scan runs as one task for each slice of its splits. */
  scan(plan: ScanExec, splits: readonly Split[]): Planned {
    const slices = cutSplits(splits).map((slice): TaskSlice => ({ splits: [{ node: plan.id, splits: slice }] }));
    const only = slices[0] ?? NO_SPLITS;
    return { plan, tasks: slices.length > 1 ? { kind: 'splits', slices } : { kind: 'one', slice: only }, inputs: [] };
  }

  /** All rows in one task. */
  gather(input: Planned): Planned {
    if (input.tasks.kind === 'one') return input;
    return this.#read(this.#cut(input, { kind: 'single' }), { kind: 'one', slice: NO_SPLITS });
  }

  /** All rows in every task of whoever reads it; stands for the build side of a join. */
  broadcast(input: Planned): Planned {
    return this.#read(this.#cut(input, { kind: 'broadcast' }), { kind: 'one', slice: NO_SPLITS });
  }

  /** Rows with equal values of `columns` in one task. */
  partition(input: Planned, columns: readonly ColumnId[], numPartitions: number): Planned {
    const stage = this.#cut(input, { kind: 'hash', columns, numPartitions });
    return { ...this.#read(stage, { kind: 'partitions', numPartitions }), partitionedBy: columns };
  }

  /** The build side must be in one task, or partitioned as the probe is, or come by broadcast. */
  join(probe: Planned, build: Planned, make: (probe: PhysicalPlan, build: PhysicalPlan) => PhysicalPlan): Planned {
    const inputs = [...new Set([...probe.inputs, ...build.inputs])];
    const plan = make(probe.plan, build.plan);
    if (probe.tasks.kind === 'one' && build.tasks.kind === 'one') {
      return { plan, inputs, tasks: { kind: 'one', slice: mergeSlices([probe.tasks.slice, build.tasks.slice]) } };
    }
    return { plan, inputs, tasks: probe.tasks };
  }

  /** Inputs that only read splits go on reading them side by side; anything else comes together in one task. */
  union(inputs: readonly Planned[], make: (inputs: PhysicalPlan[]) => PhysicalPlan): Planned {
    if (inputs.some(({ tasks }) => tasks.kind === 'splits') && inputs.every(readsOnlySplits)) {
      const slices = inputs.flatMap(({ tasks }) =>
        tasks.kind === 'splits' ? tasks.slices : tasks.kind === 'one' ? [tasks.slice] : [],
      );
      return { plan: make(inputs.map(({ plan }) => plan)), tasks: { kind: 'splits', slices }, inputs: [] };
    }
    const gathered = inputs.map((input) => this.gather(input));
    const slices = gathered.flatMap(({ tasks }) => (tasks.kind === 'one' ? [tasks.slice] : []));
    return {
      plan: make(gathered.map(({ plan }) => plan)),
      tasks: { kind: 'one', slice: mergeSlices(slices) },
      inputs: [...new Set(gathered.flatMap((input) => input.inputs))],
    };
  }

  /** The whole query. */
  finish(root: Planned): StageGraph {
    this.#cut(root, { kind: 'result' });
    return { version: 1, stages: this.#stages };
  }

  #cut(input: Planned, output: StageOutput): Stage {
    const stage: Stage = {
      id: this.#stages.length,
      fragment: input.plan,
      inputs: input.inputs,
      tasks: input.tasks,
      output,
    };
    this.#stages.push(stage);
    return stage;
  }

  #read(stage: Stage, tasks: StageTasks): Planned {
    const { fragment } = stage;
    return {
      plan: {
        kind: 'ExchangeSourceExec',
        id: this.newNodeId(),
        columns: outputColumns(fragment),
        estimatedRows: fragment.estimatedRows,
        exchange: stage.id,
      },
      tasks,
      inputs: [stage.id],
    };
  }
}

/** Neighbouring splits in slices, long ones first. Depends on the splits alone. */
function cutSplits(splits: readonly Split[]): Split[][] {
  const slices: Split[][] = [];
  let restRows = splits.reduce((sum, { numRows }) => sum + numRows, 0);
  let wantedRows = 0;
  let rows = 0;
  let bytes = 0;
  for (const split of splits) {
    const splitBytes = compressedBytes(split);
    const current = slices.at(-1);
    if (!current || rows + split.numRows > wantedRows || bytes + splitBytes > BYTES_PER_TASK) {
      slices.push([split]);
      wantedRows = Math.min(MAX_ROWS_PER_TASK, Math.max(MIN_ROWS_PER_TASK, restRows * SHARE_OF_REST)) * 1.05;
      rows = split.numRows;
      bytes = splitBytes;
    } else {
      current.push(split);
      rows += split.numRows;
      bytes += splitBytes;
    }
    restRows -= split.numRows;
  }
  return slices;
}

function compressedBytes(split: Split): number {
  let bytes = 0;
  for (const column of split.columns) {
    if (column.kind === 'chunk') for (const leaf of column.chunk.leaves) bytes += leaf.compressedBytes;
  }
  return bytes;
}

function mergeSlices(slices: readonly TaskSlice[]): TaskSlice {
  return { splits: slices.flatMap(({ splits }) => splits) };
}

/** Whether a fragment gives nothing when its scans have no splits, so that a task may carry splits for one of them only. */
function readsOnlySplits({ plan, inputs }: Planned): boolean {
  if (inputs.length > 0) return false;
  const pure = (node: PhysicalPlan): boolean =>
    node.kind === 'ScanExec' ||
    ((node.kind === 'FilterExec' || node.kind === 'ProjectExec' || node.kind === 'UnionExec') &&
      physicalInputs(node).every(pure));
  return pure(plan);
}
