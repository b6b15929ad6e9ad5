import type { Arena, Batch } from '../vector/index.ts';
import { compilerFor } from './compile-expression.ts';
import type { ColumnId, Expression } from './expression.ts';
import type { ExpressionRuntime } from './expression-runtime.ts';
import { predicateStages } from './predicate/predicate-stages.ts';

/** A condition made ready for batches of one layout. */
export interface CompiledPredicate {
  /**
   * The rows of the batch for which the condition is true; null counts as false. The same batch when all are, otherwise the
   * same columns with a narrower selection, which lies in `arena`. Throws a `QueryError` of kind `Execution` when a row that
   * no earlier conjunct has ruled out makes it fail.
   */
  select(batch: Batch, arena: Arena): Batch;
}

/**
 * Compiles a condition whose columns stand in a batch in the order of `layout`. Its conjuncts become stages, each evaluated
 * on the rows that the ones before it left: first comparisons of columns with constants, which cannot fail and read the
 * columns where they are, then all else in the order in which it was written.
 */
export function compilePredicate(
  predicate: Expression,
  layout: readonly ColumnId[],
  runtime: ExpressionRuntime,
): CompiledPredicate {
  const stages = predicateStages(predicate, compilerFor(runtime, layout));
  return {
    select(batch, arena) {
      let selected = batch;
      for (const stage of stages) {
        if (selected.numRows === 0) return selected;
        selected = stage.select(selected, arena);
      }
      return selected;
    },
  };
}
