import { type CompiledExpression, compileExpression } from '../../expression/compile-expression.ts';
import type { HashJoinExec } from '../../physical/index.ts';
import type { MemoryAccount } from '../../runtime/index.ts';
import { type Address, type Batch, flatten } from '../../vector/index.ts';
import { columnIds } from '../column-ids.ts';
import type { ColumnStore } from '../column-store.ts';
import type { Operator } from '../operator.ts';
import type { OperatorContext } from '../operator-context.ts';
import { hasNull, JoinBuild } from './join-build.ts';
import { JoinOperator } from './join-operator.ts';
import { buildJoinTable, type JoinPairs, type JoinProbe } from './join-table.ts';

/** Joins by a table over the keys of the build side; see {@link JoinOperator} and {@link JoinBuild}. */
export class HashJoinOperator extends JoinOperator<HashJoinExec> {
  readonly #probeKeys: readonly CompiledExpression[];
  #probe: JoinProbe | undefined;
  #numSlots = 0;
  #probeKeyValidity: Address = 0;

  constructor(node: HashJoinExec, context: OperatorContext, probe: Operator, build: Operator) {
    const buildKeys = node.keys.map((key) => key.build);
    super(node, context, probe, build, buildKeys, node.residual);
    const layout = columnIds(this.probeColumns);
    this.#probeKeys = node.keys.map((key) => compileExpression(key.probe, layout, context.expressions));
  }

  protected override finishBuild(store: ColumnStore, account: MemoryAccount): JoinBuild {
    const { memory } = this.context;
    const { numRows } = store;
    const columns = this.keyPlaces.map((place) => store.column(place));
    const nullSafe = this.node.keys.map((key) => key.nullSafe);
    const table = buildJoinTable({ columns, nullSafe, numRows }, memory, account);
    this.#numSlots = table.numSlots;
    return new JoinBuild(store, table, hasNull(columns[0]!, numRows, memory));
  }

  protected override openProbe(build: JoinBuild): void {
    this.#probe = build.table!.openProbe(this.account);
  }

  protected override startProbe(batch: Batch): void {
    const keys = this.#probeKeys.map((key) => key.evaluate(batch, this.probeArena));
    if (this.node.nullAware) this.#probeKeyValidity = flatten(keys[0]!, this.probeArena).validity;
    this.#probe!.start(keys, batch.numRows, this.probeArena, this.wantsOneMatch);
  }

  protected override nextPairs(capacity: number): JoinPairs | undefined {
    return this.#probe!.next(capacity, this.arena);
  }

  protected override markValidity(marks: Address): Address {
    if (!this.node.nullAware || this.build.numRows === 0) return 0;
    // A null on the build side may be anything: only what has a match is known. A null key never has one.
    return this.build.hasNullKey ? marks : this.#probeKeyValidity;
  }

  protected override release(): void {
    this.#probe?.close();
    super.release();
  }

  protected override counters(): Readonly<Record<string, number>> {
    const counters = super.counters();
    return this.#numSlots > 0 ? { ...counters, hashSlots: this.#numSlots } : counters;
  }
}
