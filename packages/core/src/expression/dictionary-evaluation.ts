import { isQueryError } from '../error/index.ts';
import { type Arena, Batch, literalVector, Vector } from '../vector/index.ts';
import { EvaluationFrame } from './evaluation-frame.ts';
import type { ExpressionRuntime } from './expression-runtime.ts';
import type { ExpressionNode } from './node/expression-node.ts';

/** Entries a dictionary may have for each row seen so far before its entries are computed instead of the rows. */
const ENTRIES_A_ROW = 2;

/** The results of an expression for the entries of one dictionary. */
export interface DictionaryResult {
  /** One value an entry; flat. Valid until another dictionary comes. */
  readonly entries: Vector;
  /** The value for a null; constant, of one row. */
  readonly ofNull: Vector;
}

/**
 * Evaluates a deterministic expression over one column once for each entry of the column's dictionary, and keeps the results
 * for as long as batches bring the same dictionary. An entry that makes the expression fail may belong to no row, so then
 * (and while the dictionary is large for the rows seen) there is no result, and the rows have to be evaluated themselves.
 */
export class DictionaryEvaluation {
  readonly #node: ExpressionNode;
  readonly #column: number;
  readonly #arena: Arena;
  #dictionary: Vector | undefined;
  #numRowsSeen = 0;
  #result: DictionaryResult | undefined;
  #failed = false;

  /** `node` reads no column but `column` (its place in the batch). */
  constructor(node: ExpressionNode, column: number, runtime: ExpressionRuntime) {
    this.#node = node;
    this.#column = column;
    this.#arena = runtime.newArena();
  }

  /** The results for the dictionary of a dictionary vector of which `numRows` rows are wanted now. */
  resultFor(dictionary: Vector, numRows: number): DictionaryResult | undefined {
    if (dictionary !== this.#dictionary) {
      this.#dictionary = dictionary;
      this.#numRowsSeen = 0;
      this.#result = undefined;
      this.#failed = false;
      this.#arena.reset();
    }
    if (this.#result || this.#failed || dictionary.length === 0) return this.#result;
    this.#numRowsSeen += numRows;
    if (dictionary.length > ENTRIES_A_ROW * this.#numRowsSeen) return undefined;
    try {
      this.#result = {
        entries: this.#evaluate(dictionary),
        ofNull: asConstant(this.#evaluate(literalVector(dictionary.type, null, 1, this.#arena))),
      };
    } catch (error) {
      if (!isQueryError(error) || error.kind === 'Internal') throw error;
      this.#failed = true;
      this.#arena.reset();
    }
    return this.#result;
  }

  #evaluate(values: Vector): Vector {
    const columns: Vector[] = [];
    columns[this.#column] = values;
    const frame = new EvaluationFrame(new Batch(columns, values.length), this.#arena);
    return frame.flat(frame.evaluate(this.#node));
  }
}

/** A flat vector of one row as a constant. */
function asConstant({ type, data, validity }: Vector): Vector {
  return Vector.constant(type, 1, data, validity);
}
