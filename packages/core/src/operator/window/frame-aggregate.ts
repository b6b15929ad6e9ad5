import { type Address, Arena, gatherVector, VECTOR_KERNELS, type Vector } from '../../vector/index.ts';
import { ColumnStore } from '../column-store.ts';
import { WINDOW_KERNELS } from '../operator-kernels.ts';
import { AggregateArguments, type WindowAggregateInput } from './aggregate-arguments.ts';
import { BLOCK_ROWS } from './block-rows.ts';
import { MergedStates } from './merged-states.ts';
import type { WindowEvaluation } from './window-evaluation.ts';

/** As in `kernels/window/frame-nodes.ts`. */
const FAN_OUT = 8;
const MAX_LEVELS = 11;
/** Nodes that are put together at once; more than the frames of a row can take. */
const NODES_AT_ONCE = 8192;

/**
 * An aggregate over any frames, by a tree of partial states over the rows: a frame is put together from a few nodes of each level, so that
 * a row costs the logarithm of its frame's size (Leis et al., VLDB 2015, section 4). States are joined in the order of the rows.
 */
export class FrameAggregate implements WindowEvaluation {
  readonly #input: WindowAggregateInput;
  readonly #merged: MergedStates;
  /** The states of all nodes, level after level. */
  readonly #nodes: ColumnStore;
  readonly #scratch: Arena;
  /** For each level its first node, u32. */
  readonly #levels: Address;
  #numLevels = 0;

  constructor(input: WindowAggregateInput) {
    this.#input = input;
    const { rows, window, context, account } = input;
    this.#merged = new MergedStates(window.call, context, account);
    this.#nodes = new ColumnStore(rows.memory, account, this.#merged.types);
    this.#scratch = new Arena(rows.memory, account);
    try {
      this.#levels = rows.kept.allocate(MAX_LEVELS * 4);
      this.#addLeaves();
      for (let first = 0; this.#nodes.numRows - first > FAN_OUT; ) first = this.#addLevel(first);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  evaluate(from: number, numRows: number, arena: Arena): Vector {
    const { rows, frames } = this.#input;
    const { memory } = rows;
    const { starts, ends, peers, exclude } = frames;
    const merged = this.#merged;
    merged.start(numRows);
    for (let next = 0; next < numRows; ) {
      this.#scratch.reset();
      const nodes = this.#scratch.allocate(NODES_AT_ONCE * 4);
      const groups = this.#scratch.allocate(NODES_AT_ONCE * 4);
      const nextAt = this.#scratch.allocate(4);
      const numNodes = memory
        .kernels(WINDOW_KERNELS)
        .frame_nodes(
          ...[nodes, groups, NODES_AT_ONCE, nextAt, starts, ends, peers.starts, peers.ends, exclude],
          ...[from, next, numRows, this.#levels, this.#numLevels],
        );
      next = memory.u32[nextAt / 4]!;
      if (numNodes === 0) continue;
      const states = this.#nodes.columns().map((column) => gatherVector(column, nodes, numNodes, this.#scratch));
      merged.update(states, groups, numNodes, numRows, this.#scratch);
    }
    return merged.results(numRows, arena);
  }

  close(): void {
    this.#merged.close();
    this.#nodes.close();
    this.#scratch.close();
  }

  /** Every row is a leaf: a group of its own. */
  #addLeaves(): void {
    const { rows, context } = this.#input;
    const { memory, numRows } = rows;
    this.#beginLevel(0);
    const leaves = new AggregateArguments(this.#input, 'partial');
    const groups = rows.kept.allocate(BLOCK_ROWS * 4);
    memory.kernels(VECTOR_KERNELS).sequence_u32(groups, 0, BLOCK_ROWS);
    try {
      for (let from = 0; from < numRows; from += BLOCK_ROWS) {
        context.throwIfCancelled();
        this.#scratch.reset();
        const numLeaves = Math.min(BLOCK_ROWS, numRows - from);
        leaves.update(from, numLeaves, groups, numLeaves, this.#scratch);
        this.#nodes.append(leaves.aggregate.states(0, numLeaves, this.#scratch), 0, numLeaves, this.#scratch);
        leaves.feed.clear();
      }
    } finally {
      leaves.feed.close();
    }
  }

  /** Adds the level above that which begins at `first`; the answer is where it begins. */
  #addLevel(first: number): number {
    const { rows, context } = this.#input;
    const end = this.#nodes.numRows;
    this.#beginLevel(end);
    const parents = rows.kept.allocate(BLOCK_ROWS * 4);
    rows.memory.kernels(WINDOW_KERNELS).parent_numbers(parents, BLOCK_ROWS);
    for (let from = first; from < end; from += BLOCK_ROWS) {
      context.throwIfCancelled();
      this.#scratch.reset();
      const numChildren = Math.min(BLOCK_ROWS, end - from);
      const numParents = Math.ceil(numChildren / FAN_OUT);
      const children = this.#nodes.columns().map((column) => column.slice(from, from + numChildren));
      this.#merged.start(numParents);
      this.#merged.update(children, parents, numChildren, numParents, this.#scratch);
      this.#nodes.append(this.#merged.states(numParents, this.#scratch), 0, numParents, this.#scratch);
    }
    return end;
  }

  #beginLevel(firstNode: number): void {
    this.#input.rows.memory.u32[this.#levels / 4 + this.#numLevels++] = firstNode;
  }
}
