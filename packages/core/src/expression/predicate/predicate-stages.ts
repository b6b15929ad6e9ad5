import type { ExpressionCompiler } from '../compile-expression.ts';
import type { Expression } from '../expression.ts';
import { splitConjuncts } from '../traverse.ts';
import { ExpressionStage } from './expression-stage.ts';
import type { PredicateStage } from './predicate-stage.ts';

/** The stages of a predicate, in the order in which they run. */
export function predicateStages(predicate: Expression, compiler: ExpressionCompiler): readonly PredicateStage[] {
  return splitConjuncts(predicate).map((conjunct) => new ExpressionStage(compiler.node(conjunct), compiler.runtime));
}
