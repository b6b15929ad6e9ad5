import { type CompiledExpression, compileExpression } from '../../expression/compile-expression.ts';
import type { HashJoinExec } from '../../physical/index.ts';
import type { Batch } from '../../vector/index.ts';
import { columnIds } from '../column-ids.ts';
import type { Operator } from '../operator.ts';
import type { OperatorContext } from '../operator-context.ts';
import { JoinOperator, type JoinPairs } from './join-operator.ts';
import { JoinTable } from './join-table.ts';

/** Joins by a hash table over the build side; see {@link JoinOperator} and {@link JoinTable}. */
export class HashJoinOperator extends JoinOperator<HashJoinExec> {
  readonly #probeKeys: readonly CompiledExpression[];
  readonly #table: JoinTable;

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
    this.#table.build(keys, this.store.numRows);
  }

  protected override startProbe(batch: Batch): void {
    const keys = this.#probeKeys.map((key) => key.evaluate(batch, this.probeArena));
    this.#table.startProbe(keys, batch.numRows, this.probeArena);
  }

  protected override nextPairs(capacity: number): JoinPairs | undefined {
    return this.#table.nextPairs(capacity, this.arena);
  }

  protected override release(): void {
    super.release();
    this.#table.close();
  }

  protected override counters(): Readonly<Record<string, number>> {
    return { buildRows: this.numBuildRows, hashSlots: this.#table.numBuckets };
  }
}
