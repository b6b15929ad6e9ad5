import { isQueryError, QueryError } from '../error/index.ts';
import { type DataType, formatType, isInteger, type LiteralValue, physicalKind } from '../types/index.ts';
import { vectorOfLiterals, vectorValue } from '../vector/index.ts';
import type { ScalarEvaluate, ScalarFunction, Volatility } from './function.ts';
import { integerRange } from './numeric-range.ts';

/** A scalar function written in JavaScript. */
export interface RowFunctionDefinition {
  /** Lower case SQL name. */
  readonly name: string;
  readonly parameters: readonly DataType[];
  readonly returns: DataType;
  /** Default `volatile`: called for every row. Say `immutable` when the same arguments always give the same result. */
  readonly volatility?: Volatility;
  /** `propagate` (default): not called, and null, when an argument is null. `custom`: called with nulls. */
  readonly nulls?: 'propagate' | 'custom';
  readonly description?: string;
  /** Gets and gives values in the forms of {@link LiteralValue}. What it throws fails the query. */
  readonly call: (...args: readonly LiteralValue[]) => LiteralValue;
}

/**
 * Adapts a JavaScript function to the registry: `registry.with([rowFunction({ ... })])`. This is the slow seam: arguments are
 * decoded and results encoded one row at a time in JavaScript (hundreds of nanoseconds a row), where everything that comes
 * with Millrace runs in WebAssembly. Throws `INVALID_VALUE` when the function throws or returns what its type cannot be.
 */
export function rowFunction(definition: RowFunctionDefinition): ScalarFunction {
  const { name, parameters, returns, nulls = 'propagate', volatility = 'volatile' } = definition;
  return {
    name,
    category: 'other',
    volatility,
    description: definition.description ?? 'A function of the application.',
    examples: [],
    overloads: [
      {
        id: `${name}(${parameters.map(formatType).join(',')})`,
        parameters,
        returns,
        nulls,
        evaluate: evaluateRows(definition, nulls === 'propagate'),
      },
    ],
  };
}

function evaluateRows({ name, call }: RowFunctionDefinition, skipNulls: boolean): ScalarEvaluate {
  return ({ arena, span }, args, numRows, type) => {
    const { memory } = arena;
    const results: LiteralValue[] = [];
    for (let row = 0; row < numRows; row++) {
      const values = args.map((arg) => vectorValue(arg, row, memory));
      results.push(skipNulls && values.includes(null) ? null : callOnce(values));
    }
    return vectorOfLiterals(type, results, arena);

    function callOnce(values: readonly LiteralValue[]): LiteralValue {
      let result: LiteralValue;
      try {
        result = call(...values);
      } catch (cause) {
        if (isQueryError(cause)) throw cause;
        const message = cause instanceof Error ? cause.message : String(cause);
        throw new QueryError('INVALID_VALUE', `the function ${name} failed: ${message}`, { span, cause });
      }
      if (isValueOf(type, result)) return result;
      throw new QueryError('INVALID_VALUE', `the function ${name} returned what is no value of ${formatType(type)}`, {
        span,
        details: { returned: typeof result, type: formatType(type) },
        hint: 'See LiteralValue for the JavaScript form of each type.',
      });
    }
  };
}

/** Whether a value has the form, and lies in the range, that its type asks for. */
function isValueOf(type: DataType, value: unknown): value is LiteralValue {
  if (value === null) return true;
  if (isInteger(type) || type.id === 'decimal') {
    const isNumber = physicalKind(type) === 'i32';
    if (isNumber ? !Number.isInteger(value) : typeof value !== 'bigint') return false;
    const [least, greatest] = integerRange(type);
    return (value as number | bigint) >= least && (value as number | bigint) <= greatest;
  }
  switch (type.id) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'float32':
    case 'float64':
      return typeof value === 'number';
    case 'date':
      return Number.isInteger(value) && Math.abs(value as number) <= 2 ** 31 - 1;
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      return typeof value === 'bigint' && BigInt.asIntN(64, value) === value;
    case 'varchar':
    case 'json':
    case 'jsonb':
      return typeof value === 'string';
    case 'uuid':
      return typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);
    case 'bytea':
      return value instanceof Uint8Array;
    case 'interval': {
      const { months, days, micros } = value as { months?: unknown; days?: unknown; micros?: unknown };
      return Number.isInteger(months) && Number.isInteger(days) && typeof micros === 'bigint';
    }
    case 'list':
      return Array.isArray(value) && value.every((item) => isValueOf(type.element, item));
    case 'struct':
      return (
        Array.isArray(value) &&
        value.length === type.fields.length &&
        type.fields.every((field, i) => isValueOf(field.type, value[i]))
      );
    default:
      return false;
  }
}
