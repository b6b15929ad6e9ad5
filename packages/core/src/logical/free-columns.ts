import type { ColumnId, Expression } from '../expression/index.ts';
import { collectColumns } from '../expression/traverse.ts';
import { inputsOf, type LogicalPlan } from './logical-plan.ts';
import { mapNodeExpressions } from './rewrite-plan.ts';
import { scannedColumns } from './scan-node.ts';

const cache = new WeakMap<LogicalPlan, ReadonlySet<ColumnId>>();

/** The columns that a plan uses and no node in it gives: those of the rows that a correlated subquery is computed for. */
export function freeColumns(plan: LogicalPlan): ReadonlySet<ColumnId> {
  let free = cache.get(plan);
  if (!free) {
    free = compute(plan);
    cache.set(plan, free);
  }
  return free;
}

function compute(plan: LogicalPlan): ReadonlySet<ColumnId> {
  const used = new Set<ColumnId>();
  mapNodeExpressions(plan, (expression: Expression) => {
    collectColumns(expression, used);
    return expression;
  });
  const sources = plan.kind === 'Scan' ? [scannedColumns(plan)] : inputsOf(plan);
  for (const { columns } of sources) for (const { id } of columns) used.delete(id);
  if (plan.kind !== 'DependentJoin') {
    for (const input of inputsOf(plan)) for (const id of freeColumns(input)) used.add(id);
    return used;
  }
  const given = new Set(plan.input.columns.map(({ id }) => id));
  for (const id of freeColumns(plan.subquery)) if (!given.has(id)) used.add(id);
  for (const id of freeColumns(plan.input)) used.add(id);
  return used;
}
