import { BYTEA, VARCHAR } from '../../../types/index.ts';
import { literalVector } from '../../../vector/index.ts';
import type { ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { functionKernels } from '../function-kernels.ts';
import { flatResult, overload, stride } from '../row-evaluation.ts';

const START = 1;
const END = 2;

const trimmed =
  (sides: number, kernel: 'text_trim' | 'bytea_trim' = 'text_trim'): ScalarEvaluate =>
  (context, [text, given], numRows, type) => {
    const set = given ?? literalVector(VARCHAR, ' ', 1, context.arena);
    return flatResult(context, type, numRows, (out) => {
      functionKernels(context)[kernel](
        text!.data,
        stride(text!),
        set.data,
        stride(set),
        context.validity,
        numRows,
        sides,
        out,
      );
    });
  };

function trimFunction(
  name: string,
  sides: number,
  where: string,
  examples: ScalarFunction['examples'],
): ScalarFunction {
  return {
    name,
    category: 'string',
    volatility: 'immutable',
    description: `Takes the characters of a set (a space when none is given) off ${where} of a string, or bytes off a byte string.`,
    examples,
    overloads: [
      overload(name, [VARCHAR], VARCHAR, trimmed(sides)),
      overload(name, [VARCHAR, VARCHAR], VARCHAR, trimmed(sides)),
      overload(name, [BYTEA, BYTEA], BYTEA, trimmed(sides, 'bytea_trim')),
    ],
  };
}

/** `trim(LEADING ... FROM ...)` and its like are these functions by the time that the grammar is done. */
export const TRIM_FUNCTIONS: readonly ScalarFunction[] = [
  trimFunction('btrim', START | END, 'both ends', [
    { sql: "trim('  x ')", result: 'x' },
    { sql: "btrim('xyxtrimyyx', 'xyz')", result: 'trim' },
    { sql: "trim(BOTH '\\x90'::bytea FROM '\\x9012345690'::bytea)", result: '\\x123456' },
  ]),
  trimFunction('ltrim', START, 'the start', [{ sql: "ltrim('zzzytest', 'xyz')", result: 'test' }]),
  trimFunction('rtrim', END, 'the end', [{ sql: "rtrim('testxxzx', 'xyz')", result: 'test' }]),
];
