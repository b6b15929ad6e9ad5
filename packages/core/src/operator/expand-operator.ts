import { type CompiledExpression, compileExpression } from '../expression/compile-expression.ts';
import { expressionKey } from '../expression/traverse.ts';
import { type ExpandExec, outputColumns } from '../physical/index.ts';
import { Arena, Batch, type Vector } from '../vector/index.ts';
import { columnIds } from './column-ids.ts';
import { BLOCKED, type Operator } from './operator.ts';
import type { OperatorContext } from './operator-context.ts';
import { PlanOperator, type Pulled } from './plan-operator.ts';

/** Gives each batch of the input once for each list of expressions; what lists share is computed once a batch. */
export class ExpandOperator extends PlanOperator<ExpandExec> {
  readonly #input: Operator;
  readonly #expressions: readonly CompiledExpression[];
  /** For each list the places of its columns among the different expressions. */
  readonly #lists: readonly (readonly number[])[];
  /** Holds the values of the input batch until all lists have given theirs. */
  readonly #values: Arena;
  #columns: readonly Vector[] = [];
  #numRows = 0;
  #list: number;

  constructor(node: ExpandExec, context: OperatorContext, input: Operator) {
    super(node, context, [input]);
    this.#input = input;
    this.#values = new Arena(context.memory, this.account);
    const layout = columnIds(outputColumns(node.input));
    const places = new Map<string, number>();
    const expressions: CompiledExpression[] = [];
    this.#lists = node.projections.map((list) =>
      list.map((expression) => {
        const key = expressionKey(expression);
        let place = places.get(key);
        if (place === undefined) {
          place = expressions.length;
          places.set(key, place);
          expressions.push(compileExpression(expression, layout, context.expressions));
        }
        return place;
      }),
    );
    this.#expressions = expressions;
    this.#list = this.#lists.length;
  }

  protected override pull(): Pulled {
    if (this.#list === this.#lists.length) {
      const batch = this.#input.next();
      if (batch === undefined || batch === BLOCKED) return batch;
      this.#values.reset();
      this.#columns = this.#expressions.map((expression) => expression.evaluate(batch, this.#values));
      this.#numRows = batch.numRows;
      this.#list = 0;
    }
    const columns = this.#lists[this.#list++]!.map((place) => this.#columns[place]!);
    return new Batch(columns, this.#numRows);
  }

  protected override release(): void {
    this.#values.close();
  }
}
