import type { CallExpression, Expression, InListExpression } from '../expression/index.ts';
import { type DataType, decimal, type LiteralValue, MAX_DECIMAL_PRECISION, sameType } from '../types/index.ts';
import { castBounds, castBoundValue } from './bounds-cast.ts';
import { type BoundValue, type ColumnBounds, compareBounds, toBoundValue } from './column-bounds.ts';

/** The truth values that a condition may take on some rows, as a set of bits. */
export const OUTCOME = { true: 1, false: 2, null: 4 } as const;

const ANY = OUTCOME.true | OUTCOME.false | OUTCOME.null;

/** What is known of a column in the rows in question; undefined where nothing is. */
export type BoundsLookup = (columnId: number) => ColumnBounds | undefined;

/**
 * The truth values that `condition` may take on rows of which only bounds are known. A value is left out only when it is
 * certain that no row has it: what is not understood gives all three.
 *
 * Understood are comparisons of a column with constants, IN lists, IS NULL, LIKE with a literal beginning, boolean columns,
 * lossless casts of columns, AND, OR and NOT.
 */
export function filterOutcomes(condition: Expression, lookup: BoundsLookup): number {
  switch (condition.kind) {
    case 'literal':
      if (condition.value === null) return OUTCOME.null;
      if (typeof condition.value !== 'boolean') return ANY;
      return condition.value ? OUTCOME.true : OUTCOME.false;
    case 'and':
      return condition.args.reduce((left, arg) => and(left, filterOutcomes(arg, lookup)), OUTCOME.true as number);
    case 'or':
      return negate(
        condition.args.reduce((left, arg) => and(left, negate(filterOutcomes(arg, lookup))), OUTCOME.true as number),
      );
    case 'not':
      return negate(filterOutcomes(condition.arg, lookup));
    case 'is-null': {
      const bounds = operandBounds(condition.arg, lookup);
      if (!bounds) return OUTCOME.true | OUTCOME.false;
      const isNull = (bounds.numNulls !== 0 ? OUTCOME.true : 0) | (hasValues(bounds) ? OUTCOME.false : 0);
      return condition.negated ? negate(isNull) : isNull;
    }
    case 'column': {
      const bounds = condition.type.id === 'boolean' ? lookup(condition.id) : undefined;
      return bounds ? compareOutcomes('=', bounds, true) : ANY;
    }
    case 'in-list':
      return inListOutcomes(condition, lookup);
    case 'call':
      return callOutcomes(condition, lookup);
    default:
      return ANY;
  }
}

/** Whether a row may pass all of `conditions`. */
export function mayPass(conditions: readonly Expression[], lookup: BoundsLookup): boolean {
  return conditions.every((condition) => (filterOutcomes(condition, lookup) & OUTCOME.true) !== 0);
}

/** Whether every row passes all of `conditions`, for certain. */
export function allPass(conditions: readonly Expression[], lookup: BoundsLookup): boolean {
  return conditions.every((condition) => filterOutcomes(condition, lookup) === OUTCOME.true);
}

/**
 * The columns that conditions compare with constants for equality: those for which it pays to ask whether a value may
 * occur at all.
 */
export function equalityColumns(conditions: readonly Expression[]): Set<number> {
  const ids = new Set<number>();
  const visit = (condition: Expression): void => {
    if (condition.kind === 'and' || condition.kind === 'or') condition.args.forEach(visit);
    else if (condition.kind === 'in-list' && !condition.negated && condition.arg.kind === 'column') {
      ids.add(condition.arg.id);
    } else if (condition.kind === 'call' && condition.name === '=') {
      for (const arg of condition.args) if (arg.kind === 'column') ids.add(arg.id);
    }
  };
  conditions.forEach(visit);
  return ids;
}

function negate(outcomes: number): number {
  const swapped = (outcomes & OUTCOME.true ? OUTCOME.false : 0) | (outcomes & OUTCOME.false ? OUTCOME.true : 0);
  return swapped | (outcomes & OUTCOME.null);
}

/** Kleene's AND of every pair. */
function and(a: number, b: number): number {
  const both = a & b & OUTCOME.true;
  const either = (a | b) & OUTCOME.false;
  const isNull = (a & OUTCOME.null && b & (OUTCOME.true | OUTCOME.null)) || (b & OUTCOME.null && a & OUTCOME.true);
  return both | either | (isNull ? OUTCOME.null : 0);
}

function hasValues({ numNulls, numRows }: ColumnBounds): boolean {
  return numNulls === undefined || numNulls < numRows;
}

/** The bounds of a column, or of a cast of one that loses nothing and keeps the order. */
function operandBounds(operand: Expression, lookup: BoundsLookup): ColumnBounds | undefined {
  if (operand.kind === 'column') return lookup(operand.id);
  if (operand.kind !== 'cast') return undefined;
  const inner = operandBounds(operand.arg, lookup);
  return inner && castBounds(inner, operand.type);
}

/** The value of a constant as bounds compare it; null for SQL's null, undefined for what is no constant. */
function constantValue(operand: Expression): BoundValue | null | undefined {
  if (operand.kind === 'literal') return operand.value === null ? null : toBoundValue(operand.type, operand.value);
  if (operand.kind !== 'cast') return undefined;
  const inner = constantValue(operand.arg);
  return inner === null || inner === undefined ? inner : castBoundValue(inner, operand.arg.type, operand.type);
}

const MIRRORED: Readonly<Record<string, string>> = {
  '=': '=',
  '<>': '<>',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

function callOutcomes(call: CallExpression, lookup: BoundsLookup): number {
  const [left, right] = call.args;
  if (!left || !right || call.args.length !== 2) return ANY;
  if (call.name === '~~') return likeOutcomes(left, right, lookup);
  const mirrored = MIRRORED[call.name];
  if (mirrored === undefined) return ANY;
  const bounds = operandBounds(left, lookup);
  return bounds
    ? operandOutcomes(call.name, bounds, right)
    : operandOutcomes(mirrored, operandBounds(right, lookup), left);
}

function operandOutcomes(operator: string, bounds: ColumnBounds | undefined, operand: Expression): number {
  const constant = constantValue(operand);
  if (constant === null) return OUTCOME.null;
  if (!bounds || constant === undefined) return ANY;
  const type = comparedAs(bounds.type, operand.type);
  const compared = type && castBounds(bounds, type);
  const value = type && castBoundValue(constant, operand.type, type);
  return compared && value !== undefined ? compareOutcomes(operator, compared, value) : ANY;
}

/** The type in which values of two types compare as their bounds do: decimals meet at the larger scale. */
function comparedAs(a: DataType, b: DataType): DataType | undefined {
  if (sameType(a, b)) return a;
  if (a.id !== 'decimal' || b.id !== 'decimal') return undefined;
  return decimal(MAX_DECIMAL_PRECISION, Math.max(a.scale, b.scale));
}

function compareOutcomes(operator: string, bounds: ColumnBounds, constant: BoundValue): number {
  let outcomes: number = bounds.numNulls === 0 ? 0 : OUTCOME.null;
  if (!hasValues(bounds)) return outcomes;
  // Statistics pass over "not a number", which PostgreSQL sorts above every number.
  const isFloat = bounds.type.id === 'float32' || bounds.type.id === 'float64';
  const low = bounds.min === undefined ? undefined : compareBounds(bounds.min, constant);
  const high = bounds.max === undefined ? undefined : compareBounds(bounds.max, constant);
  const mayBeLess = low === undefined || low < 0;
  const isWithin = (low === undefined || low <= 0) && (high === undefined || high >= 0);
  const mayBeEqual = isWithin && (bounds.mayContain?.(constant) ?? true);
  const mayBeGreater = isFloat || high === undefined || high > 0;
  const may = (isTrue: boolean, isFalse: boolean) => (isTrue ? OUTCOME.true : 0) | (isFalse ? OUTCOME.false : 0);
  switch (operator) {
    case '=':
      outcomes |= may(mayBeEqual, mayBeLess || mayBeGreater);
      break;
    case '<>':
    case '!=':
      outcomes |= may(mayBeLess || mayBeGreater, mayBeEqual);
      break;
    case '<':
      outcomes |= may(mayBeLess, mayBeEqual || mayBeGreater);
      break;
    case '<=':
      outcomes |= may(mayBeLess || mayBeEqual, mayBeGreater);
      break;
    case '>':
      outcomes |= may(mayBeGreater, mayBeLess || mayBeEqual);
      break;
    default:
      outcomes |= may(mayBeGreater || mayBeEqual, mayBeLess);
  }
  return outcomes;
}

function inListOutcomes(condition: InListExpression, lookup: BoundsLookup): number {
  const bounds = operandBounds(condition.arg, lookup);
  if (!bounds) return ANY;
  const outcomesOf = (value: LiteralValue) => {
    if (value === null) return OUTCOME.null;
    const constant = toBoundValue(condition.arg.type, value);
    return constant === undefined ? ANY : compareOutcomes('=', bounds, constant);
  };
  const noneMatches = condition.values.reduce<number>(
    (left, value) => and(left, negate(outcomesOf(value))),
    OUTCOME.true,
  );
  return condition.negated ? noneMatches : negate(noneMatches);
}

/** `column LIKE 'abc%'`: whether a value can begin like the pattern. */
function likeOutcomes(operand: Expression, pattern: Expression, lookup: BoundsLookup): number {
  const bounds = operandBounds(operand, lookup);
  const text = pattern.kind === 'literal' ? pattern.value : undefined;
  if (text === null) return OUTCOME.null;
  if (bounds?.type.id !== 'varchar' || typeof text !== 'string') return ANY;
  const prefix = toBoundValue(bounds.type, /^[^%_\\]*/.exec(text)![0]) as Uint8Array;
  const nulls = bounds.numNulls === 0 ? 0 : OUTCOME.null;
  if (!hasValues(bounds)) return nulls;
  const { min, max } = bounds;
  const isBelow = max instanceof Uint8Array && compareBounds(max, prefix) < 0;
  const isAbove = min instanceof Uint8Array && compareBounds(min.subarray(0, prefix.length), prefix) > 0;
  return nulls | OUTCOME.false | (isBelow || isAbove ? 0 : OUTCOME.true);
}
