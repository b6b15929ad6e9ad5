import { type DataType, isFloat, type LiteralValue, physicalKind } from '../../types/index.ts';
import type { ComparisonOperator } from '../comparison-code.ts';
import { kindRange } from '../numeric-range.ts';
import type { ValueRange } from './comparison-stage.ts';

/**
 * The values that satisfy two comparisons of one column, one of them a lower and one an upper bound, as a range whose ends
 * belong to it; undefined when the comparisons bound the same side, or leave nothing.
 */
export function rangeOf(
  type: DataType,
  first: { readonly operator: ComparisonOperator; readonly value: LiteralValue },
  second: { readonly operator: ComparisonOperator; readonly value: LiteralValue },
): ValueRange | undefined {
  const isLower = (operator: ComparisonOperator) => operator === '>' || operator === '>=';
  const isUpper = (operator: ComparisonOperator) => operator === '<' || operator === '<=';
  if (isUpper(first.operator) && isLower(second.operator)) return rangeOf(type, second, first);
  if (!isLower(first.operator) || !isUpper(second.operator)) return undefined;
  const low = first.operator === '>=' ? first.value : next(type, first.value, 1);
  const high = second.operator === '<=' ? second.value : next(type, second.value, -1);
  return low === undefined || high === undefined ? undefined : { low, high };
}

/** The neighbour of a value among those of its kind; undefined when there is none. */
function next(type: DataType, value: LiteralValue, step: 1 | -1): LiteralValue | undefined {
  if (isFloat(type)) return nextFloat(value as number, step);
  const neighbour = BigInt(value as number | bigint) + BigInt(step);
  const [least, greatest] = kindRange(physicalKind(type));
  if (neighbour < least || neighbour > greatest) return undefined;
  return typeof value === 'number' ? Number(neighbour) : neighbour;
}

/** In the order in which NaN is the greatest value and both zeros are one. */
function nextFloat(value: number, step: 1 | -1): number | undefined {
  if (Number.isNaN(value)) return step === 1 ? undefined : Number.POSITIVE_INFINITY;
  if (value === Number.POSITIVE_INFINITY && step === 1) return Number.NaN;
  if (value === Number.NEGATIVE_INFINITY && step === -1) return undefined;
  if (value === 0) return step * Number.MIN_VALUE;
  const bits = new BigInt64Array(1);
  const floats = new Float64Array(bits.buffer);
  floats[0] = value;
  // The bits of a float grow with its magnitude.
  bits[0]! += value > 0 === (step === 1) ? 1n : -1n;
  return floats[0];
}
