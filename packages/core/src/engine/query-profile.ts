import { type PhysicalPlan, physicalInputs, type Stage, type StageGraph, type TaskReport } from '../physical/index.ts';
import { describePhysicalNode } from '../physical/plan-display.ts';
import type { QueryCost } from './explain-cost.ts';
import type { QueryStats } from './query-result.ts';

/** A node of a stage's plan. */
export interface PlanNode {
  /** Unique in the query; `OperatorStats.node` refers to it. */
  readonly id: number;
  /** The node's kind, such as `ScanExec`. */
  readonly kind: string;
  /** The node on one line. For people; no API. */
  readonly text: string;
  /** Ids of the nodes that it reads; for joins the probe side first. */
  readonly inputs: readonly number[];
  /** What an exchange reads. */
  readonly stage?: number;
  /** Rows that the planner expects, where it can say. */
  readonly estimatedRows?: number;
}

/** A part of the plan that runs as equal tasks. */
export interface PlanStage {
  readonly id: number;
  /** Stages that it reads. */
  readonly inputs: readonly number[];
  /** Where its rows go. */
  readonly output: Stage['output']['kind'];
  /** Tasks it is cut into; the most, when `areTasksFixed` is false. */
  readonly numTasks: number;
  readonly areTasksFixed: boolean;
  /** The root comes first. */
  readonly nodes: readonly PlanNode[];
}

/** How a query will run, and what it will read. Plain data. */
export interface QueryPlan {
  readonly stages: readonly PlanStage[];
  readonly cost: QueryCost;
}

/** How a query has run so far: its plan, its totals, and what each finished task did. Plain data. */
export interface QueryProfile {
  readonly version: 1;
  readonly sql: string;
  readonly plan: QueryPlan;
  readonly stats: QueryStats;
  readonly tasks: readonly TaskReport[];
}

/** The stages of a plan as plain data, in the order in which they can run. */
export function describeStages({ stages }: StageGraph): PlanStage[] {
  return stages.map(({ id, inputs, output, tasks, fragment }) => ({
    id,
    inputs,
    output: output.kind,
    numTasks: tasks.kind === 'one' ? 1 : tasks.kind === 'splits' ? tasks.slices.length : tasks.numPartitions,
    areTasksFixed: tasks.kind !== 'partitions',
    nodes: [...nodesOf(fragment)],
  }));
}

function* nodesOf(plan: PhysicalPlan): Generator<PlanNode> {
  const inputs = physicalInputs(plan);
  yield {
    id: plan.id,
    kind: plan.kind,
    text: describePhysicalNode(plan),
    inputs: inputs.map(({ id }) => id),
    ...(plan.kind === 'ExchangeSourceExec' ? { stage: plan.exchange } : {}),
    ...(plan.estimatedRows === undefined ? {} : { estimatedRows: plan.estimatedRows }),
  };
  for (const input of inputs) yield* nodesOf(input);
}
