import { internal } from '../../error/index.ts';
import { type CompiledExpression, compileExpression } from '../../expression/compile-expression.ts';
import { type CompiledPredicate, compilePredicate } from '../../expression/compile-predicate.ts';
import type { Column, ColumnId, Expression } from '../../expression/index.ts';
import { type HashJoinExec, type NestedLoopJoinExec, outputColumns } from '../../physical/index.ts';
import type { MemoryAccount } from '../../runtime/index.ts';
import { BOOLEAN, type DataType } from '../../types/index.ts';
import {
  type Address,
  Arena,
  Batch,
  composeSelections,
  denseColumn,
  gatherValues,
  gatherVector,
  literalVector,
  Vector,
} from '../../vector/index.ts';
import { columnIds } from '../column-ids.ts';
import { ColumnStore } from '../column-store.ts';
import { BLOCKED, type Operator } from '../operator.ts';
import type { OperatorContext } from '../operator-context.ts';
import { OPERATOR_KERNELS } from '../operator-kernels.ts';
import { PlanOperator, type Pulled } from '../plan-operator.ts';
import type { RuntimeFilter } from '../runtime-filter.ts';
import type { PartitionedJoin } from '../spill/partitioned-join.ts';
import { SpillPolicy } from '../spill/spill-policy.ts';
import type { JoinBuild } from './join-build.ts';
import type { JoinPairs } from './join-table.ts';
import type { SharedBuilds } from './shared-builds.ts';

/** About what a table takes for each row while it is made. */
const TABLE_ROW_BYTES = 24;

/**
 * What hash joins and nested loops have in common: the build side is kept, then every probe batch is paired with it, a bounded number of
 * pairs at a time; pairs that fail the predicate fall out, the rest are gathered. What outer and semi joins need is which rows have
 * had a match: a byte for each row of the probe batch and of the build side.
 *
 * Batches come in the order of the probe; of the pairs of one probe batch the order is fixed but not the probe's. Unmatched build
 * rows come last.
 */
export abstract class JoinOperator<Node extends HashJoinExec | NestedLoopJoinExec> extends PlanOperator<Node> {
  protected readonly probeInput: Operator;
  readonly #buildInput: Operator;
  protected readonly probeColumns: readonly Column[];
  protected readonly buildColumns: readonly Column[];
  /** Undefined unless the tasks of the worker share this build side. */
  readonly #shared: SharedBuilds | undefined;
  /** Where the rows of the build side are charged. */
  readonly #buildAccount: MemoryAccount;
  /** Rows of the build side until they are complete. */
  #store: ColumnStore | undefined;
  #build: JoinBuild | undefined;
  readonly #computedKeys: readonly CompiledExpression[];
  readonly #storeTypes: readonly DataType[];
  /** For each key of the build side its place in the store. */
  protected readonly keyPlaces: readonly number[];
  readonly #predicate: CompiledPredicate | undefined;
  readonly #policy: SpillPolicy;
  #partitioned: PartitionedJoin | undefined;
  /** What lives as long as a probe batch. */
  protected readonly probeArena: Arena;
  #phase: 'building' | 'partitioned' | 'probing' | 'unmatched' | 'done' = 'building';
  #batch: Batch | undefined;
  /** Which rows of the probe batch have a match; 0 when nobody asks. */
  #probeMarks: Address = 0;
  #buildMarks: Address = 0;
  #nextUnmatched = 0;
  #numBuildRows = 0;
  #hasFoundBuild = false;

  constructor(
    node: Node,
    context: OperatorContext,
    probe: Operator,
    build: Operator,
    buildKeys: readonly Expression[],
    predicate: Expression | undefined,
    depth = 0,
  ) {
    super(node, context, [probe, build]);
    const { memory, expressions } = context;
    this.probeInput = probe;
    this.#buildInput = build;
    this.probeColumns = outputColumns(node.probe);
    this.buildColumns = outputColumns(node.build);
    const buildLayout = columnIds(this.buildColumns);
    const computed: Expression[] = [];
    this.keyPlaces = buildKeys.map((key) => {
      const place = key.kind === 'column' ? buildLayout.indexOf(key.id) : -1;
      return place >= 0 ? place : this.buildColumns.length + computed.push(key) - 1;
    });
    this.#computedKeys = computed.map((key) => compileExpression(key, buildLayout, expressions));
    this.#predicate =
      predicate && compilePredicate(predicate, [...columnIds(this.probeColumns), ...buildLayout], expressions);
    this.#shared = node.sharesBuild ? context.environment.sharedBuilds : undefined;
    this.#buildAccount = this.#shared
      ? this.#shared.account.child(this.account.name, context.spec.settings.memoryBytes)
      : this.account;
    this.#storeTypes = [...this.buildColumns.map((column) => column.type), ...computed.map((key) => key.type)];
    this.probeArena = new Arena(memory, this.account);
    this.#policy = new SpillPolicy(context, this.#buildAccount, depth);
  }

  /** The build side of these rows, which belong to it from now on; whatever it takes is charged to `account`. */
  protected abstract finishBuild(store: ColumnStore, account: MemoryAccount): JoinBuild;

  /** The same join in partitions, for a build side that does not fit into memory; undefined where that cannot be. */
  protected partition(_store: ColumnStore, _policy: SpillPolicy): PartitionedJoin | undefined {
    return undefined;
  }

  /** The build side is there, made by this task or found. */
  protected openProbe(_build: JoinBuild): void {}

  /** Gets ready for a probe batch; temporaries go to `probeArena`. */
  protected abstract startProbe(batch: Batch): void;

  /** The validity of the marks of the current probe batch, given those; 0 when none is null. */
  protected markValidity(_marks: Address): Address {
    return 0;
  }

  /** The next pairs, at most `capacity`, in memory of this call's arena; undefined when there are no more for this batch. */
  protected abstract nextPairs(capacity: number): JoinPairs | undefined;

  /** Rows of the probe that are left out take nothing with them but the rows that they would have made. */
  acceptFilter(filter: RuntimeFilter): boolean {
    const { type } = this.node;
    if (type === 'right' || type === 'full') return false;
    const isOfProbe = (id: ColumnId) => this.probeColumns.some((column) => column.id === id);
    return filter.columns.every(isOfProbe) && (this.probeInput.acceptFilter?.(filter) ?? false);
  }

  protected override pull(): Pulled {
    if (this.#phase === 'building' && !this.#takeBuild()) return BLOCKED;
    if (this.#phase === 'partitioned') return this.#partitioned!.next(this.probeInput, this.arena);
    while (this.#phase === 'probing') {
      if (!this.#batch) {
        const batch = this.probeInput.next();
        if (batch === BLOCKED) return BLOCKED;
        if (batch === undefined) {
          this.#phase = this.#buildMarks === 0 ? 'done' : 'unmatched';
          break;
        }
        this.#start(batch);
      }
      const batch = this.#nextOfBatch(this.#batch!);
      if (batch) return batch;
    }
    return this.#phase === 'unmatched' ? this.#unmatchedBuildRows() : undefined;
  }

  /** Complete, or a bug. */
  protected get build(): JoinBuild {
    if (!this.#build) throw internal('a join has begun to probe without a build side');
    return this.#build;
  }

  /** Whether a probe row is only asked whether it has a match, and any match will do. */
  protected get wantsOneMatch(): boolean {
    return this.#isTest && !this.#predicate;
  }

  protected override counters(): Readonly<Record<string, number>> {
    if (this.#partitioned) return { spilledBytes: this.#partitioned.bytes };
    return this.#hasFoundBuild ? { sharedBuilds: 1 } : { buildRows: this.#numBuildRows };
  }

  protected override release(): void {
    this.#batch = undefined;
    this.probeArena.close();
    this.#partitioned?.close();
    this.context.memory.free(this.#buildMarks);
    this.#buildMarks = 0;
    this.#store?.close();
    this.#store = undefined;
    if (!this.#shared) this.#build?.close();
    this.#build = undefined;
  }

  get #keepsProbeRows(): boolean {
    return this.node.type === 'left' || this.node.type === 'full';
  }

  /** Gives no pairs, but probe rows by whether they have a match. */
  get #isTest(): boolean {
    const { type } = this.node;
    return type === 'semi' || type === 'anti' || type === 'mark';
  }

  /** Keeps the build side, or finds that another task has; false when its input is blocked. */
  #takeBuild(): boolean {
    // Once a part of the build side is out of memory, the rest must follow.
    const found = this.#partitioned ? undefined : this.#shared?.get(this.node.id);
    if (found) {
      this.#hasFoundBuild = true;
      this.#store?.close();
    } else if (!this.#appendInput()) {
      return false;
    }
    this.#buildInput.close();
    if (this.#partitioned) {
      this.#phase = 'partitioned';
      return true;
    }
    this.#build = found ?? this.#finishBuild();
    this.#store = undefined;
    const { numRows } = this.#build;
    const { type } = this.node;
    if (type === 'right' || type === 'full') {
      this.#buildMarks = this.context.memory.allocateZeroed(numRows, this.account);
    }
    const isEmpty = numRows === 0 && (type === 'inner' || type === 'right' || type === 'semi');
    this.#phase = isEmpty ? 'done' : 'probing';
    if (isEmpty) this.probeInput.close();
    else this.openProbe(this.#build);
    return true;
  }

  #appendInput(): boolean {
    if (this.#partitioned) return this.#spillBuild(this.#partitioned);
    this.#store ??= new ColumnStore(this.context.memory, this.#buildAccount, this.#storeTypes);
    for (;;) {
      const batch = this.#buildInput.next();
      if (batch === BLOCKED) return false;
      if (batch === undefined) return true;
      const columns = this.buildColumns.map((_, place) => denseColumn(batch, place, this.arena));
      const keys = this.#computedKeys.map((key) => key.evaluate(batch, this.arena));
      this.#store.append([...columns, ...keys], 0, batch.numRows, this.arena);
      this.arena.reset();
      if (!this.#policy.mustSpill(this.#store.numRows * TABLE_ROW_BYTES)) continue;
      this.#partitioned = this.partition(this.#store, this.#policy);
      if (this.#partitioned) return this.#spillBuild(this.#partitioned);
    }
  }

  /** Writes what is in memory and then the rest of the build side; false when it must wait. */
  #spillBuild(partitioned: PartitionedJoin): boolean {
    if (this.#store) {
      if (!partitioned.writeStore(this.#store, this.arena)) return false;
      this.#store.close();
      this.#store = undefined;
    }
    return partitioned.takeBuild(this.#buildInput, this.arena);
  }

  #finishBuild(): JoinBuild {
    const store = this.#store!;
    this.#numBuildRows = store.numRows;
    const build = this.finishBuild(store, this.#buildAccount);
    return this.#shared ? this.#shared.share(this.node.id, build) : build;
  }

  #start(batch: Batch): void {
    this.#batch = batch;
    this.probeArena.reset();
    const needsMarks = this.#keepsProbeRows || this.#isTest;
    this.#probeMarks = needsMarks ? this.probeArena.allocateZeroed(batch.numRows) : 0;
    this.startProbe(batch);
  }

  /** The next batch that the current probe batch gives; undefined, and no current batch, when it gives no more. */
  #nextOfBatch(batch: Batch): Batch | undefined {
    const capacity = this.context.spec.settings.batchRows;
    for (;;) {
      this.arena.reset();
      const candidates = this.nextPairs(capacity);
      if (!candidates) break;
      const given = this.#takePairs(batch, candidates);
      if (given) return given;
      this.context.throwIfCancelled();
    }
    this.#batch = undefined;
    if (this.#probeMarks === 0) return undefined;
    if (this.node.type === 'mark') return this.#markedRows(batch);
    return this.#isTest ? this.#semiRows(batch) : this.#unmatchedProbeRows(batch);
  }

  /** Applies the predicate to pairs and notes the matches; the joined rows unless it is a semi or anti join. */
  #takePairs(batch: Batch, candidates: JoinPairs): Batch | undefined {
    if (candidates.numPairs === 0) return undefined;
    let pairs = candidates;
    let joined: Batch | undefined;
    if (this.#predicate) {
      joined = this.#predicate.select(this.#join(batch, pairs), this.arena);
      pairs = this.#selectPairs(pairs, joined);
    }
    const { probeRows, buildRows, numPairs } = pairs;
    if (numPairs === 0) return undefined;
    const kernels = this.context.memory.kernels(OPERATOR_KERNELS);
    if (this.#probeMarks !== 0) kernels.mark_rows(this.#probeMarks, probeRows, numPairs);
    if (this.#buildMarks !== 0) kernels.mark_rows(this.#buildMarks, buildRows, numPairs);
    if (this.#isTest) return undefined;
    return joined ?? this.#join(batch, pairs);
  }

  #selectPairs(pairs: JoinPairs, selected: Batch): JoinPairs {
    if (selected.selection === 0) return pairs;
    const { memory } = this.context;
    const numPairs = selected.numRows;
    const probeRows = this.arena.allocate(numPairs * 4);
    const buildRows = this.arena.allocate(numPairs * 4);
    gatherValues(memory, 4, probeRows, pairs.probeRows, selected.selection, numPairs);
    gatherValues(memory, 4, buildRows, pairs.buildRows, selected.selection, numPairs);
    return { probeRows, buildRows, numPairs, coversProbe: false };
  }

  #join(batch: Batch, { probeRows, buildRows, numPairs, coversProbe }: JoinPairs): Batch {
    const probeValues = coversProbe
      ? this.probeColumns.map((_, place) => denseColumn(batch, place, this.arena))
      : this.#probeValues(batch, probeRows, numPairs);
    return new Batch([...probeValues, ...this.#buildValues(buildRows, numPairs)], numPairs);
  }

  #probeValues(batch: Batch, rows: Address, numRows: number): Vector[] {
    const stored = composeSelections(batch.selection, rows, numRows, this.arena);
    return this.probeColumns.map((_, place) => gatherVector(batch.columns[place]!, stored, numRows, this.arena));
  }

  #buildValues(rows: Address, numRows: number): Vector[] {
    return this.buildColumns.map((_, place) => gatherVector(this.build.column(place), rows, numRows, this.arena));
  }

  #nulls(columns: readonly Column[], numRows: number): Vector[] {
    return columns.map((column) => literalVector(column.type, null, numRows, this.arena));
  }

  /** All rows of the probe batch, and their marks. */
  #markedRows(batch: Batch): Batch {
    const { numRows } = batch;
    const columns = this.probeColumns.map((_, place) => denseColumn(batch, place, this.arena));
    const mark = Vector.flat(BOOLEAN, numRows, this.#probeMarks, this.markValidity(this.#probeMarks));
    return new Batch([...columns, mark], numRows);
  }

  #semiRows(batch: Batch): Batch | undefined {
    const rows = this.arena.allocate(batch.numRows * 4);
    const kernels = this.context.memory.kernels(OPERATOR_KERNELS);
    const numRows =
      this.node.type === 'semi'
        ? kernels.marked_rows(rows, this.#probeMarks, batch.numRows)
        : kernels.unmarked_rows(rows, this.#probeMarks, 0, batch.numRows);
    if (numRows === 0) return undefined;
    return batch.select(composeSelections(batch.selection, rows, numRows, this.arena), numRows);
  }

  #unmatchedProbeRows(batch: Batch): Batch | undefined {
    const rows = this.arena.allocate(batch.numRows * 4);
    const numRows = this.context.memory
      .kernels(OPERATOR_KERNELS)
      .unmarked_rows(rows, this.#probeMarks, 0, batch.numRows);
    if (numRows === 0) return undefined;
    return new Batch([...this.#probeValues(batch, rows, numRows), ...this.#nulls(this.buildColumns, numRows)], numRows);
  }

  #unmatchedBuildRows(): Batch | undefined {
    const { batchRows } = this.context.spec.settings;
    const { numRows: numBuildRows } = this.build;
    while (this.#nextUnmatched < numBuildRows) {
      this.arena.reset();
      const from = this.#nextUnmatched;
      const numCandidates = Math.min(batchRows, numBuildRows - from);
      this.#nextUnmatched += numCandidates;
      const rows = this.arena.allocate(numCandidates * 4);
      const numRows = this.context.memory
        .kernels(OPERATOR_KERNELS)
        .unmarked_rows(rows, this.#buildMarks, from, numCandidates);
      if (numRows === 0) continue;
      return new Batch([...this.#nulls(this.probeColumns, numRows), ...this.#buildValues(rows, numRows)], numRows);
    }
    return undefined;
  }
}
