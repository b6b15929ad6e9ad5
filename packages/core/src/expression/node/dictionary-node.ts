import { KIND_WIDTH } from '../../types/index.ts';
import { type Address, type Arena, gatherValues, isConstantNull, selectNull, Vector } from '../../vector/index.ts';
import { DictionaryEvaluation, type DictionaryResult } from '../dictionary-evaluation.ts';
import type { EvaluationFrame } from '../evaluation-frame.ts';
import { vectorKernels } from '../expression-kernels.ts';
import type { ExpressionRuntime } from '../expression-runtime.ts';
import { ResultBuilder } from '../result-builder.ts';
import { combineValidity } from '../validity.ts';
import { type ExpressionNode, ExpressionNodeBase } from './expression-node.ts';

/**
 * A deterministic expression over a single column. When the column comes with a dictionary, the expression is evaluated once
 * an entry and the result is a dictionary vector with the same codes (flat, for booleans).
 */
export class DictionaryNode extends ExpressionNodeBase {
  readonly inner: ExpressionNode;
  readonly #column: number;
  readonly #evaluation: DictionaryEvaluation;

  constructor(inner: ExpressionNode, runtime: ExpressionRuntime) {
    super(inner.type, [inner]);
    this.inner = inner;
    this.#column = inner.columns[0]!;
    this.#evaluation = new DictionaryEvaluation(inner, this.#column, runtime);
  }

  evaluate(frame: EvaluationFrame): Vector {
    const stored = frame.batch.columns[this.#column]!;
    const result = stored.encoding === 'dictionary' && this.#evaluation.resultFor(stored.dictionary!, frame.numRows);
    return result ? this.#lookUp(frame.column(this.#column), result, frame) : frame.evaluate(this.inner);
  }

  #lookUp(column: Vector, { entries, ofNull }: DictionaryResult, frame: EvaluationFrame): Vector {
    const { arena, numRows } = frame;
    const { memory } = arena;
    const nullStaysNull = column.validity === 0 || isConstantNull(memory, ofNull);
    const validity = rowValidity(column, entries, numRows, arena);
    if (nullStaysNull && entries.kind !== 'bool') {
      const codes = validity === column.validity ? column.data : clearedCodes(column, validity, numRows, arena);
      return Vector.dictionary(withoutValidity(entries), numRows, codes, validity);
    }
    const data = arena.allocate(numRows * KIND_WIDTH[entries.kind]);
    gatherValues(memory, KIND_WIDTH[entries.kind], data, entries.data, column.data, numRows);
    const flat = Vector.flat(this.type, numRows, data, validity);
    if (nullStaysNull) return flat;
    const builder = new ResultBuilder(this.type, numRows, arena);
    builder.put(flat, 0);
    const nulls = selectNull(column, arena);
    builder.put(ofNull.slice(0, nulls.numRows), nulls.address);
    return builder.finish();
  }
}

/** Null where the row is null or the result for its entry is. */
function rowValidity(column: Vector, entries: Vector, numRows: number, arena: Arena): Address {
  if (entries.validity === 0) return column.validity;
  const gathered = arena.allocate(numRows);
  gatherValues(arena.memory, 1, gathered, entries.validity, column.data, numRows);
  return combineValidity([column, Vector.flat(entries.type, numRows, gathered, gathered)], numRows, arena);
}

function clearedCodes(column: Vector, validity: Address, numRows: number, arena: Arena): Address {
  const codes = arena.allocate(numRows * 4);
  vectorKernels(arena).copy_bytes(codes, column.data, numRows * 4);
  vectorKernels(arena).clear_null_codes(codes, validity, numRows);
  return codes;
}

const bare = new WeakMap<Vector, Vector>();

/** The entries as a dictionary: the same object each time, and no entry null (the rows say which are). */
function withoutValidity(entries: Vector): Vector {
  if (entries.validity === 0) return entries;
  let dictionary = bare.get(entries);
  if (!dictionary) {
    dictionary = Vector.flat(entries.type, entries.length, entries.data);
    bare.set(entries, dictionary);
  }
  return dictionary;
}
