import { internal } from '../error/index.ts';
import { MemoryAccount } from '../runtime/index.ts';
import type { LiteralValue } from '../types/index.ts';
import { Arena, Batch, LinearMemory, vectorValue } from '../vector/index.ts';
import { compileExpression } from './compile-expression.ts';
import type { Expression } from './expression.ts';
import { ExpressionRuntime } from './expression-runtime.ts';
import type { FunctionRegistry } from './function.ts';
import { collectColumns } from './traverse.ts';

/** Session facts on which constants may depend. */
export interface ConstantContext {
  readonly functions: FunctionRegistry;
  /** Microseconds since 1970-01-01 UTC when the query started. */
  readonly startedMicros: bigint;
  /** IANA name of the session's time zone. Default `UTC`. */
  readonly timeZone?: string;
}

/** A constant needs little; a function that repeats text may need some. */
const MAX_BYTES = 64 << 20;

let memory: LinearMemory | undefined;

/**
 * The value of an expression without columns, computed on the calling thread in a small memory of its own that is made on
 * first use. For constant folding, partition pruning and settings. Throws what evaluating the expression throws
 * (`DIVISION_BY_ZERO`, `CAST_FAILED`, ...), and `INTERNAL` for an expression that has columns or is volatile.
 */
export function evaluateConstant(expression: Expression, context: ConstantContext): LiteralValue {
  if (expression.kind === 'literal') return expression.value;
  if (collectColumns(expression).size > 0) throw internal('a constant expression must not have columns');
  memory ??= new LinearMemory({ maxBytes: MAX_BYTES });
  const account = new MemoryAccount('constant folding', { limitBytes: MAX_BYTES });
  const runtime = new ExpressionRuntime({
    ...context,
    memory,
    account,
    nextRandom: () => {
      throw internal('a volatile expression is no constant');
    },
  });
  const arena = new Arena(memory, account);
  try {
    const vector = compileExpression(expression, [], runtime).evaluate(new Batch([], 1), arena);
    return vectorValue(vector, 0, memory);
  } finally {
    arena.close();
    runtime.close();
  }
}
