import type { ColumnId, Expression } from '../../expression/index.ts';
import { type DataType, type DecimalType, isInteger, physicalKind } from '../../types/index.ts';

/**
 * An exact expression as integer arithmetic: decimals by their unscaled values. Whether 64 bits are enough depends on the values, so each
 * term can say how many it needs (see {@link bitsOf}).
 */
export type ExactTerm =
  | { readonly kind: 'column'; readonly place: number; readonly type: DataType }
  | { readonly kind: 'constant'; readonly value: bigint; readonly bits: number }
  | {
      readonly kind: 'add' | 'sub' | 'mul';
      readonly left: ExactTerm;
      readonly right: ExactTerm;
      /** More bits than these are an overflow of the SQL type. */
      readonly maxBits: number;
    };

/** Bits without the sign of what fits the type. */
const MAX_BITS: Readonly<Record<string, number>> = { int8: 7, int16: 15, int32: 31, int64: 63 };

/** Bits of values that are surely added, subtracted and multiplied without overflow. */
const I64_BITS = 63;

const OPERATIONS: Readonly<Record<string, 'add' | 'sub' | 'mul'>> = { '+': 'add', '-': 'sub', '*': 'mul' };

/**
 * The term of an expression of integers and decimals of at most 64 bits: columns, constants, `+`, `-`, `*`, and casts that lose
 * nothing. Undefined for every other expression. `layout` has the places of the columns.
 */
export function exactTerm(expression: Expression, layout: readonly ColumnId[]): ExactTerm | undefined {
  switch (expression.kind) {
    case 'column': {
      const place = layout.indexOf(expression.id);
      const kind = physicalKind(expression.type);
      return place >= 0 && isExact(expression.type) && (kind === 'i32' || kind === 'i64')
        ? { kind: 'column', place, type: expression.type }
        : undefined;
    }
    case 'literal':
      return isExact(expression.type) && (typeof expression.value === 'number' || typeof expression.value === 'bigint')
        ? constant(BigInt(expression.value))
        : undefined;
    case 'cast':
      return castTerm(expression.arg, expression.type, layout);
    case 'call':
      return callTerm(expression, layout);
    default:
      return undefined;
  }
}

/** Bits without the sign that the values of a term need, when those of columns need `columnBits`; undefined when they overflow. */
export function bitsOf(term: ExactTerm, columnBits: (place: number) => number): number | undefined {
  if (term.kind === 'column') return columnBits(term.place);
  if (term.kind === 'constant') return term.bits;
  const left = bitsOf(term.left, columnBits);
  const right = bitsOf(term.right, columnBits);
  if (left === undefined || right === undefined) return undefined;
  // One more than the sum of both, because the product of the two least values has one bit more than that of the greatest.
  const bits = term.kind === 'mul' ? left + right + 1 : Math.max(left, right) + 1;
  return bits > Math.min(term.maxBits, I64_BITS) ? undefined : bits;
}

function isExact(type: DataType): boolean {
  return type.id === 'decimal' || (isInteger(type) && MAX_BITS[type.id] !== undefined);
}

function constant(value: bigint): ExactTerm | undefined {
  const bits = (value < 0n ? ~value : value).toString(2).length;
  return bits < I64_BITS ? { kind: 'constant', value, bits } : undefined;
}

function scaleOf(type: DataType): number {
  return type.id === 'decimal' ? type.scale : 0;
}

/** A cast to at least as many digits on both sides of the point cannot fail and only appends zeros. */
function castTerm(arg: Expression, type: DataType, layout: readonly ColumnId[]): ExactTerm | undefined {
  const from = arg.type;
  if (!isExact(from) || !isExact(type)) return undefined;
  if (type.id === 'decimal') {
    const digits = from.id === 'decimal' ? from.precision - from.scale : DIGITS[from.id]!;
    if (type.scale < scaleOf(from) || type.precision - type.scale < digits) return undefined;
  } else if (from.id === 'decimal' || MAX_BITS[from.id]! > MAX_BITS[type.id]!) {
    return undefined;
  }
  return scaledUp(exactTerm(arg, layout), scaleOf(type) - scaleOf(from));
}

const DIGITS: Readonly<Record<string, number>> = { int8: 3, int16: 5, int32: 10, int64: 19 };

/** The unscaled value at a larger scale. */
function scaledUp(term: ExactTerm | undefined, digits: number): ExactTerm | undefined {
  if (!term || digits === 0) return term;
  const factor = constant(10n ** BigInt(digits));
  if (!factor) return undefined;
  if (term.kind === 'constant' && factor.kind === 'constant') return constant(term.value * factor.value);
  return { kind: 'mul', left: term, right: factor, maxBits: I64_BITS };
}

function callTerm(
  { overload, args, type }: Extract<Expression, { readonly kind: 'call' }>,
  layout: readonly ColumnId[],
): ExactTerm | undefined {
  const kind = OPERATIONS[overload.slice(0, overload.indexOf('('))];
  const [a, b] = args;
  if (!kind || !a || !b || args.length !== 2 || ![type, a.type, b.type].every(isExact)) return undefined;
  if (type.id !== 'decimal') {
    return together(kind, exactTerm(a, layout), exactTerm(b, layout), MAX_BITS[type.id]!);
  }
  const scale = (type as DecimalType).scale;
  if (kind === 'mul') {
    // Digits beyond the largest scale would have to be rounded away.
    if (scaleOf(a.type) + scaleOf(b.type) !== scale) return undefined;
    return together(kind, exactTerm(a, layout), exactTerm(b, layout), I64_BITS);
  }
  const left = scaledUp(exactTerm(a, layout), scale - scaleOf(a.type));
  const right = scaledUp(exactTerm(b, layout), scale - scaleOf(b.type));
  return together(kind, left, right, I64_BITS);
}

function together(
  kind: 'add' | 'sub' | 'mul',
  left: ExactTerm | undefined,
  right: ExactTerm | undefined,
  maxBits: number,
): ExactTerm | undefined {
  return left && right ? { kind, left, right, maxBits } : undefined;
}
