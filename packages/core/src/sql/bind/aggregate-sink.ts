import type { SourceSpan } from '../../error/index.ts';
import type { AggregateCall, Column, Expression } from '../../expression/index.ts';
import { expressionKey } from '../../expression/traverse.ts';
import { INT32 } from '../../types/index.ts';
import { type Binder, columnReference } from './binder.ts';

/** A call of `grouping`, and the column that it becomes. */
export interface GroupingCall {
  readonly args: readonly Expression[];
  readonly column: Column;
  readonly span: SourceSpan;
}

/** The aggregates of one query level: each different one once, as a column of the aggregation. */
export class AggregateSink {
  readonly groupings: GroupingCall[] = [];
  readonly calls: AggregateCall[] = [];
  readonly columns: Column[] = [];
  readonly #binder: Binder;
  readonly #byKey = new Map<string, Column>();

  constructor(binder: Binder) {
    this.#binder = binder;
  }

  /** The column that a call of `grouping` becomes. */
  addGrouping(args: readonly Expression[], span: SourceSpan): Column {
    const column = this.#binder.column('grouping', INT32, false);
    this.groupings.push({ args, column, span });
    return column;
  }

  /** The column that the call becomes. */
  add(call: AggregateCall, nullable: boolean, span: SourceSpan): Expression {
    const key = JSON.stringify([
      call.overload,
      call.distinct,
      call.args.map(expressionKey),
      call.filter && expressionKey(call.filter),
      call.orderBy?.map(({ expression, descending, nullsFirst }) => [
        expressionKey(expression),
        descending,
        nullsFirst,
      ]),
    ]);
    let column = this.#byKey.get(key);
    if (!column) {
      column = this.#binder.column(call.name, call.type, nullable);
      this.#byKey.set(key, column);
      this.calls.push(call);
      this.columns.push(column);
    }
    return columnReference(column, span);
  }
}
