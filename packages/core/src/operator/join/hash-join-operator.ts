import { type CompiledExpression, compileExpression } from '../../expression/compile-expression.ts';
import type { Column } from '../../expression/index.ts';
import type { HashJoinExec } from '../../physical/index.ts';
import type { MemoryAccount } from '../../runtime/index.ts';
import { type Address, type Arena, type Batch, denseColumn, flatten, type Vector } from '../../vector/index.ts';
import { columnIds } from '../column-ids.ts';
import type { ColumnStore } from '../column-store.ts';
import type { Operator } from '../operator.ts';
import type { OperatorContext } from '../operator-context.ts';
import { PartitionedJoin } from '../spill/partitioned-join.ts';
import type { SpillPolicy } from '../spill/spill-policy.ts';
import { buildJoinTable } from './build-join-table.ts';
import { hasNull, JoinBuild } from './join-build.ts';
import { JoinOperator } from './join-operator.ts';
import type { JoinPairs, JoinProbe } from './join-table.ts';

/** What the join of one partition knows of the whole. */
interface JoinPart {
  /** How often its rows were spilled. */
  readonly depth: number;
  /** Whether the first key of the build side is null in any row of any partition. */
  hasNullKey(): boolean;
}

/** Joins by a table over the keys of the build side; see {@link JoinOperator} and {@link JoinBuild}. */
export class HashJoinOperator extends JoinOperator<HashJoinExec> {
  readonly #probeKeys: readonly CompiledExpression[];
  #probe: JoinProbe | undefined;
  #numSlots = 0;
  #probeKeyValidity: Address = 0;
  readonly #part: JoinPart | undefined;
  /** Whether the first key of the build side was null in a row that was spilled. */
  #hasSpilledNullKey = false;

  /** `part`: when the join is of one partition of a larger one. */
  constructor(node: HashJoinExec, context: OperatorContext, probe: Operator, build: Operator, part?: JoinPart) {
    const buildKeys = node.keys.map((key) => key.build);
    super(node, context, probe, build, buildKeys, node.residual, part?.depth);
    this.#part = part;
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

  protected override partition(store: ColumnStore, policy: SpillPolicy): PartitionedJoin | undefined {
    const { node, context, account, keyPlaces } = this;
    const { expressions } = context;
    const buildLayout = columnIds(this.buildColumns);
    const buildKeys = node.keys.map((key) => compileExpression(key.build, buildLayout, expressions));
    this.#noteNullKey(store.column(keyPlaces[0]!), store.numRows);
    const dense = (columns: readonly Column[], batch: Batch, arena: Arena) =>
      columns.map((_, place) => denseColumn(batch, place, arena));
    const depth = (this.#part?.depth ?? 0) + 1;
    const part: JoinPart = { depth, hasNullKey: () => this.#hasSpilledNullKey || (this.#part?.hasNullKey() ?? false) };
    const own: HashJoinExec = { ...node, sharesBuild: false };
    return new PartitionedJoin({
      build: {
        types: this.buildColumns.map((column) => column.type),
        split: (batch, arena) => {
          const keys = buildKeys.map((key) => key.evaluate(batch, arena));
          if (node.nullAware) this.#noteNullKey(flatten(keys[0]!, arena), batch.numRows);
          return { columns: dense(this.buildColumns, batch, arena), keys };
        },
      },
      probe: {
        types: this.probeColumns.map((column) => column.type),
        split: (batch, arena) => ({
          columns: dense(this.probeColumns, batch, arena),
          keys: this.#probeKeys.map((key) => key.evaluate(batch, arena)),
        }),
      },
      storeKeys: keyPlaces,
      depth,
      target: { io: policy.io!, context, account, blockBytes: policy.blockBytes },
      join: (probe, build) => new HashJoinOperator(own, context, probe, build, part),
    });
  }

  #noteNullKey(key: Vector, numRows: number): void {
    this.#hasSpilledNullKey ||= hasNull(key, numRows, this.context.memory);
  }

  protected override openProbe(build: JoinBuild): void {
    const table = build.table!;
    this.#probe = table.openProbe(this.account);
    const columns = this.node.keys.flatMap(({ probe }) => (probe.kind === 'column' ? [probe.id] : []));
    if (!table.isExact || columns.length < this.node.keys.length) return;
    const { type } = this.node;
    if (type === 'inner' || type === 'semi' || type === 'right') this.probeInput.acceptFilter?.({ columns, table });
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
    const { numRows, hasNullKey } = this.build;
    // Of a partition that is empty the whole is not.
    if (!this.node.nullAware || (numRows === 0 && !this.#part)) return 0;
    // A null on the build side may be anything: only what has a match is known. A null key never has one.
    return hasNullKey || this.#part?.hasNullKey() ? marks : this.#probeKeyValidity;
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
