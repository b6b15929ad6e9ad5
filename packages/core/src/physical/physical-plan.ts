import type { Column } from '../expression/index.ts';
import type { AggregateExec } from './aggregate-exec.ts';
import type { ExchangeSourceExec } from './exchange-source-exec.ts';
import type { ExpandExec } from './expand-exec.ts';
import type { FilterExec } from './filter-exec.ts';
import type { HashJoinExec } from './hash-join-exec.ts';
import type { LimitByExec } from './limit-by-exec.ts';
import type { LimitExec } from './limit-exec.ts';
import type { NestedLoopJoinExec } from './nested-loop-join-exec.ts';
import type { ProjectExec } from './project-exec.ts';
import type { ProjectSetExec } from './project-set-exec.ts';
import type { KeepExec, RecursiveExec, WorkTableExec } from './recursive-exec.ts';
import type { ScanExec } from './scan-exec.ts';
import type { SortExec } from './sort-exec.ts';
import type { TopNExec } from './top-n-exec.ts';
import type { UnionExec } from './union-exec.ts';
import type { ValuesExec } from './values-exec.ts';
import type { WindowExec } from './window-exec.ts';

/** What every physical node has. */
export interface PhysicalNodeBase {
  /** Unique in the query; statistics refer to it. */
  readonly id: number;
  readonly columns: readonly Column[];
  /** What the planner expects; undefined where it cannot say. */
  readonly estimatedRows?: number | undefined;
}

/**
 * How a query is computed. Frozen plain data: a fragment of it travels in each task spec. The operator that runs node
 * `XExec` is `XOperator`.
 */
export type PhysicalPlan =
  | ScanExec
  | ValuesExec
  | FilterExec
  | ProjectExec
  | ExpandExec
  | RecursiveExec
  | WorkTableExec
  | KeepExec
  | ProjectSetExec
  | AggregateExec
  | HashJoinExec
  | NestedLoopJoinExec
  | SortExec
  | TopNExec
  | LimitExec
  | LimitByExec
  | UnionExec
  | WindowExec
  | ExchangeSourceExec;

/** The nodes that a node reads, in order; for joins the probe side, then the build side. */
export function physicalInputs(plan: PhysicalPlan): readonly PhysicalPlan[] {
  switch (plan.kind) {
    case 'ScanExec':
    case 'ValuesExec':
    case 'ExchangeSourceExec':
    case 'WorkTableExec':
      return [];
    case 'RecursiveExec':
      return [plan.anchor, plan.step];
    case 'HashJoinExec':
    case 'NestedLoopJoinExec':
      return [plan.probe, plan.build];
    case 'UnionExec':
      return plan.inputs;
    default:
      return [plan.input];
  }
}

/** The same node over other inputs. */
export function mapPhysicalInputs(plan: PhysicalPlan, map: (input: PhysicalPlan) => PhysicalPlan): PhysicalPlan {
  switch (plan.kind) {
    case 'ScanExec':
    case 'ValuesExec':
    case 'ExchangeSourceExec':
    case 'WorkTableExec':
      return plan;
    case 'RecursiveExec':
      return { ...plan, anchor: map(plan.anchor), step: map(plan.step) };
    case 'HashJoinExec':
    case 'NestedLoopJoinExec':
      return { ...plan, probe: map(plan.probe), build: map(plan.build) };
    case 'UnionExec':
      return { ...plan, inputs: plan.inputs.map(map) };
    default:
      return { ...plan, input: map(plan.input) };
  }
}

/** The columns that a node gives; a scan reads more where only its filters need them. */
export function outputColumns(plan: PhysicalPlan): readonly Column[] {
  return plan.kind === 'ScanExec' ? plan.columns.slice(0, plan.numOutputColumns) : plan.columns;
}
