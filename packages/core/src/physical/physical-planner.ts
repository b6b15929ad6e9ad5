import type { ScanPlan } from '../catalog/table.ts';
import { internal } from '../error/index.ts';
import type { Column, ColumnId, Expression, FunctionRegistry } from '../expression/index.ts';
import { expressionKey } from '../expression/traverse.ts';
import type {
  AggregateNode,
  DistinctNode,
  JoinNode,
  LimitByNode,
  LogicalPlan,
  RecursiveNode,
  ScanNode,
  WindowNode,
} from '../logical/index.ts';
import { inputsOf, mapNodeExpressions, scannedColumns } from '../logical/index.ts';
import type { AggregateExec } from './aggregate-exec.ts';
import { meetsBeforeAggregating } from './aggregation-placement.ts';
import type { HashJoinKey } from './hash-join-exec.ts';
import { keepUnchanged } from './keep-unchanged.ts';
import { outputColumns, type PhysicalPlan } from './physical-plan.ts';
import type { StageGraph } from './stage/stage.ts';
import { type Planned, StageBuilder } from './stage-builder.ts';

/** A build side of more rows than this is not sent whole to every worker: both sides are partitioned by the key instead. */
const LARGEST_BROADCAST_ROWS = 4_000_000;

/** Partitions of hash exchanges. Fixed, so that an answer does not depend on the number of workers. */
const NUM_PARTITIONS = 16;

export interface PhysicalPlannerContext {
  readonly functions: FunctionRegistry;
  /** The scan plan of every scan node of the logical plan. */
  readonly scans: ReadonlyMap<ScanNode, ScanPlan>;
  /** How many rows the optimizer expects of a plan. */
  estimateRows(plan: LogicalPlan): number;
  /** Whether rows with nearby values of a column are expected to lie close together. */
  isClustered(plan: LogicalPlan, key: Expression): boolean;
  /** First id for columns that the planner makes (states of partial aggregations). */
  newColumnId(): number;
  /** Rounds after which a recursive query fails. */
  readonly maxRecursion: number;
}

/**
 * Chooses how a logical plan runs and cuts it into stages.
 *
 * What reads splits runs as one task for each slice of them; aggregation, top-N and limits do their part there first. Rows meet
 * where they must: by hash of the key, or in one task.
 */
export function planStages(plan: LogicalPlan, context: PhysicalPlannerContext): StageGraph {
  return new PhysicalPlanner(context).plan(plan);
}

class PhysicalPlanner {
  readonly #context: PhysicalPlannerContext;
  readonly #stages = new StageBuilder();

  constructor(context: PhysicalPlannerContext) {
    this.#context = context;
  }

  plan(plan: LogicalPlan): StageGraph {
    return this.#stages.finish(this.#planNode(plan));
  }

  #base(plan: LogicalPlan): {
    readonly id: number;
    readonly columns: readonly Column[];
    readonly estimatedRows: number;
  } {
    return {
      id: this.#stages.newNodeId(),
      columns: plan.columns,
      estimatedRows: Math.round(this.#context.estimateRows(plan)),
    };
  }

  #planNode(plan: LogicalPlan): Planned {
    switch (plan.kind) {
      case 'Scan':
        return this.#planScan(plan);
      case 'Values':
        return this.#stages.single({ kind: 'ValuesExec', ...this.#base(plan), rows: plan.rows });
      case 'Filter':
        return this.#over(this.#planNode(plan.input), (input) => ({
          kind: 'FilterExec',
          ...this.#base(plan),
          columns: outputColumns(input),
          input,
          predicate: plan.predicate,
        }));
      case 'Project':
        return this.#over(this.#planNode(plan.input), (input) => ({
          kind: 'ProjectExec',
          ...this.#base(plan),
          input,
          expressions: plan.expressions,
        }));
      case 'WorkTable':
        return this.#stages.single({ kind: 'WorkTableExec', ...this.#base(plan), workTable: plan.workTable });
      case 'Recursive':
        return this.#planRecursive(plan);
      case 'ProjectSet': {
        const own = plan.columns.slice(plan.input.columns.length);
        const { calls, ordinality, isOuter } = plan;
        return this.#over(this.#planNode(plan.input), (input) => ({
          kind: 'ProjectSetExec',
          ...this.#base(plan),
          columns: [...outputColumns(input), ...own],
          input,
          calls,
          ordinality,
          isOuter,
        }));
      }
      case 'Expand':
        return this.#over(this.#planNode(plan.input), (input) => ({
          kind: 'ExpandExec',
          ...this.#base(plan),
          input,
          projections: plan.projections,
        }));
      case 'Aggregate':
        return this.#planAggregate(plan, plan.groupBy);
      case 'Distinct':
        return this.#planAggregate(plan, plan.columns.map(reference));
      case 'Join':
        return this.#planJoin(plan);
      case 'DependentJoin':
        throw internal('a dependent join has come to the physical planner');
      case 'Sort':
        return this.#over(this.#stages.gather(this.#planNode(plan.input)), (input) => ({
          kind: 'SortExec',
          ...this.#base(plan),
          input,
          keys: plan.keys,
        }));
      case 'TopN': {
        const { limit, offset, keys } = plan;
        return this.#inParts(this.#planNode(plan.input), (input, last) => ({
          kind: 'TopNExec',
          ...this.#base(plan),
          input,
          keys,
          limit: last ? limit : limit + offset,
          offset: last ? offset : 0,
        }));
      }
      case 'Limit': {
        const { limit, offset } = plan;
        const input = this.#planNode(plan.input);
        const make = (source: PhysicalPlan, last: boolean): PhysicalPlan => ({
          kind: 'LimitExec',
          ...this.#base(plan),
          input: source,
          limit: last || limit === undefined ? limit : limit + offset,
          offset: last ? offset : 0,
        });
        return limit === undefined
          ? this.#over(this.#stages.gather(input), (source) => make(source, true))
          : this.#inParts(input, make);
      }
      case 'LimitBy':
        return this.#planLimitBy(plan);
      case 'Window':
        return this.#planWindow(plan);
      case 'Union': {
        const inputs = plan.inputs.map((input) => this.#planNode(input));
        return this.#stages.union(inputs, (sources) => ({ kind: 'UnionExec', ...this.#base(plan), inputs: sources }));
      }
    }
  }

  /** All rounds run in one task. */
  #planRecursive(plan: RecursiveNode): Planned {
    const { workTable, isDistinct } = plan;
    const anchor = this.#stages.gather(this.#planNode(plan.anchor));
    const step = this.#stages.gather(this.#planNode(plan.step));
    return this.#stages.join(anchor, step, (first, next) => ({
      kind: 'RecursiveExec',
      ...this.#base(plan),
      anchor: first,
      step: keepUnchanged(next, () => this.#stages.newNodeId()),
      isDistinct,
      workTable,
      maxRounds: this.#context.maxRecursion,
    }));
  }

  /** Each task sorts and limits what it has; then rows with equal keys meet, and the same is done once more. */
  #planLimitBy(plan: LimitByNode): Planned {
    const { limit, offset, by } = plan;
    const [input, columns] = this.#withKeyColumns(this.#planNode(plan.input), by);
    const keys = [
      ...columns.map((column) => ({ expression: reference(column), descending: false, nullsFirst: false })),
      ...plan.keys,
    ];
    const limited = (source: Planned, isLast: boolean) =>
      this.#over(source, (rows) => ({
        kind: 'LimitByExec',
        ...this.#base(plan),
        columns: outputColumns(rows),
        input: { kind: 'SortExec', ...this.#base(plan.input), columns: outputColumns(rows), input: rows, keys },
        by: columns.map(reference),
        limit: isLast || limit === undefined ? limit : limit + offset,
        offset: isLast ? offset : 0,
      }));
    if (input.tasks.kind === 'one') return this.#inOrder(limited(input, true), plan.columns);
    const ids = columns.map(({ id }) => id);
    const partial = limit === undefined ? input : limited(input, false);
    return this.#inOrder(limited(this.#stages.partition(partial, ids, NUM_PARTITIONS), true), plan.columns);
  }

  #planScan(plan: ScanNode): Planned {
    const { splits } = this.#context.scans.get(plan)!;
    return this.#stages.scan(
      {
        kind: 'ScanExec',
        ...this.#base(plan),
        columns: scannedColumns(plan).columns,
        table: plan.table.name,
        filters: plan.filters,
        numOutputColumns: plan.columns.length,
        limit: plan.limit,
      },
      splits,
    );
  }

  #over(input: Planned, make: (input: PhysicalPlan) => PhysicalPlan): Planned {
    return { ...input, plan: make(input.plan) };
  }

  /** A step that runs in every task first and once more over what the tasks give. */
  #inParts(input: Planned, make: (input: PhysicalPlan, last: boolean) => PhysicalPlan): Planned {
    if (input.tasks.kind === 'one') return this.#over(input, (source) => make(source, true));
    const partial = this.#over(input, (source) => make(source, false));
    return this.#over(this.#stages.gather(partial), (source) => make(source, true));
  }

  #planAggregate(plan: AggregateNode | DistinctNode, groupBy: readonly Expression[]): Planned {
    const aggregates = plan.kind === 'Aggregate' ? plan.aggregates : [];
    const alwaysGroups = plan.kind === 'Aggregate' ? plan.alwaysGroups : undefined;
    const input = this.#planNode(plan.input);
    const make = (
      source: PhysicalPlan,
      mode: AggregateExec['mode'],
      keys: readonly Expression[],
      columns: readonly Column[],
    ): AggregateExec => ({
      kind: 'AggregateExec',
      ...this.#base(plan),
      columns,
      mode,
      input: source,
      groupBy: keys,
      aggregates,
      ...(alwaysGroups && mode !== 'final' ? { alwaysGroups } : {}),
    });

    if (input.tasks.kind === 'one') return this.#over(input, (source) => make(source, 'single', groupBy, plan.columns));
    if (aggregates.some(({ distinct, orderBy }) => distinct || orderBy !== undefined)) {
      // Groups that are there without rows belong to one task.
      const keys = alwaysGroups ? [] : groupBy;
      return this.#aggregateWhole(input, keys, (source, refs) =>
        make(source, 'single', alwaysGroups ? groupBy : refs, plan.columns),
      );
    }
    const ids = groupBy.flatMap((key) => (key.kind === 'column' ? [key.id] : []));
    if (!alwaysGroups && groupBy.length > 0 && input.partitionedBy?.every((id) => ids.includes(id))) {
      return this.#over(input, (source) => make(source, 'single', groupBy, plan.columns));
    }
    if (!alwaysGroups && meetsBeforeAggregating(plan, groupBy, this.#context)) {
      return this.#aggregateWhole(input, groupBy, (source, refs) => make(source, 'single', refs, plan.columns));
    }
    const keyColumns = groupBy.map((expression, i): Column => {
      const { name, nullable } = plan.columns[i]!;
      return { id: this.#context.newColumnId(), name, type: expression.type, nullable };
    });
    const stateColumns = aggregates.flatMap((call) =>
      this.#context.functions
        .aggregateOverload(call.overload)!
        .state(call.args.map(({ type }) => type))
        .map(
          (type, i): Column => ({ id: this.#context.newColumnId(), name: `${call.name}#${i}`, type, nullable: true }),
        ),
    );
    const partial = this.#over(input, (source) => make(source, 'partial', groupBy, [...keyColumns, ...stateColumns]));
    const exchanged =
      keyColumns.length === 0
        ? this.#stages.gather(partial)
        : this.#stages.partition(
            partial,
            keyColumns.map(({ id }) => id),
            NUM_PARTITIONS,
          );
    const final = this.#over(exchanged, (source) => make(source, 'final', keyColumns.map(reference), plan.columns));
    return {
      ...final,
      partitionedBy: keyColumns.length > 0 ? plan.columns.slice(0, keyColumns.length).map(({ id }) => id) : undefined,
    };
  }

  #planWindow(plan: WindowNode): Planned {
    const computed = new Map<string, { readonly column: Column; readonly expression: Expression }>();
    const asColumn = (expression: Expression): Expression => {
      if (expression.kind === 'column' || expression.kind === 'literal') return expression;
      const key = expressionKey(expression);
      let found = computed.get(key);
      if (!found) {
        const column = { id: this.#context.newColumnId(), name: 'key', type: expression.type, nullable: true };
        found = { column, expression };
        computed.set(key, found);
      }
      return reference(found.column);
    };
    const { partitionBy, orderBy, calls } = mapNodeExpressions(plan, asColumn) as WindowNode;
    const keys = partitionBy.flatMap((key) => (key.kind === 'column' ? [key.id] : []));
    const input = this.#withComputed(this.#planNode(plan.input), [...computed.values()]);
    const placed = keys.length === 0 ? this.#stages.gather(input) : this.#partitionFor(input, keys);
    const results = plan.columns.slice(plan.input.columns.length);
    const windowed = this.#over(placed, (source) => ({
      kind: 'WindowExec',
      ...this.#base(plan),
      columns: [...outputColumns(source), ...results],
      input: source,
      partitionBy,
      orderBy,
      calls,
    }));
    return this.#inOrder(windowed, plan.columns);
  }

  /** Rows with equal keys in one task: as they are where they have been partitioned by some of the keys. */
  #partitionFor(input: Planned, keys: readonly ColumnId[]): Planned {
    const { partitionedBy } = input;
    const isPlaced = input.tasks.kind === 'one' || partitionedBy?.every((id) => keys.includes(id));
    return isPlaced ? input : this.#stages.partition(input, keys, NUM_PARTITIONS);
  }

  /** An aggregation that must see all rows of a group in one task: DISTINCT or ORDER BY inside of an aggregate. */
  #aggregateWhole(
    input: Planned,
    groupBy: readonly Expression[],
    make: (source: PhysicalPlan, keys: readonly Expression[]) => PhysicalPlan,
  ): Planned {
    if (groupBy.length === 0) return this.#over(this.#stages.gather(input), (source) => make(source, []));
    const [keyed, keyColumns] = this.#withKeyColumns(input, groupBy);
    const ids = keyColumns.map(({ id }) => id);
    const partitioned = this.#stages.partition(keyed, ids, NUM_PARTITIONS);
    return this.#over(partitioned, (source) => make(source, keyColumns.map(reference)));
  }

  #planJoin(plan: JoinNode): Planned {
    const leftRows = this.#context.estimateRows(plan.left);
    const rightRows = this.#context.estimateRows(plan.right);
    const swap = plan.type === 'right' || ((plan.type === 'inner' || plan.type === 'cross') && leftRows < rightRows);
    const [probeSide, buildSide] = swap ? [plan.right, plan.left] : [plan.left, plan.right];
    const type = plan.type === 'right' ? 'left' : plan.type === 'cross' ? 'inner' : plan.type;
    let keys: readonly HashJoinKey[] = plan.on.map(({ left, right, nullSafe = false }) =>
      swap ? { probe: right, build: left, nullSafe } : { probe: left, build: right, nullSafe },
    );
    let probe = this.#planNode(probeSide);
    let build = this.#planNode(buildSide);
    if (readsWorkTable(plan)) {
      // The rows of a round lie in the task of their recursive query: all that meets them comes there.
      probe = this.#stages.gather(probe);
      build = this.#stages.gather(build);
    }

    // A full join must see every match of a build row in one task.
    const partitioned =
      keys.length > 0 &&
      !(probe.tasks.kind === 'one' && build.tasks.kind === 'one') &&
      !plan.nullAware &&
      (type === 'full' || this.#context.estimateRows(buildSide) > LARGEST_BROADCAST_ROWS);
    let sharesBuild = false;
    if (partitioned) {
      const [probeInput, probeKeys] = this.#withKeyColumns(
        probe,
        keys.map((key) => key.probe),
      );
      const [buildInput, buildKeys] = this.#withKeyColumns(
        build,
        keys.map((key) => key.build),
      );
      probe = this.#stages.partition(
        probeInput,
        probeKeys.map(({ id }) => id),
        NUM_PARTITIONS,
      );
      build = this.#stages.partition(
        buildInput,
        buildKeys.map(({ id }) => id),
        NUM_PARTITIONS,
      );
      keys = keys.map((key, i) => ({ ...key, probe: reference(probeKeys[i]!), build: reference(buildKeys[i]!) }));
    } else if (type === 'full') {
      probe = this.#stages.gather(probe);
      build = this.#stages.gather(build);
    } else if (probe.tasks.kind === 'one') {
      build = this.#stages.gather(build);
    } else {
      build = this.#stages.broadcast(build);
      sharesBuild = true;
    }

    const probeOnly = type === 'semi' || type === 'anti';
    const added = probeOnly ? [] : type === 'mark' ? plan.columns.slice(-1) : outputColumns(build.plan);
    const columns = [...outputColumns(probe.plan), ...added];
    const base = { ...this.#base(plan), columns, type, ...(sharesBuild ? { sharesBuild } : {}) };
    const joined = this.#stages.join(probe, build, (probePlan, buildPlan) =>
      keys.length > 0
        ? {
            kind: 'HashJoinExec',
            ...base,
            probe: probePlan,
            build: buildPlan,
            keys,
            residual: plan.residual,
            ...(plan.nullAware ? { nullAware: true } : {}),
          }
        : { kind: 'NestedLoopJoinExec', ...base, probe: probePlan, build: buildPlan, predicate: plan.residual },
    );
    return this.#inOrder(joined, plan.columns);
  }

  /** The input with a column for each key: keys that are columns as they are, others computed. */
  #withKeyColumns(input: Planned, keys: readonly Expression[]): [Planned, Column[]] {
    const computed: { readonly column: Column; readonly expression: Expression }[] = [];
    const columns = keys.map((expression): Column => {
      if (expression.kind === 'column') return outputColumns(input.plan).find(({ id }) => id === expression.id)!;
      const column = { id: this.#context.newColumnId(), name: 'key', type: expression.type, nullable: true };
      computed.push({ column, expression });
      return column;
    });
    return [this.#withComputed(input, computed), columns];
  }

  /** The input with computed columns behind its own. */
  #withComputed(
    input: Planned,
    computed: readonly { readonly column: Column; readonly expression: Expression }[],
  ): Planned {
    if (computed.length === 0) return input;
    return this.#over(input, (source) => ({
      kind: 'ProjectExec',
      id: this.#stages.newNodeId(),
      columns: [...outputColumns(source), ...computed.map(({ column }) => column)],
      estimatedRows: source.estimatedRows,
      input: source,
      expressions: [...outputColumns(source).map(reference), ...computed.map(({ expression }) => expression)],
    }));
  }

  /** Exactly the given columns in their order, by a projection where they are not so already. */
  #inOrder(input: Planned, columns: readonly Column[]): Planned {
    const given = outputColumns(input.plan);
    if (given.length === columns.length && columns.every(({ id }, i) => given[i]!.id === id)) return input;
    return this.#over(input, (source) => ({
      kind: 'ProjectExec',
      id: this.#stages.newNodeId(),
      columns,
      estimatedRows: source.estimatedRows,
      input: source,
      expressions: columns.map(reference),
    }));
  }
}

function readsWorkTable(plan: LogicalPlan): boolean {
  return plan.kind === 'WorkTable' || inputsOf(plan).some(readsWorkTable);
}

function reference(column: Column): Expression {
  return { kind: 'column', id: column.id, name: column.name, type: column.type };
}
