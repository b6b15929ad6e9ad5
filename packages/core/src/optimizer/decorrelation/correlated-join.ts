import type { Column, Expression } from '../../expression/index.ts';
import type { JoinNode, JoinType, LogicalPlan } from '../../logical/index.ts';
import { equalityCall, splitConditions } from '../join-condition.ts';
import { reference, type Unnested } from './unnested.ts';

/** A join under conjuncts over the columns of both sides. `mark` is the column that a mark join adds. */
export function joinWhere(
  type: JoinType,
  left: LogicalPlan,
  right: LogicalPlan,
  conjuncts: readonly Expression[],
  mark?: Column,
): JoinNode {
  const ids = ({ columns }: LogicalPlan) => new Set(columns.map(({ id }) => id));
  const { on, residual } = splitConditions(conjuncts, ids(left), ids(right));
  const isCross = type === 'inner' && conjuncts.length === 0;
  return {
    kind: 'Join',
    type: isCross ? 'cross' : type,
    columns: joinColumns(type, left.columns, right.columns, mark),
    left,
    right,
    on,
    residual,
  };
}

function joinColumns(
  type: JoinType,
  left: readonly Column[],
  right: readonly Column[],
  mark: Column | undefined,
): readonly Column[] {
  const filledUp = (columns: readonly Column[], isFilled: boolean) =>
    isFilled ? columns.map((column) => ({ ...column, nullable: true })) : columns;
  if (type === 'semi' || type === 'anti') return left;
  if (type === 'mark') return [...left, mark!];
  return [
    ...filledUp(left, type === 'right' || type === 'full'),
    ...filledUp(right, type === 'left' || type === 'full'),
  ];
}

/** What must hold between an outer row and a row of an unnested subquery. */
export function correlationOf({ pending, domain }: Unnested, outer: readonly Column[]): readonly Expression[] {
  return [
    ...pending,
    ...[...domain].map(([id, column]) => {
      const own = outer.find((candidate) => candidate.id === id)!;
      return sameValue(own, column, own.nullable);
    }),
  ];
}

/** Whether two columns have the same value; with `nullSafe` null is one. */
export function sameValue(left: Column, right: Column, nullSafe: boolean): Expression {
  return equalityCall({ left: reference(left), right: reference(right), nullSafe });
}
