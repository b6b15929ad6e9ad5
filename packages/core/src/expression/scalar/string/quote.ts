import { VARCHAR } from '../../../types/index.ts';
import { flatten, literalVector, Vector } from '../../../vector/index.ts';
import { castVector } from '../../cast/cast-vector.ts';
import type { EvaluationContext, ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { functionKernels } from '../function-kernels.ts';
import { overload, stride } from '../row-evaluation.ts';
import { boundedText } from '../sized-text.ts';

const SINGLE_QUOTE = 39;

function quoted(context: EvaluationContext, value: Vector, numRows: number): Vector {
  const text = castVector(context, value, VARCHAR, false);
  const kernels = functionKernels(context);
  const total = kernels.text_total_bytes(text.data, stride(text), numRows);
  return boundedText(context, VARCHAR, numRows, 2 * total + 4 * numRows, (out, bytes) => {
    kernels.text_quote(text.data, stride(text), context.validity, numRows, SINGLE_QUOTE, out, bytes);
  });
}

const quoteLiteral: ScalarEvaluate = (context, [value], numRows) => quoted(context, value!, numRows);

const QUOTE_LITERAL: ScalarFunction = {
  name: 'quote_literal',
  category: 'string',
  volatility: 'immutable',
  description: 'The text of a value as an SQL literal.',
  examples: [
    { sql: "quote_literal('O''Reilly')", result: "'O''Reilly'" },
    { sql: 'quote_literal(42.5)', result: "'42.5'" },
  ],
  overloads: [
    overload('quote_literal', [VARCHAR], VARCHAR, quoteLiteral),
    overload('quote_literal', ['any'], VARCHAR, quoteLiteral),
  ],
};

const quoteNullable: ScalarEvaluate = (context, [value], numRows) => {
  const flat = flatten(value!, context.arena);
  const result = quoted({ ...context, validity: flat.validity }, flat, numRows);
  if (flat.validity === 0) return result;
  const word = literalVector(VARCHAR, 'NULL', 1, context.arena);
  functionKernels(context).fill_null_refs(result.data, flat.validity, numRows, word.data);
  return Vector.flat(VARCHAR, numRows, result.data);
};

const QUOTE_NULLABLE: ScalarFunction = {
  name: 'quote_nullable',
  category: 'string',
  volatility: 'immutable',
  description: 'The text of a value as an SQL literal; NULL, without quotes, for null.',
  examples: [
    { sql: 'quote_nullable(NULL::text)', result: 'NULL' },
    { sql: "quote_nullable('a')", result: "'a'" },
  ],
  overloads: [
    overload('quote_nullable', [VARCHAR], VARCHAR, quoteNullable, { nulls: 'custom' }),
    overload('quote_nullable', ['any'], VARCHAR, quoteNullable, { nulls: 'custom' }),
  ],
};

export const QUOTE_FUNCTIONS: readonly ScalarFunction[] = [QUOTE_LITERAL, QUOTE_NULLABLE];
