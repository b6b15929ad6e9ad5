import { VARCHAR } from '../../../types/index.ts';
import type { Vector } from '../../../vector/index.ts';
import type { EvaluationContext, ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { functionKernels } from '../function-kernels.ts';
import { overload, stride } from '../row-evaluation.ts';
import { boundedText } from '../sized-text.ts';

/** Some characters of two bytes have a counterpart of three; ASCII stays ASCII. */
const GROWTH = 1.5;

function caseBytes(context: EvaluationContext, text: Vector, numRows: number): number {
  const kernels = functionKernels(context);
  const total = kernels.text_total_bytes(text.data, stride(text), numRows);
  return kernels.text_all_ascii(text.data, stride(text), numRows) ? total : total * GROWTH;
}

/** The strings in lower or upper case; also what ILIKE compares. */
export function mapCase(context: EvaluationContext, text: Vector, numRows: number, upper: boolean): Vector {
  return boundedText(context, VARCHAR, numRows, caseBytes(context, text, numRows), (out, bytes) => {
    const { validity } = context;
    functionKernels(context).text_map_case(text.data, stride(text), validity, numRows, upper ? 1 : 0, out, bytes);
  });
}

const mapping =
  (upper: boolean): ScalarEvaluate =>
  (context, [text], numRows) =>
    mapCase(context, text!, numRows, upper);

const initcap: ScalarEvaluate = (context, [text], numRows, type) =>
  boundedText(context, type, numRows, caseBytes(context, text!, numRows), (out, bytes) => {
    functionKernels(context).text_initcap(text!.data, stride(text!), context.validity, numRows, out, bytes);
  });

const LOWER: ScalarFunction = {
  name: 'lower',
  category: 'string',
  volatility: 'immutable',
  description: "The string in lower case, by Unicode's simple mapping of single characters.",
  examples: [
    { sql: "lower('TOM')", result: 'tom' },
    { sql: "lower('ÀÉÎ')", result: 'àéî' },
  ],
  overloads: [overload('lower', [VARCHAR], VARCHAR, mapping(false))],
};

const UPPER: ScalarFunction = {
  name: 'upper',
  category: 'string',
  volatility: 'immutable',
  description: "The string in upper case, by Unicode's simple mapping of single characters: `ß` stays `ß`.",
  examples: [
    { sql: "upper('tom')", result: 'TOM' },
    { sql: "upper('àéî')", result: 'ÀÉÎ' },
  ],
  overloads: [overload('upper', [VARCHAR], VARCHAR, mapping(true))],
};

const INITCAP: ScalarFunction = {
  name: 'initcap',
  category: 'string',
  volatility: 'immutable',
  description:
    'The first letter of each word in upper case and the others in lower case; words are runs of letters and digits.',
  examples: [{ sql: "initcap('hi THOMAS, it''s 2nd')", result: "Hi Thomas, It'S 2nd" }],
  overloads: [overload('initcap', [VARCHAR], VARCHAR, initcap)],
};

export const LETTER_CASE_FUNCTIONS: readonly ScalarFunction[] = [LOWER, UPPER, INITCAP];
