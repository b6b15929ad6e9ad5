import { type Address, type Arena, VECTOR_KERNELS, type Vector } from '../../vector/index.ts';
import { WINDOW_KERNELS } from '../operator-kernels.ts';
import type { WindowAggregateInput } from './aggregate-arguments.ts';
import { FrameAggregate } from './frame-aggregate.ts';
import { MergedStates } from './merged-states.ts';
import { PartitionAggregate } from './partition-aggregate.ts';
import { type RunningStates, runningStates } from './running-states.ts';
import type { WindowEvaluation } from './window-evaluation.ts';

/** An aggregate function over frames, in the way that is cheapest for them. */
export function windowAggregate(input: WindowAggregateInput): WindowEvaluation {
  const { frames, window, context, account } = input;
  if (frames.isWhole) return new PartitionAggregate(input);
  if (!frames.isPrefix) return new FrameAggregate(input);
  const merged = new MergedStates(window.call, context, account);
  const states = runningStates(input, merged.types);
  if (states) return new PrefixAggregate(input, merged, states);
  merged.close();
  return new FrameAggregate(input);
}

/** An aggregate over frames that begin with the partition: its state at the frame's last row is that of the frame. */
class PrefixAggregate implements WindowEvaluation {
  readonly #input: WindowAggregateInput;
  readonly #merged: MergedStates;
  readonly #states: RunningStates;

  constructor(input: WindowAggregateInput, merged: MergedStates, states: RunningStates) {
    this.#input = input;
    this.#merged = merged;
    this.#states = states;
  }

  evaluate(from: number, numRows: number, arena: Arena): Vector {
    const { rows, frames } = this.#input;
    const { memory } = rows;
    const places: Address = arena.allocate(numRows * 4);
    memory.kernels(WINDOW_KERNELS).prefix_places(places, frames.starts, frames.ends, from, numRows);
    const groups = arena.allocate(numRows * 4);
    memory.kernels(VECTOR_KERNELS).sequence_u32(groups, 0, numRows);
    this.#merged.start(numRows);
    this.#merged.update(this.#states(places, numRows, arena), groups, numRows, numRows, arena);
    return this.#merged.results(numRows, arena);
  }

  close(): void {
    this.#merged.close();
  }
}
