import { formatAggregate, formatExpression, formatSortKey } from '../expression/format-expression.ts';
import {
  columnNames,
  describeAlwaysGroups,
  describeAssignments,
  describeLimitBy,
  describeProjections,
  describeSetCalls,
  describeWindow,
  drawTree,
} from '../logical/plan-display.ts';
import { type PhysicalPlan, physicalInputs } from './physical-plan.ts';
import type { Stage, StageGraph } from './stage/stage.ts';

/** One physical node on one line. */
export function describePhysicalNode(plan: PhysicalPlan): string {
  switch (plan.kind) {
    case 'ScanExec': {
      const filter = plan.filters.length > 0 ? ` filter=[${plan.filters.map(formatExpression).join(', ')}]` : '';
      const limit = plan.limit === undefined ? '' : ` limit=${plan.limit}`;
      return `ScanExec ${plan.table} [${columnNames(plan.columns)}]${filter}${limit}`;
    }
    case 'ValuesExec':
      return `ValuesExec ${plan.rows.length} ${plan.rows.length === 1 ? 'row' : 'rows'}`;
    case 'FilterExec':
      return `FilterExec ${formatExpression(plan.predicate)}`;
    case 'ProjectExec':
      return `ProjectExec ${describeAssignments(plan.columns, plan.expressions)}`;
    case 'ProjectSetExec':
      return `ProjectSetExec ${describeSetCalls(plan)}`;
    case 'RecursiveExec':
      return `RecursiveExec ${plan.workTable}${plan.isDistinct ? ' distinct' : ''}`;
    case 'WorkTableExec':
      return `WorkTableExec ${plan.workTable}`;
    case 'KeepExec':
      return 'KeepExec';
    case 'ExpandExec':
      return `ExpandExec ${describeProjections(plan.columns, plan.projections)}`;
    case 'AggregateExec': {
      const keys = describeAssignments(plan.columns, plan.groupBy);
      const text = `AggregateExec ${plan.mode} by=[${keys}] ${plan.aggregates.map(formatAggregate).join(', ')}`;
      return text.trimEnd() + describeAlwaysGroups(plan.alwaysGroups);
    }
    case 'HashJoinExec': {
      const keys = plan.keys.map((key) => {
        const sign = key.nullSafe ? 'IS NOT DISTINCT FROM' : '=';
        return `${formatExpression(key.probe)} ${sign} ${formatExpression(key.build)}`;
      });
      const residual = plan.residual ? ` residual=${formatExpression(plan.residual)}` : '';
      return `HashJoinExec ${plan.type}${plan.nullAware ? ' null-aware' : ''} on ${keys.join(' AND ')}${residual}`;
    }
    case 'NestedLoopJoinExec':
      return `NestedLoopJoinExec ${plan.type}${plan.predicate ? ` on ${formatExpression(plan.predicate)}` : ''}`;
    case 'SortExec':
      return `SortExec ${plan.keys.map(formatSortKey).join(', ')}`;
    case 'TopNExec': {
      const offset = plan.offset > 0 ? ` offset=${plan.offset}` : '';
      return `TopNExec ${plan.limit}${offset} by ${plan.keys.map(formatSortKey).join(', ')}`;
    }
    case 'LimitExec':
      return `LimitExec ${plan.limit ?? 'all'}${plan.offset > 0 ? ` offset=${plan.offset}` : ''}`;
    case 'LimitByExec':
      return `LimitByExec ${describeLimitBy(plan)}`;
    case 'WindowExec':
      return `WindowExec ${describeWindow(plan)}`;
    case 'UnionExec':
      return 'UnionExec';
    case 'ExchangeSourceExec':
      return `ExchangeSourceExec stage ${plan.exchange}`;
  }
}

/** How many tasks a stage has, as far as it is known before it runs. */
function describeStageTasks(stage: Stage): string {
  switch (stage.tasks.kind) {
    case 'one':
      return '1 task';
    case 'splits':
      return `${stage.tasks.slices.length} tasks`;
    case 'partitions':
      return `up to ${stage.tasks.numPartitions} tasks`;
  }
}

/**
 * All stages, the one that gives the result first, each drawn as a tree. `note` adds to a node what is known of it (estimates,
 * measured rows).
 */
export function formatStageGraph(graph: StageGraph, note: (plan: PhysicalPlan) => string = estimateNote): string {
  return graph.stages
    .toReversed()
    .map((stage) => {
      const { output } = stage;
      const target = output.kind === 'hash' ? `hash into ${output.numPartitions} partitions` : output.kind;
      const head = `Stage ${stage.id}: ${describeStageTasks(stage)} → ${target}`;
      return `${head}\n${drawTree(stage.fragment, (node) => describePhysicalNode(node) + note(node), physicalInputs)}`;
    })
    .join('\n\n');
}

function estimateNote(plan: PhysicalPlan): string {
  return plan.estimatedRows === undefined ? '' : `  ~${formatCount(plan.estimatedRows)} rows`;
}

/** A count with separators of thousands: `6,001,215`. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}
