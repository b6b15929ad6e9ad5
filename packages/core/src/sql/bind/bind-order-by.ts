import type { SourceSpan } from '../../error/index.ts';
import type { Expression } from '../../expression/index.ts';
import type { AstSortItem } from '../ast/index.ts';
import { requireOrder } from '../comparable-type.ts';
import { findOutput, type OutputItem, positionOf } from './bind-grouping.ts';
import type { ExpressionBinder } from './expression-binder.ts';

/** A key of ORDER BY: an output of the query, or else an expression that only the order needs. */
export interface BoundSortKey {
  /** Index of the output; -1 with `hidden`. */
  readonly output: number;
  readonly hidden: Expression | undefined;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
  readonly span: SourceSpan;
}

/**
 * The keys of ORDER BY, or of another clause that names outputs in the same way. A whole number is a position in the select list; a bare name is an output, or else a column of the
 * input; all else is an expression over the input.
 */
export function bindSortKeys(
  binder: ExpressionBinder,
  items: readonly AstSortItem[],
  outputs: readonly OutputItem[],
): BoundSortKey[] {
  const keys = items.map(({ expression: ast, descending, nullsFirst }): BoundSortKey => {
    const { span } = ast;
    const order = { descending, nullsFirst, span };
    const position = positionOf(ast, binder.clause, outputs.length);
    if (position !== undefined) return { ...order, output: position, hidden: undefined };
    const name = ast.kind === 'column' && ast.path.length === 1 ? ast.path[0]! : undefined;
    const output = name === undefined ? undefined : findOutput(outputs, name, binder.clause, span);
    if (output) return { ...order, output: outputs.indexOf(output), hidden: undefined };
    return { ...order, output: -1, hidden: binder.settle(binder.bind(ast)) };
  });
  for (const { output, hidden, span } of keys) {
    requireOrder((hidden ?? outputs[output]!.expression).type, binder.clause, span);
  }
  return keys;
}
