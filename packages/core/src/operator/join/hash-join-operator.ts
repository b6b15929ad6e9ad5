import { type CompiledExpression, compileExpression } from '../../expression/compile-expression.ts';
import type { HashJoinExec } from '../../physical/index.ts';
import {
  type Address,
  type Batch,
  flatten,
  type LinearMemory,
  VECTOR_KERNELS,
  type Vector,
} from '../../vector/index.ts';
import { columnIds } from '../column-ids.ts';
import type { Operator } from '../operator.ts';
import type { OperatorContext } from '../operator-context.ts';
import { JoinOperator, type JoinPairs } from './join-operator.ts';
import { JoinTable } from './join-table.ts';

/** Joins by a hash table over the build side; see {@link JoinOperator} and {@link JoinTable}. */
export class HashJoinOperator extends JoinOperator<HashJoinExec> {
  readonly #probeKeys: readonly CompiledExpression[];
  readonly #table: JoinTable;
  #hasNullBuildKey = false;
  #probeKeyValidity: Address = 0;

  constructor(node: HashJoinExec, context: OperatorContext, probe: Operator, build: Operator) {
    const buildKeys = node.keys.map((key) => key.build);
    super(node, context, probe, build, buildKeys, node.residual);
    const layout = columnIds(this.probeColumns);
    this.#probeKeys = node.keys.map((key) => compileExpression(key.probe, layout, context.expressions));
    const nullSafe = node.keys.map((key) => key.nullSafe);
    this.#table = new JoinTable(nullSafe, context.memory, this.account);
  }

  protected override finishBuild(): void {
    const keys = this.keyPlaces.map((place) => this.store.column(place));
    const { numRows } = this.store;
    if (this.node.nullAware) this.#hasNullBuildKey = hasNull(keys[0]!, numRows, this.context.memory);
    this.#table.build(keys, numRows);
  }

  protected override startProbe(batch: Batch): void {
    const keys = this.#probeKeys.map((key) => key.evaluate(batch, this.probeArena));
    if (this.node.nullAware) this.#probeKeyValidity = flatten(keys[0]!, this.probeArena).validity;
    this.#table.startProbe(keys, batch.numRows, this.probeArena);
  }

  protected override nextPairs(capacity: number): JoinPairs | undefined {
    return this.#table.nextPairs(capacity, this.arena);
  }

  protected override markValidity(marks: Address): Address {
    if (!this.node.nullAware || this.store.numRows === 0) return 0;
    // A null on the build side may be anything: only what has a match is known. A null key never has one.
    return this.#hasNullBuildKey ? marks : this.#probeKeyValidity;
  }

  protected override release(): void {
    super.release();
    this.#table.close();
  }

  protected override counters(): Readonly<Record<string, number>> {
    return { buildRows: this.numBuildRows, hashSlots: this.#table.numBuckets };
  }
}

function hasNull({ validity }: Vector, numRows: number, memory: LinearMemory): boolean {
  return validity !== 0 && memory.kernels(VECTOR_KERNELS).count_true(validity, numRows) < numRows;
}
