import { internal } from '../error/index.ts';
import { type PhysicalPlan, physicalInputs } from '../physical/index.ts';
import { AggregateOperator } from './aggregate/aggregate-operator.ts';
import { ExchangeSourceOperator } from './exchange-source-operator.ts';
import { ExpandOperator } from './expand-operator.ts';
import { FilterOperator } from './filter-operator.ts';
import { HashJoinOperator } from './join/hash-join-operator.ts';
import { NestedLoopJoinOperator } from './join/nested-loop-join-operator.ts';
import { LimitByOperator } from './limit-by-operator.ts';
import { LimitOperator } from './limit-operator.ts';
import type { Operator } from './operator.ts';
import type { OperatorContext } from './operator-context.ts';
import { ProjectOperator } from './project-operator.ts';
import { KeepOperator } from './recursive/keep-operator.ts';
import { RecursiveOperator } from './recursive/recursive-operator.ts';
import { WorkTableOperator } from './recursive/work-table-operator.ts';
import { ScanOperator } from './scan/scan-operator.ts';
import { ProjectSetOperator } from './set/project-set-operator.ts';
import { SortOperator } from './sort/sort-operator.ts';
import { TopNOperator } from './sort/top-n-operator.ts';
import { UnionOperator } from './union-operator.ts';
import { ValuesOperator } from './values-operator.ts';
import { WindowOperator } from './window/window-operator.ts';

type NodeOfKind<Kind extends PhysicalPlan['kind']> = Extract<PhysicalPlan, { readonly kind: Kind }>;

type Factories = {
  readonly [Kind in PhysicalPlan['kind']]: (
    node: NodeOfKind<Kind>,
    context: OperatorContext,
    inputs: readonly Operator[],
  ) => Operator;
};

/** The operator of each kind of node. Inputs come in the order of `physicalInputs`. */
const FACTORIES: Factories = {
  ScanExec: (node, context) => new ScanOperator(node, context),
  ValuesExec: (node, context) => new ValuesOperator(node, context),
  FilterExec: (node, context, [input]) => new FilterOperator(node, context, input!),
  ProjectExec: (node, context, [input]) => new ProjectOperator(node, context, input!),
  RecursiveExec: (node, context, [anchor]) => new RecursiveOperator(node, context, anchor!, createOperator),
  WorkTableExec: (node, context) => new WorkTableOperator(node, context),
  KeepExec: (node, context) => new KeepOperator(node, context),
  ProjectSetExec: (node, context, [input]) => new ProjectSetOperator(node, context, input!),
  ExpandExec: (node, context, [input]) => new ExpandOperator(node, context, input!),
  AggregateExec: (node, context, [input]) => new AggregateOperator(node, context, input!),
  HashJoinExec: (node, context, [probe, build]) => new HashJoinOperator(node, context, probe!, build!),
  NestedLoopJoinExec: (node, context, [probe, build]) => new NestedLoopJoinOperator(node, context, probe!, build!),
  SortExec: (node, context, [input]) => new SortOperator(node, context, input!),
  TopNExec: (node, context, [input]) => new TopNOperator(node, context, input!),
  LimitByExec: (node, context, [input]) => new LimitByOperator(node, context, input!),
  LimitExec: (node, context, [input]) => new LimitOperator(node, context, input!),
  WindowExec: (node, context, [input]) => new WindowOperator(node, context, input!),
  UnionExec: (node, context, inputs) => new UnionOperator(node, context, inputs),
  ExchangeSourceExec: (node, context) => new ExchangeSourceOperator(node, context),
};

/**
 * The operators of a fragment, the root's first; each starts nothing before it is asked for a batch. `created` gets every
 * operator, inputs before their readers, also when the call fails: whoever called it closes them.
 */
export function createOperator(plan: PhysicalPlan, context: OperatorContext, created: Operator[]): Operator {
  // The step of a recursive query is made anew for each round, and what its rounds keep by the first of them.
  const ready = plan.kind === 'RecursiveExec' ? [plan.anchor] : plan.kind === 'KeepExec' ? [] : physicalInputs(plan);
  const inputs = ready.map((input) => createOperator(input, context, created));
  const create = FACTORIES[plan.kind] as
    | ((node: PhysicalPlan, context: OperatorContext, inputs: readonly Operator[]) => Operator)
    | undefined;
  if (!create) throw internal(`no operator runs ${(plan as { kind: string }).kind}`);
  const operator = create(plan, context, inputs);
  created.push(operator);
  return operator;
}
