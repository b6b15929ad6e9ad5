import type { ColumnId, Expression } from '../expression/index.ts';
import type { LogicalPlan } from '../logical/index.ts';
import type { LiteralValue } from '../types/index.ts';

/** What rules may ask of their surroundings. */
export interface OptimizerContext {
  /** An id that no column of the query has. */
  newColumnId(): ColumnId;
  /** Whether the same arguments always give the same result (nothing in it is stable or volatile). */
  isImmutable(expression: Expression): boolean;
  /** Whether the expression may give another result each time it is evaluated within one query. */
  isVolatile(expression: Expression): boolean;
  /** The value of an expression without columns. Throws the error that running it would give. */
  evaluate(expression: Expression): LiteralValue;
}

/**
 * A rewrite of the whole plan that keeps its rows and its columns. A rule changes nothing when it has nothing to do, and then
 * answers with the same object. One rule a file; its header shows a plan before and after, and its first test is that pair.
 */
export interface Rule {
  /** Kebab-case; settings and golden plans refer to it. */
  readonly name: string;
  apply(plan: LogicalPlan, context: OptimizerContext): LogicalPlan;
}
