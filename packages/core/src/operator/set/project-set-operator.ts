import { compileExpression } from '../../expression/compile-expression.ts';
import { outputColumns, type ProjectSetExec } from '../../physical/index.ts';
import { INT64 } from '../../types/index.ts';
import { type Address, Arena, Batch, denseColumn, gatherVector, Vector } from '../../vector/index.ts';
import { columnIds } from '../column-ids.ts';
import { BLOCKED, type Operator } from '../operator.ts';
import type { OperatorContext } from '../operator-context.ts';
import { OPERATOR_KERNELS } from '../operator-kernels.ts';
import { PlanOperator, type Pulled } from '../plan-operator.ts';
import { ElementSource } from './element-source.ts';
import { SeriesSource } from './series-source.ts';
import type { SetSource } from './set-source.ts';

const COUNT_BYTES = 8;
const STATE_BYTES = 16;

/** Gives each row of the input as often as its calls have values, a batch at a time: a long series is never held as a whole. */
export class ProjectSetOperator extends PlanOperator<ProjectSetExec> {
  readonly #input: Operator;
  readonly #sources: readonly SetSource[];
  /** What belongs to the batch of the input that is being given. */
  readonly #held: Arena;
  #columns: readonly Vector[] = [];
  #numInputRows = 0;
  #counts: Address = 0;
  #state: Address = 0;
  #hasBatch = false;

  constructor(node: ProjectSetExec, context: OperatorContext, input: Operator) {
    super(node, context, [input]);
    this.#input = input;
    this.#held = new Arena(context.memory, this.account);
    const layout = columnIds(outputColumns(node.input));
    this.#sources = node.calls.map(({ name, args, type, span }): SetSource => {
      const compiled = args.map((arg) => compileExpression(arg, layout, context.expressions));
      return name === 'unnest' ? new ElementSource(compiled[0]!) : new SeriesSource(compiled, type, span);
    });
  }

  protected override pull(): Pulled {
    for (;;) {
      if (!this.#hasBatch) {
        const batch = this.#input.next();
        if (batch === undefined || batch === BLOCKED) return batch;
        this.#start(batch);
      }
      const batch = this.#give();
      if (batch) return batch;
      this.#hasBatch = false;
    }
  }

  protected override release(): void {
    this.#held.close();
  }

  #start(batch: Batch): void {
    const { numRows } = batch;
    const held = this.#held;
    held.reset();
    const kernels = this.context.memory.kernels(OPERATOR_KERNELS);
    this.#columns = outputColumns(this.node.input).map((_, i) => denseColumn(batch, i, held));
    this.#numInputRows = numRows;
    this.#counts = held.allocate(numRows * COUNT_BYTES);
    kernels.fill_counts(this.#counts, numRows, this.node.isOuter ? 1 : 0);
    for (const source of this.#sources) {
      const counts = held.allocate(numRows * COUNT_BYTES);
      source.start(batch, counts, held);
      kernels.greater_counts(this.#counts, counts, numRows);
    }
    this.#state = held.allocateZeroed(STATE_BYTES);
    this.#hasBatch = true;
  }

  #give(): Batch | undefined {
    const { arena } = this;
    const capacity = this.context.spec.settings.batchRows;
    const kernels = this.context.memory.kernels(OPERATOR_KERNELS);
    arena.reset();
    const rows = arena.allocate(capacity * 4);
    const numbers = arena.allocate(capacity * 8);
    const numRows = kernels.expand_rows(this.#counts, this.#numInputRows, this.#state, rows, numbers, capacity);
    if (numRows === 0) return undefined;
    const columns = this.#columns.map((column) => gatherVector(column, rows, numRows, arena));
    for (const source of this.#sources) columns.push(source.values({ rows, numbers, numRows }, arena));
    if (this.node.ordinality) {
      const ordinals = arena.allocate(numRows * 8);
      kernels.ordinals_of_numbers(ordinals, numbers, numRows);
      columns.push(Vector.flat(INT64, numRows, ordinals));
    }
    return new Batch(columns, numRows);
  }
}
