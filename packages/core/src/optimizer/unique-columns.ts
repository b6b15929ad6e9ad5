import type { ColumnId } from '../expression/index.ts';
import type { LogicalPlan } from '../logical/index.ts';

/** Whether no two rows of a plan are equal in all of these columns (nulls being equal), as its own nodes show. */
export function isUnique(plan: LogicalPlan, columns: ReadonlySet<ColumnId>): boolean {
  switch (plan.kind) {
    case 'Aggregate':
      return plan.columns.slice(0, plan.groupBy.length).every(({ id }) => columns.has(id)) && !plan.alwaysGroups;
    case 'Distinct':
      return plan.columns.every(({ id }) => columns.has(id)) || isUnique(plan.input, columns);
    case 'Values':
      return plan.rows.length <= 1;
    case 'Filter':
    case 'Sort':
    case 'TopN':
    case 'Limit':
      return isUnique(plan.input, columns);
    case 'Project': {
      const below = new Set<ColumnId>();
      plan.columns.forEach(({ id }, i) => {
        const expression = plan.expressions[i]!;
        if (columns.has(id) && expression.kind === 'column') below.add(expression.id);
      });
      return isUnique(plan.input, below);
    }
    case 'Join':
      return (plan.type === 'semi' || plan.type === 'anti') && isUnique(plan.left, columns);
    default:
      return false;
  }
}
