import { compileExpression } from '../../expression/compile-expression.ts';
import type { Expression, WindowCall } from '../../expression/index.ts';
import type { AggregateMode } from '../../physical/index.ts';
import type { MemoryAccount } from '../../runtime/index.ts';
import { type Address, type Arena, Batch, denseColumn } from '../../vector/index.ts';
import { AccumulatorFeed, type ArgumentSource } from '../aggregate/accumulator-feed.ts';
import { type RunningAggregate, runningAggregate } from '../aggregate/running-aggregate.ts';
import type { OperatorContext } from '../operator-context.ts';
import type { RowFrames } from './window-frames.ts';
import type { WindowRows } from './window-rows.ts';

/** What a window aggregate is made of. */
export interface WindowAggregateInput {
  readonly rows: WindowRows;
  readonly window: WindowCall;
  readonly frames: RowFrames;
  readonly context: OperatorContext;
  readonly account: MemoryAccount;
}

/** An aggregate over the rows of a window in their order, group by group, with its filter. */
export class AggregateArguments {
  readonly feed: AccumulatorFeed;
  readonly aggregate: RunningAggregate;
  readonly #rows: WindowRows;
  readonly #expressions: readonly Expression[];

  constructor({ rows, window: { call }, context, account }: WindowAggregateInput, mode: AggregateMode) {
    this.#rows = rows;
    this.#expressions = call.filter ? [...call.args, call.filter] : call.args;
    const layout = this.#expressions.map((_, i) => i);
    const filter =
      call.filter && compileExpression(batchColumn(call.args.length, call.filter), layout, context.expressions);
    this.feed = new AccumulatorFeed({ filter }, rows.memory, account);
    const sources = call.args.map(
      (_, i): ArgumentSource =>
        (batch, arena) =>
          denseColumn(batch, i, arena),
    );
    const sourceKeys = call.args.map((_, i) => String(i));
    this.aggregate = runningAggregate({
      call,
      mode,
      feed: this.feed,
      sources,
      sourceKeys,
      memory: rows.memory,
      account,
    });
  }

  /** Takes in `numRows` rows from place `from` on; `groups` has one u32 each. */
  update(from: number, numRows: number, groups: Address, numGroups: number, scratch: Arena): void {
    const columns = this.#expressions.map((expression) => this.#rows.slice(expression, from, numRows, scratch));
    this.feed.reserve(numGroups);
    this.feed.update(new Batch(columns, numRows), groups, numGroups, scratch);
  }
}

function batchColumn(place: number, { type }: Expression): Expression {
  return { kind: 'column', id: place, name: 'filter', type };
}
