import type { CallExpression, Expression, LiteralExpression } from '../../expression/index.ts';
import { rewriteExpression } from '../../expression/traverse.ts';
import { mapNodeExpressions, rewritePlan } from '../../logical/index.ts';
import { type DataType, type DecimalType, sameType } from '../../types/index.ts';
import type { Rule } from '../rule.ts';

const COMPARISONS = new Set(['=', '<>', '<', '<=', '>', '>=']);
const MICROS_PER_DAY = 86_400_000_000n;

/**
 * Compares a column with a constant of the column's own type, where the constant has an exact counterpart there: no row is converted,
 * and statistics apply.
 *
 * ```
 * Filter CAST(d AS timestamp) < TIMESTAMP '1995-01-01 00:00:00'    →    Filter d < DATE '1995-01-01'
 * └─ Scan t [d]                                                         └─ Scan t [d]
 * ```
 */
export const unwrapComparisonCasts: Rule = {
  name: 'unwrap-comparison-casts',
  apply: (plan) => rewritePlan(plan, (node) => mapNodeExpressions(node, (e) => rewriteExpression(e, unwrap))),
};

function unwrap(expression: Expression): Expression {
  if (expression.kind !== 'call' || !COMPARISONS.has(expression.name) || expression.args.length !== 2)
    return expression;
  const [left, right] = expression.args as readonly [Expression, Expression];
  if (right.kind === 'literal') return compareInOwnType(expression, left, right, false);
  if (left.kind === 'literal') return compareInOwnType(expression, right, left, true);
  return expression;
}

function compareInOwnType(
  comparison: CallExpression,
  side: Expression,
  literal: LiteralExpression,
  literalFirst: boolean,
): Expression {
  if (literal.value === null) return comparison;
  const inner = side.kind === 'cast' && isWidening(side.arg.type, side.type) ? side.arg : side;
  const value = exactCounterpart(literal, inner.type);
  if (value === undefined || (inner === side && sameType(inner.type, literal.type))) return comparison;
  const constant: LiteralExpression = { ...literal, type: inner.type, value };
  const overload = `${comparison.name}${inner.type.id === 'decimal' ? '(decimal,decimal)' : '(same,same)'}`;
  const args = literalFirst ? [constant, inner] : [inner, constant];
  return { ...comparison, overload, args };
}

/** Whether a cast keeps every value apart and in order. */
function isWidening(from: DataType, to: DataType): boolean {
  if (from.id === 'date') return to.id === 'timestamp';
  if (from.id === 'decimal' && to.id === 'decimal') {
    return to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale;
  }
  return false;
}

/** The literal's value in another type; undefined when that type does not have it. */
function exactCounterpart(
  { type, value }: LiteralExpression,
  target: DataType,
): LiteralExpression['value'] | undefined {
  if (target.id === 'date' && type.id === 'timestamp') {
    const micros = value as bigint;
    return micros % MICROS_PER_DAY === 0n ? Number(micros / MICROS_PER_DAY) : undefined;
  }
  if (target.id === 'decimal' && type.id === 'decimal') return rescaled(value as bigint, type, target);
  return undefined;
}

function rescaled(value: bigint, from: DecimalType, to: DecimalType): bigint | undefined {
  if (to.scale < from.scale) {
    const divisor = 10n ** BigInt(from.scale - to.scale);
    return value % divisor === 0n ? fitting(value / divisor, to) : undefined;
  }
  return fitting(value * 10n ** BigInt(to.scale - from.scale), to);
}

function fitting(value: bigint, { precision }: DecimalType): bigint | undefined {
  const limit = 10n ** BigInt(precision);
  return value > -limit && value < limit ? value : undefined;
}
