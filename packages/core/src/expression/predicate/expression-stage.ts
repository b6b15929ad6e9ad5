import {
  type Address,
  type Arena,
  allocateSelection,
  type Batch,
  isConstantNull,
  selectBatch,
  type Vector,
} from '../../vector/index.ts';
import { DictionaryEvaluation } from '../dictionary-evaluation.ts';
import { frameFor } from '../evaluation-frame.ts';
import { vectorKernels } from '../expression-kernels.ts';
import type { ExpressionRuntime } from '../expression-runtime.ts';
import { ColumnNode } from '../node/column-node.ts';
import type { ExpressionNode } from '../node/expression-node.ts';
import type { PredicateStage } from './predicate-stage.ts';

/** Any condition: evaluated on the dense rows of the batch, or once an entry when it reads one column with a dictionary. */
export class ExpressionStage implements PredicateStage {
  readonly #node: ExpressionNode;
  readonly #runtime: ExpressionRuntime;
  readonly #column: number;
  readonly #byEntry: DictionaryEvaluation | undefined;
  #truthEntries: Vector | undefined;
  #truthArena: Arena | undefined;
  #truth: Address = 0;

  /** `node` evaluates the condition; `rowNode` is the same, without a wrapper that works by entry itself. */
  constructor(node: ExpressionNode, rowNode: ExpressionNode, runtime: ExpressionRuntime) {
    this.#node = rowNode.columns.length === 1 ? rowNode : node;
    this.#runtime = runtime;
    this.#column = rowNode.columns[0] ?? 0;
    if (rowNode.columns.length === 1 && rowNode.isDeterministic && !(rowNode instanceof ColumnNode)) {
      this.#byEntry = new DictionaryEvaluation(rowNode, this.#column, runtime);
    }
  }

  select(batch: Batch, arena: Arena): Batch {
    return this.#selectByEntry(batch, arena) ?? selectBatch(batch, this.#evaluate(batch, arena), arena);
  }

  #evaluate(batch: Batch, arena: Arena) {
    const frame = frameFor(this.#runtime, batch, arena);
    const mask = frame.evaluate(this.#node);
    return mask.encoding === 'dictionary' ? frame.flat(mask) : mask;
  }

  /** Bytes of 1 for the entries that satisfy the condition; a null result counts as false. */
  #truthOf(entries: Vector): Address {
    if (entries.validity === 0) return entries.data;
    if (this.#truthEntries !== entries) {
      this.#truthEntries = entries;
      this.#truthArena ??= this.#runtime.newArena();
      this.#truthArena.reset();
      this.#truth = this.#truthArena.allocate(entries.length);
      vectorKernels(this.#truthArena).and_bytes(this.#truth, entries.data, entries.validity, entries.length);
    }
    return this.#truth;
  }

  /** Rows whose dictionary entry satisfies the condition, looked up by code; undefined where that does not work. */
  #selectByEntry(batch: Batch, arena: Arena): Batch | undefined {
    if (!this.#byEntry) return undefined;
    const column = batch.columns[this.#column]!;
    if (column.encoding !== 'dictionary') return undefined;
    const result = this.#byEntry.resultFor(column.dictionary!, batch.numRows);
    if (!result) return undefined;
    const { memory } = arena;
    const { entries, ofNull } = result;
    const nullIsTrue = !isConstantNull(memory, ofNull) && memory.u8[ofNull.data] !== 0 ? 1 : 0;
    const { numRows } = batch;
    const address = allocateSelection(numRows, arena);
    const numSelected = vectorKernels(arena).select_by_code(
      ...([
        address,
        batch.selection,
        column.data,
        this.#truthOf(entries),
        column.validity,
        numRows,
        nullIsTrue,
      ] as const),
    );
    return numSelected === numRows ? batch : batch.select(address, numSelected);
  }
}
