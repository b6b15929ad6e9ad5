import { BYTEA, INT32, VARCHAR } from '../../../types/index.ts';
import type { ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { functionKernels } from '../function-kernels.ts';
import { overload, stride } from '../row-evaluation.ts';
import { boundedText, sizedText } from '../sized-text.ts';

const fromTo =
  (kernel: 'text_replace' | 'text_translate'): ScalarEvaluate =>
  (context, [text, from, to], numRows, type) =>
    sizedText(context, type, numRows, (out, bytes) =>
      functionKernels(context)[kernel](
        text!.data,
        stride(text!),
        from!.data,
        stride(from!),
        to!.data,
        stride(to!),
        context.validity,
        numRows,
        out,
        bytes,
      ),
    );

const REPLACE: ScalarFunction = {
  name: 'replace',
  category: 'string',
  volatility: 'immutable',
  description: 'Puts one string in the place of every occurrence of another.',
  examples: [{ sql: "replace('abcdefabcdef', 'cd', 'XX')", result: 'abXXefabXXef' }],
  overloads: [overload('replace', [VARCHAR, VARCHAR, VARCHAR], VARCHAR, fromTo('text_replace'))],
};

const TRANSLATE: ScalarFunction = {
  name: 'translate',
  category: 'string',
  volatility: 'immutable',
  description:
    'Replaces each character of the second argument by the one at the same place of the third; where there is none, it goes.',
  examples: [{ sql: "translate('12345', '143', 'ax')", result: 'a2x5' }],
  overloads: [overload('translate', [VARCHAR, VARCHAR, VARCHAR], VARCHAR, fromTo('text_translate'))],
};

const overlaid =
  (bytewise: boolean): ScalarEvaluate =>
  (context, [text, replacement, start, count], numRows, type) =>
    sizedText(
      context,
      type,
      numRows,
      (out, bytes) =>
        functionKernels(context).text_overlay(
          text!.data,
          stride(text!),
          replacement!.data,
          stride(replacement!),
          start!.data,
          stride(start!),
          count ? count.data : 0,
          count ? stride(count) : 0,
          context.validity,
          numRows,
          bytewise ? 1 : 0,
          out,
          bytes,
        ),
      { invalidValue: 'negative substring length not allowed', overflow: 'integer out of range' },
    );

const OVERLAY: ScalarFunction = {
  name: 'overlay',
  category: 'string',
  volatility: 'immutable',
  description:
    'Puts a string in the place of the characters from a position on: as many as it has itself, or as are given.',
  examples: [
    { sql: "overlay('Txxxxas' PLACING 'hom' FROM 2 FOR 4)", result: 'Thomas' },
    { sql: "overlay('abcdef', 'zz', 2)", result: 'azzdef' },
  ],
  overloads: [VARCHAR, BYTEA].flatMap((type) => [
    overload('overlay', [type, type, INT32], type, overlaid(type === BYTEA)),
    overload('overlay', [type, type, INT32, INT32], type, overlaid(type === BYTEA)),
  ]),
};

const reversed =
  (bytewise: boolean): ScalarEvaluate =>
  (context, [text], numRows, type) => {
    const kernels = functionKernels(context);
    const total = kernels.text_total_bytes(text!.data, stride(text!), numRows);
    return boundedText(context, type, numRows, total, (out, bytes) => {
      kernels.text_reverse(text!.data, stride(text!), context.validity, numRows, bytewise ? 1 : 0, out, bytes);
    });
  };

const REVERSE: ScalarFunction = {
  name: 'reverse',
  category: 'string',
  volatility: 'immutable',
  description: 'The characters of a string, or the bytes of a byte string, in reverse order.',
  examples: [{ sql: "reverse('abcdé')", result: 'édcba' }],
  overloads: [
    overload('reverse', [VARCHAR], VARCHAR, reversed(false)),
    overload('reverse', [BYTEA], BYTEA, reversed(true)),
  ],
};

export const REPLACE_FUNCTIONS: readonly ScalarFunction[] = [REPLACE, TRANSLATE, OVERLAY, REVERSE];
