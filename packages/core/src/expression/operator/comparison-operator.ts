import {
  BOOLEAN,
  type DataType,
  type DecimalType,
  decimal,
  MAX_DECIMAL_PRECISION,
  sameType,
} from '../../types/index.ts';
import { type Address, type Arena, Vector } from '../../vector/index.ts';
import { convertInteger } from '../cast/convert-integer.ts';
import { COMPARISON, type ComparisonOperator, mirrored } from '../comparison-code.ts';
import { expressionKernels } from '../expression-kernels.ts';
import type { ScalarEvaluate, ScalarFunction, ScalarOverload } from '../function.ts';
import { functionKernels } from '../scalar/function-kernels.ts';
import { orderDescription } from '../scalar/nested/list-elements.ts';
import { stride } from '../scalar/row-evaluation.ts';

/**
 * One byte a row: `a op b` for two vectors of one type, or two decimals of any scales; flat or constant, one at least flat.
 * Under nulls the byte means nothing.
 */
export function compareVectors(
  operator: ComparisonOperator,
  args: readonly Vector[],
  numRows: number,
  arena: Arena,
): Address {
  const [a, b] = args as readonly [Vector, Vector];
  if (a.type.id === 'decimal' && b.type.id === 'decimal' && !sameType(a.type, b.type)) {
    return compareDecimals(operator, a, b, numRows, arena);
  }
  const data = arena.allocate(numRows);
  if (a.type.id === 'list' || a.type.id === 'struct') {
    const order = orderDescription({ arena }, a.type);
    functionKernels({ arena }).compare_nested(
      ...([COMPARISON[operator], a.data, stride(a), b.data, stride(b), 0, numRows, order, data] as const),
    );
    return data;
  }
  const kernels = expressionKernels(arena);
  const { kind } = a;
  if (a.encoding === 'constant') {
    kernels[`compare_${kind}_vc`](COMPARISON[mirrored(operator)], data, b.data, a.data, numRows);
  } else {
    const kernel = b.encoding === 'constant' ? kernels[`compare_${kind}_vc`] : kernels[`compare_${kind}_vv`];
    kernel(COMPARISON[operator], data, a.data, b.data, numRows);
  }
  return data;
}

function compareDecimals(operator: ComparisonOperator, a: Vector, b: Vector, numRows: number, arena: Arena): Address {
  const first = a.type as DecimalType;
  const second = b.type as DecimalType;
  const scale = Math.max(first.scale, second.scale);
  const digits = Math.max(first.precision - first.scale, second.precision - second.scale) + scale;
  if (digits <= MAX_DECIMAL_PRECISION) {
    const type = decimal(digits, scale);
    return compareVectors(operator, [withType(a, type, arena), withType(b, type, arena)], numRows, arena);
  }
  // No decimal holds both at one scale: the one with fewer digits after the point is scaled during the comparison.
  if (first.scale > second.scale) return compareDecimals(mirrored(operator), b, a, numRows, arena);
  const [wideA, wideB] = [a, b].map((vector) =>
    withType(vector, decimal(MAX_DECIMAL_PRECISION, (vector.type as DecimalType).scale), arena),
  ) as [Vector, Vector];
  const data = arena.allocate(numRows);
  const stride = ({ encoding }: Vector) => (encoding === 'constant' ? 0 : 16);
  expressionKernels(arena).compare_i128_scaled(
    ...([COMPARISON[operator], data, wideA.data, wideB.data, numRows] as const),
    ...[stride(wideA), stride(wideB), second.scale - first.scale],
  );
  return data;
}

/** The decimal at a scale and a precision that have room for all of it. */
function withType(vector: Vector, type: DecimalType, arena: Arena): Vector {
  const isConstant = vector.encoding === 'constant';
  const flat = Vector.flat(vector.type, isConstant ? 1 : vector.length, vector.data);
  const { data } = convertInteger(flat, type, 0, 0, arena);
  return isConstant ? Vector.constant(type, vector.length, data) : Vector.flat(type, vector.length, data);
}

function comparison(
  operator: ComparisonOperator,
  description: string,
  example: readonly [string, string],
): ScalarFunction {
  const evaluate: ScalarEvaluate = ({ arena }, args, numRows) =>
    Vector.flat(BOOLEAN, numRows, compareVectors(operator, args, numRows, arena));
  return {
    name: operator,
    ...(operator === '<>' ? { aliases: ['!='] } : {}),
    category: 'operator',
    volatility: 'immutable',
    description,
    examples: [{ sql: example[0], result: example[1] }],
    overloads: comparisonOverloads(operator, { evaluate }),
  };
}

/** Overloads for two values of any one type and for decimals of any two scales. */
export function comparisonOverloads(
  name: string,
  rest: Pick<ScalarOverload, 'evaluate' | 'nulls'>,
  returns: DataType = BOOLEAN,
): readonly ScalarOverload[] {
  return [
    { id: `${name}(decimal,decimal)`, parameters: ['decimal', 'decimal'], returns, ...rest },
    { id: `${name}(same,same)`, parameters: ['same', 'same'], returns, ...rest },
  ];
}

const ORDER_NOTE =
  'Text is compared bytewise (collation C), NaN equals itself and is greater than all other numbers, an interval counts a month as 30 days.';

export const COMPARISON_OPERATORS: readonly ScalarFunction[] = [
  comparison('=', `Whether two values are equal. ${ORDER_NOTE}`, ['1 = 1', 'true']),
  comparison('<>', `Whether two values differ. ${ORDER_NOTE}`, ['1 <> 1', 'false']),
  comparison('<', `Whether the first value comes before the second. ${ORDER_NOTE}`, ["'a' < 'b'", 'true']),
  comparison('<=', `Whether the first value does not come after the second. ${ORDER_NOTE}`, ['2 <= 1', 'false']),
  comparison('>', `Whether the first value comes after the second. ${ORDER_NOTE}`, ['2.5 > 1', 'true']),
  comparison('>=', `Whether the first value does not come before the second. ${ORDER_NOTE}`, ['1 >= 1.0', 'true']),
];
