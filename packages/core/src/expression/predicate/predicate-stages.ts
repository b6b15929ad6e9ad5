import { BOOLEAN } from '../../types/index.ts';
import type { ExpressionCompiler } from '../compile-expression.ts';
import type { Expression } from '../expression.ts';
import { splitConjuncts } from '../traverse.ts';
import { type ColumnComparison, columnComparison } from './column-comparison.ts';
import { ComparisonStage, hasRangeKernel, RangeStage } from './comparison-stage.ts';
import { ExpressionStage } from './expression-stage.ts';
import { NullStage } from './null-stage.ts';
import type { PredicateStage } from './predicate-stage.ts';
import { rangeOf } from './value-range.ts';

interface Candidate {
  readonly conjunct: Expression;
  readonly comparison: ColumnComparison | undefined;
}

/** The stages of a predicate, in the order in which they run. */
export function predicateStages(predicate: Expression, compiler: ExpressionCompiler): readonly PredicateStage[] {
  const direct: PredicateStage[] = [];
  const others: PredicateStage[] = [];
  let rest: readonly Candidate[] = splitConjuncts(predicate).map((conjunct) => ({
    conjunct,
    comparison: columnComparison(conjunct),
  }));
  while (rest.length > 0) {
    const [{ conjunct, comparison }, ...later] = rest as readonly [Candidate, ...Candidate[]];
    rest = later;
    if (conjunct.kind === 'is-null' && conjunct.arg.kind === 'column') {
      direct.push(new NullStage(compiler.placeOf(conjunct.arg.id, conjunct.arg.name), conjunct.negated));
    } else if (comparison) {
      const range = rangeWith(comparison, conjunct, later, compiler);
      if (range) rest = later.filter((candidate) => candidate !== range.partner);
      direct.push(range?.stage ?? comparisonStage(comparison, conjunct, compiler));
    } else {
      others.push(expressionStage(conjunct, compiler));
    }
  }
  return [...direct, ...others];
}

function expressionStage(conjunct: Expression, compiler: ExpressionCompiler): PredicateStage {
  return new ExpressionStage(compiler.compile(conjunct), compiler.node(conjunct), compiler.runtime);
}

function comparisonStage(
  { column, operator, value }: ColumnComparison,
  conjunct: Expression,
  compiler: ExpressionCompiler,
): PredicateStage {
  const place = compiler.placeOf(column.id, column.name);
  const fallback = expressionStage(conjunct, compiler);
  return new ComparisonStage(place, column.type, operator, value, fallback, compiler.runtime);
}

/** One stage for two bounds of the same column, the second of which stands somewhere later. */
function rangeWith(
  comparison: ColumnComparison,
  conjunct: Expression,
  later: readonly Candidate[],
  compiler: ExpressionCompiler,
): { readonly stage: PredicateStage; readonly partner: Candidate } | undefined {
  const { column } = comparison;
  if (!hasRangeKernel(column.type)) return undefined;
  for (const partner of later) {
    if (partner.comparison?.column.id !== column.id) continue;
    const range = rangeOf(column.type, comparison, partner.comparison);
    if (!range) continue;
    const both: Expression = { kind: 'and', type: BOOLEAN, args: [conjunct, partner.conjunct] };
    const place = compiler.placeOf(column.id, column.name);
    const fallback = expressionStage(both, compiler);
    return { stage: new RangeStage(place, column.type, range, fallback, compiler.runtime), partner };
  }
  return undefined;
}
