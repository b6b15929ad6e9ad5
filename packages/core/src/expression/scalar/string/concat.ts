import { BYTEA, VARCHAR } from '../../../types/index.ts';
import { type Address, Vector } from '../../../vector/index.ts';
import { castVector } from '../../cast/cast-vector.ts';
import type { EvaluationContext, ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { functionKernels } from '../function-kernels.ts';
import { LIST_CONCAT_OVERLOADS } from '../nested/list-functions.ts';
import { overload, stride } from '../row-evaluation.ts';
import { sizedText } from '../sized-text.ts';
import { printedText } from './printed-text.ts';

/** The table of arguments that the kernel reads: data, stride, validity, validity stride. */
function partTable(context: EvaluationContext, parts: readonly Vector[]): Address {
  const address = context.arena.allocate(parts.length * 16);
  context.arena.memory.u32.set(
    parts.flatMap((part) => [part.data, stride(part), part.validity, part.encoding === 'constant' ? 0 : 1]),
    address / 4,
  );
  return address;
}

function joined(
  context: EvaluationContext,
  parts: readonly Vector[],
  separator: Vector | undefined,
  validity: Address,
  numRows: number,
): Vector {
  const table = partTable(context, parts);
  return sizedText(context, VARCHAR, numRows, (out, bytes) =>
    functionKernels(context).text_concat(
      table,
      parts.length,
      separator ? separator.data : 0,
      separator ? stride(separator) : 0,
      validity,
      numRows,
      out,
      bytes,
    ),
  );
}

const concatOperator: ScalarEvaluate = (context, args, numRows, type) => {
  const parts = type.id === 'bytea' ? args : args.map((arg) => castVector(context, arg, VARCHAR, false));
  return joined(context, parts, undefined, context.validity, numRows).withType(type);
};

const CONCAT_OPERATOR: ScalarFunction = {
  name: '||',
  category: 'operator',
  volatility: 'immutable',
  description:
    'Joins two strings, two byte strings or two arrays, or an array and an element; beside a string, a value of another type is cast to text.',
  examples: [
    { sql: "'Post' || 'greSQL'", result: 'PostgreSQL' },
    { sql: "'Value: ' || 42", result: 'Value: 42' },
    { sql: "'\\x12'::bytea || '\\x34'::bytea", result: '\\x1234' },
  ],
  overloads: [
    overload('||', [VARCHAR, VARCHAR], VARCHAR, concatOperator),
    overload('||', [BYTEA, BYTEA], BYTEA, concatOperator),
    overload('||', [VARCHAR, 'any'], VARCHAR, concatOperator),
    overload('||', ['any', VARCHAR], VARCHAR, concatOperator),
    ...LIST_CONCAT_OVERLOADS,
  ],
};

const concat: ScalarEvaluate = (context, args, numRows) => {
  const parts = args.map((arg) => printedText(context, arg));
  return joined(context, parts, undefined, 0, numRows);
};

const CONCAT: ScalarFunction = {
  name: 'concat',
  category: 'string',
  volatility: 'immutable',
  description: 'Joins the texts of all arguments; nulls are left out.',
  examples: [{ sql: "concat('abcde', 2, NULL, 22.5, true)", result: 'abcde222.5t' }],
  overloads: [overload('concat', ['any'], VARCHAR, concat, { variadic: true, nulls: 'custom' })],
};

const concatWithSeparator: ScalarEvaluate = (context, [separator, ...args], numRows, type) => {
  const parts = args.map((arg) => printedText(context, arg));
  if (separator!.encoding === 'constant' && separator!.validity !== 0) {
    const { memory } = context.arena;
    if (memory.u8[separator!.validity] === 0) {
      return Vector.constant(type, numRows, separator!.data, separator!.validity);
    }
  }
  const validity = separator!.encoding === 'constant' ? 0 : separator!.validity;
  const result = joined(context, parts, separator, validity, numRows);
  return Vector.flat(type, numRows, result.data, validity);
};

const CONCAT_WS: ScalarFunction = {
  name: 'concat_ws',
  category: 'string',
  volatility: 'immutable',
  description:
    'Joins the texts of all arguments but the first, which stands between them; nulls are left out. Null when the separator is.',
  examples: [{ sql: "concat_ws(',', 'abcde', 2, NULL, 22)", result: 'abcde,2,22' }],
  overloads: [
    overload('concat_ws', [VARCHAR, 'any'], VARCHAR, concatWithSeparator, { variadic: true, nulls: 'custom' }),
  ],
};

export const CONCAT_FUNCTIONS: readonly ScalarFunction[] = [CONCAT_OPERATOR, CONCAT, CONCAT_WS];
