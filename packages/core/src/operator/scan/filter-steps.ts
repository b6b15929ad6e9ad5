import { type CompiledPredicate, compilePredicate } from '../../expression/compile-predicate.ts';
import type { ExpressionRuntime } from '../../expression/expression-runtime.ts';
import type { ColumnId, Expression } from '../../expression/index.ts';
import { columnComparison } from '../../expression/predicate/column-comparison.ts';
import { collectColumns, combineConjuncts, splitConjuncts } from '../../expression/traverse.ts';

/** A part of a scan's filters. */
export interface FilterStep {
  /** Places of the columns that must have been read, beyond those of the steps before. */
  readonly columns: readonly number[];
  readonly predicate: CompiledPredicate;
}

/**
 * Cuts filters into steps that each read as few new columns as can be, so that rows which the first columns rule out are not
 * decoded of the others. The order of the conjuncts is kept, but a comparison with a constant, which cannot fail, moves up to the
 * first step that has read its column.
 */
export function filterSteps(
  filters: readonly Expression[],
  layout: readonly ColumnId[],
  runtime: ExpressionRuntime,
): FilterStep[] {
  const places = new Map(layout.map((id, place) => [id, place]));
  const steps: { columns: number[]; conjuncts: Expression[] }[] = [];
  const known = new Set<number>();
  for (const conjunct of filters.flatMap(splitConjuncts)) {
    const wanted = [...collectColumns(conjunct)].map((id) => places.get(id)!);
    const columns = wanted.filter((place) => !known.has(place));
    const isNew = columns.length > 0 || steps.length === 0;
    if (isNew) {
      steps.push({ columns, conjuncts: [conjunct] });
      for (const place of columns) known.add(place);
      continue;
    }
    const earliest = steps.findIndex((_, i) => {
      const readBy = new Set(steps.slice(0, i + 1).flatMap((step) => step.columns));
      return wanted.every((place) => readBy.has(place));
    });
    const target = cannotFail(conjunct) && earliest >= 0 ? steps[earliest]! : steps.at(-1)!;
    target.conjuncts.push(conjunct);
  }
  return steps.map(({ columns, conjuncts }) => ({
    columns,
    predicate: compilePredicate(combineConjuncts(conjuncts)!, layout, runtime),
  }));
}

function cannotFail(conjunct: Expression): boolean {
  if (conjunct.kind === 'is-null' || conjunct.kind === 'in-list') return conjunct.arg.kind === 'column';
  return columnComparison(conjunct) !== undefined;
}
