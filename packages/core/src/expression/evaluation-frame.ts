import {
  type Arena,
  type Batch,
  denseColumn,
  flatten,
  narrowBatch,
  type Selection,
  type Vector,
} from '../vector/index.ts';
import type { ExpressionRuntime } from './expression-runtime.ts';
import type { ExpressionNode } from './node/expression-node.ts';

/**
 * One evaluation over the rows of one batch: keeps the columns gathered so far, their flat forms and the results of
 * subexpressions that occur more than once. All results are dense: row `i` is the batch's i-th row.
 */
export class EvaluationFrame {
  readonly batch: Batch;
  readonly arena: Arena;
  readonly numRows: number;
  readonly #columns: (Vector | undefined)[] = [];
  readonly #flat = new Map<Vector, Vector>();
  readonly #results = new Map<ExpressionNode, Vector>();

  constructor(batch: Batch, arena: Arena) {
    this.batch = batch;
    this.arena = arena;
    this.numRows = batch.numRows;
  }

  /** Column `index` of the batch, dense. */
  column(index: number): Vector {
    let column = this.#columns[index];
    if (!column) {
      column = denseColumn(this.batch, index, this.arena);
      this.#columns[index] = column;
    }
    return column;
  }

  /** The flat form of a dictionary vector or constant. */
  flat(vector: Vector): Vector {
    if (vector.encoding === 'flat') return vector;
    let flat = this.#flat.get(vector);
    if (!flat) {
      flat = flatten(vector, this.arena);
      this.#flat.set(vector, flat);
    }
    return flat;
  }

  evaluate(node: ExpressionNode): Vector {
    if (!node.isShared) return node.evaluate(this);
    let result = this.#results.get(node);
    if (!result) {
      result = node.evaluate(this);
      this.#results.set(node, result);
    }
    return result;
  }

  /** A frame over fewer rows: those that `selection` lists by their place in this one. */
  narrow(selection: Selection): EvaluationFrame {
    const batch = narrowBatch(this.batch, selection, this.arena);
    return batch === this.batch ? this : new EvaluationFrame(batch, this.arena);
  }
}

interface LastFrame {
  readonly frame: EvaluationFrame;
  readonly numResets: number;
}

const lastFrames = new WeakMap<ExpressionRuntime, LastFrame>();

/**
 * The frame for a batch and an arena: the one made last when it is for the same batch and the arena has not been reset
 * since, so that the expressions of one operator share gathered columns and common subexpressions.
 */
export function frameFor(runtime: ExpressionRuntime, batch: Batch, arena: Arena): EvaluationFrame {
  const last = lastFrames.get(runtime);
  if (last && last.frame.batch === batch && last.frame.arena === arena && last.numResets === arena.numResets) {
    return last.frame;
  }
  const frame = new EvaluationFrame(batch, arena);
  lastFrames.set(runtime, { frame, numResets: arena.numResets });
  return frame;
}
