import { type CompiledExpression, compileExpression } from '../expression/compile-expression.ts';
import { outputColumns, type ProjectExec } from '../physical/index.ts';
import { Batch } from '../vector/index.ts';
import { columnIds } from './column-ids.ts';
import { BLOCKED, type Operator } from './operator.ts';
import type { OperatorContext } from './operator-context.ts';
import { PlanOperator, type Pulled } from './plan-operator.ts';
import type { RuntimeFilter } from './runtime-filter.ts';

/** Computes columns. When all of them are columns of the input, the selection and the encodings stay as they are. */
export class ProjectOperator extends PlanOperator<ProjectExec> {
  readonly #input: Operator;
  readonly #expressions: readonly CompiledExpression[];
  /** For each column its place in the input, when there is nothing to compute. */
  readonly #places: readonly number[] | undefined;

  constructor(node: ProjectExec, context: OperatorContext, input: Operator) {
    super(node, context, [input]);
    this.#input = input;
    const columns = outputColumns(node.input);
    const places = node.expressions.map((expression) =>
      expression.kind === 'column' ? columns.findIndex((column) => column.id === expression.id) : -1,
    );
    this.#places = places.includes(-1) ? undefined : places;
    this.#expressions = this.#places
      ? []
      : node.expressions.map((expression) => compileExpression(expression, columnIds(columns), context.expressions));
  }

  /** Columns of the input under other names, if nothing else. */
  acceptFilter(filter: RuntimeFilter): boolean {
    const { columns, expressions } = this.node;
    const below = filter.columns.flatMap((id) => {
      const expression = expressions[columns.findIndex((column) => column.id === id)];
      return expression?.kind === 'column' ? [expression.id] : [];
    });
    if (below.length < filter.columns.length) return false;
    return this.#input.acceptFilter?.({ ...filter, columns: below }) ?? false;
  }

  protected override pull(): Pulled {
    const batch = this.#input.next();
    if (batch === undefined || batch === BLOCKED) return batch;
    if (this.#places) {
      const columns = this.#places.map((place) => batch.columns[place]!);
      return new Batch(columns, batch.numStoredRows, batch.selection, batch.numRows);
    }
    const columns = this.#expressions.map((expression) => expression.evaluate(batch, this.arena));
    return new Batch(columns, batch.numRows);
  }
}
