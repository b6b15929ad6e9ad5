import type { AggregateNode } from './aggregate-node.ts';
import type { DependentJoinNode } from './dependent-join-node.ts';
import type { DistinctNode } from './distinct-node.ts';
import type { ExpandNode } from './expand-node.ts';
import type { FilterNode } from './filter-node.ts';
import type { JoinNode } from './join-node.ts';
import type { LimitByNode } from './limit-by-node.ts';
import type { LimitNode } from './limit-node.ts';
import type { ProjectNode } from './project-node.ts';
import type { ProjectSetNode } from './project-set-node.ts';
import type { RecursiveNode, WorkTableNode } from './recursive-node.ts';
import type { ScanNode } from './scan-node.ts';
import type { SortNode } from './sort-node.ts';
import type { TopNNode } from './top-n-node.ts';
import type { UnionNode } from './union-node.ts';
import type { ValuesNode } from './values-node.ts';
import type { WindowNode } from './window-node.ts';

/**
 * What a query computes, not how. Frozen plain data; rules make new nodes and never change one. Every node gives
 * `columns`, whose ids are unique in the plan.
 */
export type LogicalPlan =
  | ScanNode
  | ValuesNode
  | FilterNode
  | ProjectNode
  | ExpandNode
  | RecursiveNode
  | WorkTableNode
  | ProjectSetNode
  | AggregateNode
  | DistinctNode
  | JoinNode
  | DependentJoinNode
  | SortNode
  | TopNNode
  | LimitNode
  | LimitByNode
  | UnionNode
  | WindowNode;

/** The nodes that a node reads, in order. */
export function inputsOf(plan: LogicalPlan): readonly LogicalPlan[] {
  switch (plan.kind) {
    case 'Scan':
    case 'Values':
    case 'WorkTable':
      return [];
    case 'Recursive':
      return [plan.anchor, plan.step];
    case 'Join':
      return [plan.left, plan.right];
    case 'DependentJoin':
      return [plan.input, plan.subquery];
    case 'Union':
      return plan.inputs;
    default:
      return [plan.input];
  }
}

/** The same node over other inputs, which must give the columns that it uses. */
export function withInputs(plan: LogicalPlan, inputs: readonly LogicalPlan[]): LogicalPlan {
  switch (plan.kind) {
    case 'Scan':
    case 'Values':
    case 'WorkTable':
      return plan;
    case 'Recursive':
      return plan.anchor === inputs[0] && plan.step === inputs[1]
        ? plan
        : { ...plan, anchor: inputs[0]!, step: inputs[1]! };
    case 'Join':
      return plan.left === inputs[0] && plan.right === inputs[1]
        ? plan
        : { ...plan, left: inputs[0]!, right: inputs[1]! };
    case 'DependentJoin':
      return plan.input === inputs[0] && plan.subquery === inputs[1]
        ? plan
        : { ...plan, input: inputs[0]!, subquery: inputs[1]! };
    case 'Union':
      return inputs.every((input, i) => input === plan.inputs[i]) ? plan : { ...plan, inputs };
    default:
      return plan.input === inputs[0] ? plan : ({ ...plan, input: inputs[0]! } as LogicalPlan);
  }
}
