import { mapPhysicalInputs, outputColumns, type PhysicalPlan, physicalInputs } from './physical-plan.ts';

/** The step of a recursive query, with what does not read a work table kept from one round to the next. */
export function keepUnchanged(plan: PhysicalPlan, newNodeId: () => number): PhysicalPlan {
  if (plan.kind === 'ValuesExec') return plan;
  if (readsWorkTable(plan)) return mapPhysicalInputs(plan, (input) => keepUnchanged(input, newNodeId));
  const { estimatedRows } = plan;
  return { kind: 'KeepExec', id: newNodeId(), columns: outputColumns(plan), estimatedRows, input: plan };
}

function readsWorkTable(plan: PhysicalPlan): boolean {
  return plan.kind === 'WorkTableExec' || physicalInputs(plan).some(readsWorkTable);
}
