import { QueryError } from '../../../error/index.ts';
import { BOOLEAN, VARCHAR } from '../../../types/index.ts';
import { type Address, literalVector, type Vector, vectorOfLiterals, vectorValue } from '../../../vector/index.ts';
import type { EvaluationContext, ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { constantText } from '../constant-argument.ts';
import { functionKernels } from '../function-kernels.ts';
import { checkAnswer } from '../kernel-failure.ts';
import { flatResult, overload, stride } from '../row-evaluation.ts';
import { boundedText } from '../sized-text.ts';
import { mapCase } from '../string/letter-case.ts';
import { compileLikePattern } from './like-pattern.ts';

/** Matches strings with a pattern that is the same for all rows. */
function matchConstant(
  context: EvaluationContext,
  text: Vector,
  pattern: Vector,
  numRows: number,
  negate: number,
  out: Address,
): void {
  const { arena } = context;
  const kernels = functionKernels(context);
  const value = vectorValue(pattern, 0, arena.memory);
  const compiled = compileLikePattern(String(value));
  switch (compiled.kind) {
    case 'everything':
      arena.memory.u8.fill(1 - negate, out, out + numRows);
      return;
    case 'contains': {
      const part = literalVector(VARCHAR, compiled.part, 1, arena);
      const address = arena.memory.u32[part.data >>> 2]!;
      const length = arena.memory.u32[(part.data >>> 2) + 1]!;
      kernels.text_contains(text.data, stride(text), numRows, address, length, negate, out);
      return;
    }
    case 'parts': {
      const parts = vectorOfLiterals(VARCHAR, compiled.parts, arena);
      const anchors = [compiled.atStart ? 1 : 0, compiled.atEnd ? 1 : 0] as const;
      kernels.text_like_parts(text.data, stride(text), numRows, parts.data, parts.length, ...anchors, negate, out);
      return;
    }
    default:
      matchByRow(context, text, pattern, numRows, negate, out);
  }
}

function matchByRow(
  context: EvaluationContext,
  text: Vector,
  pattern: Vector,
  numRows: number,
  negate: number,
  out: Address,
): void {
  const answer = functionKernels(context).text_like(
    text.data,
    stride(text),
    pattern.data,
    stride(pattern),
    context.validity,
    numRows,
    negate,
    out,
  );
  checkAnswer(answer, context, { invalidValue: 'LIKE pattern must not end with escape character' });
}

function likeEvaluate(options: { readonly negate: boolean; readonly anyCase: boolean }): ScalarEvaluate {
  const negate = options.negate ? 1 : 0;
  return (context, args, numRows, type) => {
    let [text, pattern] = args as readonly [Vector, Vector];
    const constant = pattern.encoding === 'constant';
    if (options.anyCase) {
      text = text.encoding === 'constant' ? lowerConstant(context, text) : mapCase(context, text, numRows, false);
      pattern = constant ? lowerConstant(context, pattern) : mapCase(context, pattern, numRows, false);
    }
    return flatResult(context, type, numRows, (out) => {
      (constant ? matchConstant : matchByRow)(context, text, pattern, numRows, negate, out);
    });
  };
}

/** A constant in lower case, computed once. */
function lowerConstant(context: EvaluationContext, vector: Vector): Vector {
  const lower = mapCase({ ...context, validity: 0 }, vector, 1, false);
  return literalVector(VARCHAR, vectorValue(lower, 0, context.arena.memory), vector.length, context.arena);
}

function likeFunction(
  name: string,
  words: string,
  aliases: readonly string[],
  options: { readonly negate: boolean; readonly anyCase: boolean },
  examples: ScalarFunction['examples'],
): ScalarFunction {
  return {
    name,
    aliases,
    category: 'pattern',
    volatility: 'immutable',
    description:
      `${words}: whether the whole string ${options.negate ? 'does not match' : 'matches'} the pattern, in which \`%\` stands for any characters ` +
      'and `_` for one; a backslash before a character takes it literally.' +
      (options.anyCase ? ' Upper and lower case are the same.' : ''),
    examples,
    overloads: [overload(name, [VARCHAR, VARCHAR], BOOLEAN, likeEvaluate(options))],
  };
}

const likeEscape: ScalarEvaluate = (context, [pattern, escapeText], numRows, type) => {
  const own = constantText(context, escapeText!, numRows, 'An escape character');
  if ([...own].length > 1) {
    throw new QueryError('INVALID_VALUE', 'invalid escape string: an escape is one character or none', {
      span: context.span,
    });
  }
  const kernels = functionKernels(context);
  const own1 = literalVector(VARCHAR, own, 1, context.arena);
  const total = kernels.text_total_bytes(pattern!.data, stride(pattern!), numRows);
  return boundedText(context, type, numRows, 2 * total, (out, bytes) => {
    const { u32 } = context.arena.memory;
    kernels.text_like_escape(
      pattern!.data,
      stride(pattern!),
      context.validity,
      numRows,
      u32[own1.data >>> 2]!,
      u32[(own1.data >>> 2) + 1]!,
      out,
      bytes,
    );
  });
};

const LIKE_ESCAPE: ScalarFunction = {
  name: 'like_escape',
  category: 'pattern',
  volatility: 'immutable',
  description: 'A pattern with another escape character (or none, when it is empty), rewritten to the backslash.',
  examples: [
    { sql: "like_escape('50#%', '#')", result: '50\\%' },
    { sql: "'50%' LIKE '50#%' ESCAPE '#'", result: 'true' },
  ],
  overloads: [overload('like_escape', [VARCHAR, VARCHAR], VARCHAR, likeEscape)],
};

export const LIKE_FUNCTIONS: readonly ScalarFunction[] = [
  likeFunction('~~', 'LIKE', ['like'], { negate: false, anyCase: false }, [
    { sql: "'abc' LIKE 'a%'", result: 'true' },
    { sql: "'abc' LIKE '_b_'", result: 'true' },
    { sql: "'abc' LIKE 'c'", result: 'false' },
  ]),
  likeFunction('!~~', 'NOT LIKE', ['notlike'], { negate: true, anyCase: false }, [
    { sql: "'abc' NOT LIKE '%b%'", result: 'false' },
  ]),
  likeFunction('~~*', 'ILIKE', [], { negate: false, anyCase: true }, [{ sql: "'ABC' ILIKE '%b%'", result: 'true' }]),
  likeFunction('!~~*', 'NOT ILIKE', [], { negate: true, anyCase: true }, [
    { sql: "'ABC' NOT ILIKE 'x%'", result: 'true' },
  ]),
  LIKE_ESCAPE,
];
