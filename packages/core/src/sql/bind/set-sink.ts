import type { Column, ColumnId, Expression, SetCall } from '../../expression/index.ts';
import { collectColumns, expressionKey } from '../../expression/traverse.ts';
import type { LogicalPlan } from '../../logical/index.ts';
import { type Binder, columnReference } from './binder.ts';

/** The calls in a select list that give rows: each different one becomes a column of the rows below the list. */
export class SetSink {
  readonly #binder: Binder;
  readonly #byKey = new Map<string, Column>();
  #calls: { readonly call: SetCall; readonly column: Column }[] = [];

  constructor(binder: Binder) {
    this.#binder = binder;
  }

  /** The column that the call becomes, called after the function that was written. */
  add(call: SetCall, name: string): Expression {
    const key = JSON.stringify([call.name, call.args.map(expressionKey)]);
    let column = this.#byKey.get(key);
    if (!column) {
      column = this.#binder.column(name, call.type, true);
      this.#byKey.set(key, column);
      this.#calls.push({ call, column });
    }
    return columnReference(column, call.span);
  }

  /** Whether an expression needs a call's values. */
  uses(expression: Expression): boolean {
    const used = collectColumns(expression);
    return this.#calls.some(({ column }) => used.has(column.id));
  }

  /** Arguments over an aggregation, by `rewrite`. */
  rewrite(rewrite: (expression: Expression) => Expression): void {
    this.#calls = this.#calls.map(({ call, column }) => ({ call: { ...call, args: call.args.map(rewrite) }, column }));
  }

  /** The plan with the values of all calls. Those that stand in arguments of others come first; the others go in step. */
  place(input: LogicalPlan): LogicalPlan {
    let plan = input;
    let waiting = this.#calls;
    while (waiting.length > 0) {
      const open = new Set<ColumnId>(waiting.map(({ column }) => column.id));
      const isReady = ({ call }: { readonly call: SetCall }) =>
        call.args.every((arg) => [...collectColumns(arg)].every((id) => !open.has(id)));
      const ready = waiting.filter(isReady);
      waiting = waiting.filter((one) => !isReady(one));
      plan = {
        kind: 'ProjectSet',
        columns: [...plan.columns, ...ready.map(({ column }) => column)],
        input: plan,
        calls: ready.map(({ call }) => call),
        ordinality: false,
        isOuter: false,
      };
    }
    return plan;
  }
}
