import { INT32, VARCHAR } from '../../../types/index.ts';
import { literalVector } from '../../../vector/index.ts';
import type { ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { functionKernels } from '../function-kernels.ts';
import { overload, stride } from '../row-evaluation.ts';
import { sizedText } from '../sized-text.ts';

const TOO_LONG = { overflow: 'requested length too large' };

const padded =
  (right: boolean): ScalarEvaluate =>
  (context, [text, length, given], numRows, type) => {
    const fill = given ?? literalVector(VARCHAR, ' ', 1, context.arena);
    return sizedText(
      context,
      type,
      numRows,
      (out, bytes) =>
        functionKernels(context).text_pad(
          text!.data,
          stride(text!),
          length!.data,
          stride(length!),
          fill.data,
          stride(fill),
          context.validity,
          numRows,
          right ? 1 : 0,
          out,
          bytes,
        ),
      TOO_LONG,
    );
  };

function padFunction(name: string, right: boolean, examples: ScalarFunction['examples']): ScalarFunction {
  return {
    name,
    category: 'string',
    volatility: 'immutable',
    description:
      `Brings a string to a length in characters by putting a fill (a space when none is given) ${right ? 'behind' : 'before'} ` +
      'it as often as it takes; a longer string is cut at its end.',
    examples,
    overloads: [
      overload(name, [VARCHAR, INT32], VARCHAR, padded(right)),
      overload(name, [VARCHAR, INT32, VARCHAR], VARCHAR, padded(right)),
    ],
  };
}

const repeat: ScalarEvaluate = (context, [text, count], numRows, type) =>
  sizedText(
    context,
    type,
    numRows,
    (out, bytes) =>
      functionKernels(context).text_repeat(
        text!.data,
        stride(text!),
        count!.data,
        stride(count!),
        context.validity,
        numRows,
        out,
        bytes,
      ),
    TOO_LONG,
  );

const REPEAT: ScalarFunction = {
  name: 'repeat',
  category: 'string',
  volatility: 'immutable',
  description: 'The string n times over; empty for n below 1.',
  examples: [{ sql: "repeat('Pg', 4)", result: 'PgPgPgPg' }],
  overloads: [overload('repeat', [VARCHAR, INT32], VARCHAR, repeat)],
};

export const PAD_FUNCTIONS: readonly ScalarFunction[] = [
  padFunction('lpad', false, [{ sql: "lpad('hi', 5, 'xy')", result: 'xyxhi' }]),
  padFunction('rpad', true, [{ sql: "rpad('hi', 5, 'xy')", result: 'hixyx' }]),
  REPEAT,
];
