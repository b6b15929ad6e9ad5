import type { ColumnId, Expression } from '../expression/index.ts';
import { collectColumns, combineConjuncts, usesOnly } from '../expression/traverse.ts';
import type { EquiCondition } from '../logical/index.ts';
import { BOOLEAN, sameType } from '../types/index.ts';

/** `left = right`, or `left IS NOT DISTINCT FROM right`, as an expression; both have the same type. */
export function equalityCall({ left, right, nullSafe }: EquiCondition): Expression {
  const name = nullSafe ? 'is not distinct from' : '=';
  return { kind: 'call', name, overload: `${name}(same,same)`, type: BOOLEAN, args: [left, right] };
}

/** A conjunct that is an equality between the two sides of a join, as a condition to join on. */
export function asEquiCondition(
  conjunct: Expression,
  left: ReadonlySet<ColumnId>,
  right: ReadonlySet<ColumnId>,
): EquiCondition | undefined {
  if (conjunct.kind !== 'call' || conjunct.args.length !== 2) return undefined;
  const nullSafe = conjunct.name === 'is not distinct from';
  if (conjunct.name !== '=' && !nullSafe) return undefined;
  const [a, b] = conjunct.args as readonly [Expression, Expression];
  if (!sameType(a.type, b.type) || collectColumns(a).size === 0 || collectColumns(b).size === 0) return undefined;
  const condition = (x: Expression, y: Expression): EquiCondition =>
    nullSafe ? { left: x, right: y, nullSafe } : { left: x, right: y };
  if (usesOnly(a, left) && usesOnly(b, right)) return condition(a, b);
  if (usesOnly(b, left) && usesOnly(a, right)) return condition(b, a);
  return undefined;
}

/** The conjuncts of a join's condition, as what it is joined on and the rest. */
export function splitConditions(
  conjuncts: readonly Expression[],
  left: ReadonlySet<ColumnId>,
  right: ReadonlySet<ColumnId>,
): { readonly on: readonly EquiCondition[]; readonly residual: Expression | undefined } {
  const on: EquiCondition[] = [];
  const residual: Expression[] = [];
  for (const conjunct of conjuncts) {
    const condition = asEquiCondition(conjunct, left, right);
    if (condition) on.push(condition);
    else residual.push(conjunct);
  }
  return { on, residual: combineConjuncts(residual) };
}
