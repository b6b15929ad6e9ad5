import { unsupported } from '../../error/index.ts';
import type { WindowCall } from '../../expression/index.ts';
import { outputColumns, type WindowExec } from '../../physical/index.ts';
import { Batch } from '../../vector/index.ts';
import { columnIds } from '../column-ids.ts';
import { ColumnStore } from '../column-store.ts';
import { BLOCKED, type Operator } from '../operator.ts';
import type { OperatorContext } from '../operator-context.ts';
import { PlanOperator, type Pulled } from '../plan-operator.ts';
import { SortKeys } from '../sort/sort-keys.ts';
import { cumulativeDistribution, denseRank, ntile, percentRank, rank, rowNumber } from './ranking-functions.ts';
import { edgeValue, nthValue, offsetValue } from './value-functions.ts';
import { windowAggregate } from './window-aggregate.ts';
import type { WindowEvaluation } from './window-evaluation.ts';
import { WindowFrames } from './window-frames.ts';
import { WindowRows } from './window-rows.ts';

type Factory = (rows: WindowRows, call: WindowCall, frames: WindowFrames) => WindowEvaluation;

/** By the name in the overload's id; what is not here is an aggregate. */
const FUNCTIONS: Readonly<Record<string, Factory>> = {
  row_number: rowNumber,
  rank,
  dense_rank: denseRank,
  percent_rank: percentRank,
  cume_dist: cumulativeDistribution,
  ntile,
  lag: (rows, call) => offsetValue(rows, call, -1),
  lead: (rows, call) => offsetValue(rows, call, 1),
  first_value: (rows, call, frames) => edgeValue(rows, call, frames.of(call), false),
  last_value: (rows, call, frames) => edgeValue(rows, call, frames.of(call), true),
  nth_value: (rows, call, frames) => nthValue(rows, call, frames.of(call)),
};

/**
 * Takes the input in, sorts it by partition and order, and gives it in that order, each batch with the values of the window functions for
 * its rows (Leis, Kundhikanjana, Kemper, Neumann, "Efficient Processing of Window Functions in Analytical SQL Queries", VLDB 2015). Where the frames of
 * rows lie is known for all rows at once; what is computed over them goes batch by batch.
 */
export class WindowOperator extends PlanOperator<WindowExec> {
  readonly #input: Operator;
  readonly #keys: SortKeys;
  readonly #numColumns: number;
  readonly #store: ColumnStore;
  #rows: WindowRows | undefined;
  readonly #evaluations: WindowEvaluation[] = [];
  #isTaken = false;
  #nextRow = 0;

  constructor(node: WindowExec, context: OperatorContext, input: Operator) {
    super(node, context, [input]);
    this.#input = input;
    const columns = outputColumns(node.input);
    this.#numColumns = columns.length;
    const partitionKeys = node.partitionBy.map((expression) => ({ expression, descending: false, nullsFirst: false }));
    this.#keys = new SortKeys([...partitionKeys, ...node.orderBy], columns, context.expressions);
    this.#store = new ColumnStore(context.memory, this.account, this.#keys.storedTypes);
  }

  protected override pull(): Pulled {
    if (!this.#isTaken) {
      if (!this.#take()) return BLOCKED;
      this.#input.close();
      this.#isTaken = true;
      if (this.#store.numRows > 0) this.#prepare();
    }
    const from = this.#nextRow;
    const numRows = Math.min(this.context.spec.settings.batchRows, this.#store.numRows - from);
    if (numRows === 0) return undefined;
    this.#nextRow += numRows;
    const { arena } = this;
    const passed = Array.from({ length: this.#numColumns }, (_, i) => this.#rows!.sliceColumn(i, from, numRows, arena));
    const computed = this.#evaluations.map((evaluation) => evaluation.evaluate(from, numRows, arena));
    return new Batch([...passed, ...computed], numRows);
  }

  protected override release(): void {
    for (const evaluation of this.#evaluations) evaluation.close?.();
    this.#rows?.close();
    this.#store.close();
  }

  /** Takes the input in; false when it is blocked. */
  #take(): boolean {
    for (;;) {
      const batch = this.#input.next();
      if (batch === BLOCKED) return false;
      if (batch === undefined) return true;
      this.#store.append(this.#keys.columnsToStore(batch, this.arena), 0, batch.numRows, this.arena);
      this.arena.reset();
    }
  }

  #prepare(): void {
    const { node, context } = this;
    const layout = columnIds(outputColumns(node.input));
    const rows = new WindowRows(this.#store, this.#keys, node, layout, context.memory, this.account);
    this.#rows = rows;
    const frames = new WindowFrames(rows, node.orderBy);
    for (const window of node.calls) {
      context.throwIfCancelled();
      this.#evaluations.push(this.#evaluationOf(window, rows, frames));
    }
  }

  #evaluationOf(window: WindowCall, rows: WindowRows, frames: WindowFrames): WindowEvaluation {
    const { call } = window;
    const factory = FUNCTIONS[call.overload.slice(0, call.overload.indexOf('('))];
    if (factory) return factory(rows, window, frames);
    const { functions } = this.context.environment;
    if (!functions.aggregateOverload(call.overload)) throw unsupported(`The window function ${call.name}`, call.span);
    return windowAggregate({ rows, window, frames: frames.of(window), context: this.context, account: this.account });
  }
}
