import { internal } from '../../error/index.ts';
import type { AggregateCall } from '../../expression/index.ts';
import type { MemoryAccount } from '../../runtime/index.ts';
import type { DataType } from '../../types/index.ts';
import { type Address, type Arena, Batch, denseColumn, type Vector } from '../../vector/index.ts';
import { AccumulatorFeed, type ArgumentSource } from '../aggregate/accumulator-feed.ts';
import { type RunningAggregate, runningAggregate } from '../aggregate/running-aggregate.ts';
import type { OperatorContext } from '../operator-context.ts';

/** Puts partial states of an aggregate together, group by group. */
export class MergedStates {
  /** The columns of a state. */
  readonly types: readonly DataType[];
  readonly #feed: AccumulatorFeed;
  readonly #aggregate: RunningAggregate;

  constructor(call: AggregateCall, { environment, memory }: OperatorContext, account: MemoryAccount) {
    const overload = environment.functions.aggregateOverload(call.overload);
    if (!overload) throw internal(`aggregate ${call.overload} is not in the registry`);
    this.types = overload.state(call.args.map(({ type }) => type));
    this.#feed = new AccumulatorFeed({}, memory, account);
    const sources = this.types.map(
      (_, i): ArgumentSource =>
        (batch, arena) =>
          denseColumn(batch, i, arena),
    );
    const sourceKeys = this.types.map((_, i) => `state ${i}`);
    this.#aggregate = runningAggregate({ call, mode: 'final', feed: this.#feed, sources, sourceKeys, memory, account });
  }

  /** Empties every group, and makes room for so many. */
  start(numGroups: number): void {
    this.#feed.clear();
    this.#feed.reserve(numGroups);
  }

  /** Takes in states in order; `groups` has one u32 each. */
  update(states: readonly Vector[], groups: Address, numStates: number, numGroups: number, scratch: Arena): void {
    this.#feed.update(new Batch(states, numStates), groups, numGroups, scratch);
  }

  /** The state of each group; valid until {@link MergedStates.start}. */
  states(numGroups: number, arena: Arena): Vector[] {
    return this.#aggregate.states(0, numGroups, arena);
  }

  /** The result of each group; valid until {@link MergedStates.start}. */
  results(numGroups: number, arena: Arena): Vector {
    return this.#aggregate.result(0, numGroups, arena);
  }

  close(): void {
    this.#feed.close();
  }
}
