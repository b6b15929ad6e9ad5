import { type DataType, FLOAT64, type LiteralValue, physicalKind } from '../../types/index.ts';
import { type Arena, allocateSelection, type Batch, literalVector, type Vector } from '../../vector/index.ts';
import { COMPARISON, type ComparisonOperator } from '../comparison-code.ts';
import { expressionKernels } from '../expression-kernels.ts';
import type { ExpressionRuntime } from '../expression-runtime.ts';
import type { PredicateStage } from './predicate-stage.ts';

/** `column op constant` on flat columns, straight from selection to selection; other encodings go to `fallback`. */
export class ComparisonStage implements PredicateStage {
  readonly #column: number;
  readonly #operator: ComparisonOperator;
  readonly #constant: Vector;
  readonly #fallback: PredicateStage;

  constructor(
    column: number,
    type: DataType,
    operator: ComparisonOperator,
    value: LiteralValue,
    fallback: PredicateStage,
    runtime: ExpressionRuntime,
  ) {
    this.#column = column;
    this.#operator = operator;
    this.#constant = literalVector(type, value, 1, runtime.arena);
    this.#fallback = fallback;
  }

  select(batch: Batch, arena: Arena): Batch {
    const column = batch.columns[this.#column]!;
    if (column.encoding !== 'flat') return this.#fallback.select(batch, arena);
    const { numRows } = batch;
    const address = allocateSelection(numRows, arena);
    const numSelected = expressionKernels(arena)[`select_${column.kind}_vc`](
      ...([COMPARISON[this.#operator], address, batch.selection] as const),
      ...[column.data, column.validity, this.#constant.data, numRows],
    );
    return numSelected === numRows ? batch : batch.select(address, numSelected);
  }
}

/** Both bounds belong to the range; undefined is no bound. */
export interface ValueRange {
  readonly low: LiteralValue;
  readonly high: LiteralValue;
}

export type RangeKind = 'i32' | 'i64' | 'f64';

/** Whether a type's values have a kernel that checks both ends of a range at once. */
export function hasRangeKernel(type: DataType): boolean {
  const kind = physicalKind(type);
  return kind === 'i32' || kind === 'i64' || kind === 'f64';
}

/** `low <= column AND column <= high` on flat columns; other encodings go to `fallback`. */
export class RangeStage implements PredicateStage {
  readonly #column: number;
  readonly #kind: RangeKind;
  readonly #low: Vector;
  readonly #high: Vector;
  readonly #fallback: PredicateStage;

  constructor(column: number, type: DataType, range: ValueRange, fallback: PredicateStage, runtime: ExpressionRuntime) {
    this.#column = column;
    this.#kind = physicalKind(type) as RangeKind;
    // A bound may lie between two values of float32, so it is not rounded to one.
    const boundType = this.#kind === 'f64' ? FLOAT64 : type;
    this.#low = literalVector(boundType, range.low, 1, runtime.arena);
    this.#high = literalVector(boundType, range.high, 1, runtime.arena);
    this.#fallback = fallback;
  }

  select(batch: Batch, arena: Arena): Batch {
    const column = batch.columns[this.#column]!;
    if (column.encoding !== 'flat') return this.#fallback.select(batch, arena);
    const { numRows } = batch;
    const address = allocateSelection(numRows, arena);
    const numSelected = expressionKernels(arena)[`select_between_${this.#kind}`](
      ...([address, batch.selection, column.data, column.validity] as const),
      ...[this.#low.data, this.#high.data, numRows],
    );
    return numSelected === numRows ? batch : batch.select(address, numSelected);
  }
}
