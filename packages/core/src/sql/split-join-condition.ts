import type { ColumnId, Expression } from '../expression/index.ts';
import { collectColumns, combineConjuncts, splitConjuncts } from '../expression/traverse.ts';
import type { EquiCondition } from '../logical/index.ts';
import { sameType } from '../types/index.ts';
import { commonType } from './coercion.ts';

export interface SplitJoinCondition {
  readonly on: readonly EquiCondition[];
  readonly residual: Expression | undefined;
}

/**
 * Splits a join's condition: conjuncts `a = b` with one side over columns of the left only and the other over columns of the
 * right only, and the rest. Both sides of an equality get one type, so that equal values have equal bytes.
 */
export function splitJoinCondition(
  condition: Expression | undefined,
  left: ReadonlySet<ColumnId>,
  right: ReadonlySet<ColumnId>,
): SplitJoinCondition {
  const on: EquiCondition[] = [];
  const rest: Expression[] = [];
  for (const conjunct of condition ? splitConjuncts(condition) : []) {
    const equality = equiCondition(conjunct, left, right);
    if (equality) on.push(equality);
    else if (!(conjunct.kind === 'literal' && conjunct.value === true)) rest.push(conjunct);
  }
  return { on, residual: combineConjuncts(rest) };
}

function equiCondition(
  conjunct: Expression,
  left: ReadonlySet<ColumnId>,
  right: ReadonlySet<ColumnId>,
): EquiCondition | undefined {
  if (conjunct.kind !== 'call' || conjunct.name !== '=') return undefined;
  const [a, b] = conjunct.args as readonly [Expression, Expression];
  const type = commonType(a.type, b.type);
  if (!type) return undefined;
  const cast = (arg: Expression): Expression =>
    sameType(arg.type, type) ? arg : { kind: 'cast', type, arg, safe: false, span: arg.span };
  if (within(a, left) && within(b, right)) return { left: cast(a), right: cast(b) };
  if (within(a, right) && within(b, left)) return { left: cast(b), right: cast(a) };
  return undefined;
}

/** Whether the expression has columns, and all of them are among these. */
function within(expression: Expression, columns: ReadonlySet<ColumnId>): boolean {
  const used = collectColumns(expression);
  return used.size > 0 && [...used].every((id) => columns.has(id));
}
