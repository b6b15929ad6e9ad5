import { internal } from '../../error/index.ts';
import { compileExpression } from '../../expression/compile-expression.ts';
import type { AggregateCall, Expression } from '../../expression/index.ts';
import { expressionKey, someExpression } from '../../expression/traverse.ts';
import { type AggregateExec, outputColumns } from '../../physical/index.ts';
import type { DataType } from '../../types/index.ts';
import { type Address, type Arena, Batch, denseColumn, VECTOR_KERNELS, type Vector } from '../../vector/index.ts';
import { columnIds } from '../column-ids.ts';
import { fuseSums } from '../fused/fuse-sums.ts';
import { BLOCKED, type Operator } from '../operator.ts';
import type { OperatorContext } from '../operator-context.ts';
import { PlanOperator, type Pulled } from '../plan-operator.ts';
import { SpillPolicy } from '../spill/spill-policy.ts';
import { SpilledGroups } from '../spill/spilled-groups.ts';
import { AccumulatorFeed, type ArgumentSource, type Feed, type FeedArguments } from './accumulator-feed.ts';
import { GroupTable } from './group-table.ts';
import { OrderedFeed } from './ordered-feed.ts';
import { type RunningAggregate, runningAggregate } from './running-aggregate.ts';

/** Groups at which a partial aggregation asks itself whether it reduces anything. */
const PARTIAL_GROUPS = 1 << 15;
/** Rows a group must have had on average for it to go on; otherwise it hands its groups down and passes rows through. */
const LEAST_REDUCTION = 2;
/** Rows that it then hands down as they come, before it tries again. */
const PASSED_ROWS = 1 << 20;
/** Groups that a partial aggregation never exceeds: the final one, which sees all of them, has the memory for that. */
const MAX_PARTIAL_GROUPS = 1 << 20;

/**
 * Hash aggregation in three modes (see `AggregateExec`). A batch is taken in column by column: keys become group numbers, then
 * each accumulator is updated by one kernel. Groups come out in the order in which they were found.
 *
 * A partial aggregation that has as many groups as rows, or nearly, only makes work for itself: it makes each row a group of its own
 * instead, without looking for it.
 *
 * When memory is short, `partial` hands its groups down; the others write theirs out and merge them at the end (see `SpilledGroups`), unless
 * an aggregate needs all rows of a group at once: those with DISTINCT or ORDER BY.
 */
export class AggregateOperator extends PlanOperator<AggregateExec> {
  readonly #input: Operator;
  readonly #keys: readonly ArgumentSource[];
  /** Undefined without keys: then there is one group. */
  readonly #table: GroupTable | undefined;
  /** Keys that are columns of the input cannot fail. */
  readonly #keysAreColumns: boolean;
  /** Whether arguments may be evaluated a second time, or on rows that do not belong. */
  readonly #isRepeatable: boolean;
  readonly #feeds: Feed[] = [];
  readonly #aggregates: readonly RunningAggregate[];
  /** Its exact sums may be computed by a generated loop. */
  #plainFeed: AccumulatorFeed | undefined;
  #phase: 'taking' | 'giving' | 'passing' = 'taking';
  /** Rows that may still be passed through before groups are looked for again. */
  #numToPass = 0;
  #hasAlwaysGroups = false;
  #inputIsDone = false;
  #numGiven = 0;
  #numRowsTaken = 0;
  #numGroupsGiven = 0;
  #numFlushes = 0;
  #numPassed = 0;
  #numSlots = 0;
  readonly #policy: SpillPolicy;
  readonly #depth: number;
  readonly #canSpill: boolean;
  #spilled: SpilledGroups | undefined;
  #isWritingGroups = false;

  /** `depth`: how often the groups were spilled before. */
  constructor(node: AggregateExec, context: OperatorContext, input: Operator, depth = 0) {
    super(node, context, [input]);
    this.#input = input;
    this.#depth = depth;
    this.#policy = new SpillPolicy(context, this.account, depth);
    this.#canSpill = node.mode !== 'partial' && node.groupBy.length > 0 && node.aggregates.every(this.#hasStates);
    const { memory, expressions } = context;
    const layout = columnIds(outputColumns(node.input));
    this.#keys = node.groupBy.map((expression, i) => {
      if (node.mode === 'final') return (batch, arena) => denseColumn(batch, i, arena);
      const compiled = compileExpression(expression, layout, expressions);
      return (batch, arena) => compiled.evaluate(batch, arena);
    });
    this.#keysAreColumns = node.groupBy.every((expression) => expression.kind === 'column');
    this.#isRepeatable = node.aggregates.every((call) => call.args.every((arg) => this.#isDeterministic(arg)));
    const keyTypes = node.groupBy.map((expression) => expression.type);
    this.#table = keyTypes.length === 0 ? undefined : new GroupTable(keyTypes, memory, this.account);
    this.#aggregates = node.mode === 'final' ? this.#mergingAggregates() : this.#rowAggregates();
  }

  protected override pull(): Pulled {
    for (;;) {
      if (this.#phase === 'passing') return this.#pass();
      if (this.#phase === 'taking' && !this.#take()) return BLOCKED;
      if (this.#spilled) return this.#giveSpilled(this.#spilled);
      const batch = this.#give();
      if (batch) return batch;
      if (this.#inputIsDone) return undefined;
      this.#startAnew();
    }
  }

  protected override release(): void {
    this.#numSlots = this.#table?.numSlots ?? 0;
    this.#table?.close();
    for (const feed of this.#feeds) feed.close();
    this.#spilled?.close();
  }

  protected override counters(): Readonly<Record<string, number>> {
    const hashSlots = Math.max(this.#numSlots, this.#table?.numSlots ?? 0);
    const fusedRows = this.#plainFeed?.numFusedRows ?? 0;
    const counters = {
      groups: this.#numGroupsGiven,
      hashSlots,
      flushes: this.#numFlushes,
      passedRows: this.#numPassed,
      fusedRows,
    };
    return this.#spilled ? { ...counters, spilledBytes: this.#spilled.bytes } : counters;
  }

  get #numGroups(): number {
    return this.#table ? this.#table.numGroups : 1;
  }

  /** Takes in batches until there are no more or the groups have to be given; false when the input is blocked. */
  #take(): boolean {
    if (!this.#hasAlwaysGroups) this.#addAlwaysGroups();
    for (;;) {
      if (this.#isWritingGroups && !this.#writeGroups()) return false;
      if (this.#inputIsDone) break;
      this.arena.reset();
      const batch = this.#input.next();
      if (batch === BLOCKED) return false;
      if (batch === undefined) {
        this.#inputIsDone = true;
        // The rest goes where the others are.
        this.#isWritingGroups = this.#spilled !== undefined;
        continue;
      }
      this.#takeBatch(batch);
      if (this.#canSpill && this.#policy.mustSpill(0)) {
        this.#spilled ??= this.#newSpilledGroups();
        this.#isWritingGroups = true;
      }
      if (this.node.mode === 'partial' && this.#mustFlush()) {
        this.#numFlushes++;
        if (this.#reducesNothing) this.#numToPass = PASSED_ROWS;
        break;
      }
    }
    if (!this.#table && this.#numRowsTaken === 0) {
      // Without keys there is a group also when there are no rows; a partial aggregation leaves it to the final one.
      for (const feed of this.#feeds) feed.reserve(1);
    }
    for (const feed of this.#feeds) feed.finish?.(this.#numGroups, this.arena);
    this.#phase = 'giving';
    this.#numGiven = 0;
    return true;
  }

  /** Groups that there are even over no rows: they count as a row each that no aggregate sees. */
  #addAlwaysGroups(): void {
    this.#hasAlwaysGroups = true;
    const { alwaysGroups = [] } = this.node;
    const row = new Batch([], 1);
    for (const keys of alwaysGroups) {
      const values = keys.map((key) => compileExpression(key, [], this.context.expressions).evaluate(row, this.arena));
      this.#table!.assign(values, 0, 1, this.arena);
    }
    this.#numRowsTaken += alwaysGroups.length;
    if (alwaysGroups.length > 0) for (const feed of this.#feeds) feed.reserve(this.#numGroups);
  }

  #takeBatch(batch: Batch): void {
    const { arena } = this;
    this.#numRowsTaken += batch.numRows;
    // Where nearly all stored rows belong, looking at all of them is quicker than to gather those that do.
    const isNearlyWhole = batch.selection !== 0 && batch.numRows * 4 >= batch.numStoredRows * 3;
    const whole = isNearlyWhole && this.#isRepeatable ? new Batch(batch.columns, batch.numStoredRows) : undefined;
    let groups: Address = 0;
    if (this.#table) {
      const input = whole && this.#keysAreColumns ? whole : batch;
      const keys = this.#keys.map((key) => key(input, arena));
      const rows = input === whole ? batch.selection : 0;
      if (this.#feeds.length === 0) this.#table.add(keys, rows, batch.numRows, arena);
      else groups = this.#table.assign(keys, rows, batch.numRows, arena).groups;
    }
    for (const feed of this.#feeds) {
      feed.reserve(this.#numGroups);
      feed.update(batch, groups, this.#numGroups, arena, whole);
    }
  }

  /** Goes on to write the groups out and forgets them; false when it must wait. */
  #writeGroups(): boolean {
    const table = this.#table!;
    const columns = (from: number, numGroups: number, arena: Arena): Vector[] => [
      ...table.keys().map((key) => key.slice(from, from + numGroups)),
      ...this.#aggregates.flatMap((aggregate) => aggregate.states(from, numGroups, arena)),
    ];
    if (!this.#spilled!.write({ numGroups: table.numGroups, columns }, this.arena)) return false;
    for (const part of [table, ...this.#feeds]) {
      part.clear();
      part.close();
    }
    this.#isWritingGroups = false;
    return true;
  }

  #giveSpilled(spilled: SpilledGroups): Pulled {
    const batch = spilled.next();
    if (batch !== undefined && batch !== BLOCKED) this.#numGroupsGiven += batch.numRows;
    return batch;
  }

  #newSpilledGroups(): SpilledGroups {
    const { node, context, account } = this;
    const { io, blockBytes } = this.#policy;
    const keyTypes = node.groupBy.map((expression) => expression.type);
    const types = [...keyTypes, ...node.aggregates.flatMap((call) => this.#stateTypes(call))];
    const merging: AggregateExec = { ...node, mode: 'final', alwaysGroups: undefined };
    const depth = this.#depth + 1;
    const target = { io: io!, context, account, blockBytes };
    const merge = (states: Operator) => new AggregateOperator(merging, context, states, depth);
    return new SpilledGroups(types, keyTypes.length, depth, target, merge);
  }

  /** Whether the states of an aggregate say all about the rows of a group so far. */
  readonly #hasStates = ({ name, distinct, orderBy }: AggregateCall): boolean =>
    !orderBy && (!distinct || this.context.environment.functions.aggregate(name)?.ignoresDistinct === true);

  #mustFlush(): boolean {
    const { numGroups } = this.#table ?? { numGroups: 0 };
    if (numGroups < PARTIAL_GROUPS) return numGroups > 0 && this.account.availableBytes < this.account.usedBytes;
    return numGroups >= MAX_PARTIAL_GROUPS || this.#reducesNothing;
  }

  get #reducesNothing(): boolean {
    return this.#numGroups >= PARTIAL_GROUPS && this.#numRowsTaken < LEAST_REDUCTION * this.#numGroups;
  }

  /** The next batch with each of its rows as a group. */
  #pass(): Pulled {
    const batch = this.#input.next();
    if (batch === BLOCKED || batch === undefined) return batch;
    const { arena } = this;
    const { numRows } = batch;
    const columns = this.#keys.map((key) => key(batch, arena));
    const groups = arena.allocate(numRows * 4);
    this.context.memory.kernels(VECTOR_KERNELS).sequence_u32(groups, 0, numRows);
    for (const feed of this.#feeds) {
      feed.clear();
      feed.reserve(numRows);
      feed.update(batch, groups, numRows, arena, undefined);
      feed.finish?.(numRows, arena);
    }
    for (const aggregate of this.#aggregates) columns.push(...aggregate.states(0, numRows, arena));
    this.#numGroupsGiven += numRows;
    this.#numPassed += numRows;
    this.#numToPass -= numRows;
    if (this.#numToPass <= 0) this.#startAnew();
    return new Batch(columns, numRows);
  }

  /** The next groups, or undefined when all were given. */
  #give(): Batch | undefined {
    const from = this.#numGiven;
    const isEmptyPartial = this.node.mode === 'partial' && this.#numRowsTaken === 0;
    const numGroups = Math.min(this.context.spec.settings.batchRows, this.#numGroups - from);
    if (numGroups === 0 || isEmptyPartial) return undefined;
    this.#numGiven += numGroups;
    this.#numGroupsGiven += numGroups;
    this.arena.reset();
    const columns: Vector[] = [];
    for (const key of this.#table?.keys() ?? []) columns.push(key.slice(from, from + numGroups));
    for (const aggregate of this.#aggregates) {
      if (this.node.mode === 'partial') columns.push(...aggregate.states(from, numGroups, this.arena));
      else columns.push(aggregate.result(from, numGroups, this.arena));
    }
    return new Batch(columns, numGroups);
  }

  #startAnew(): void {
    this.#table?.clear();
    for (const feed of this.#feeds) feed.clear();
    this.#numRowsTaken = 0;
    this.#phase = this.#numToPass > 0 ? 'passing' : 'taking';
  }

  /** Aggregates over rows, for modes `single` and `partial`. */
  #rowAggregates(): RunningAggregate[] {
    const { memory, expressions, environment } = this.context;
    const layout = columnIds(outputColumns(this.node.input));
    const feeds = new Map<string, AccumulatorFeed>();
    const orders = new Map<string, OrderedFeed>();
    let plainFeed: AccumulatorFeed | undefined;
    const plain = new Map<FeedArguments, Expression>();
    const aggregates = this.node.aggregates.map((call) => {
      const sourceKeys = call.args.map(expressionKey);
      const isDistinct = call.distinct && !environment.functions.aggregate(call.name)?.ignoresDistinct;
      const feedKey = JSON.stringify([
        call.filter ? expressionKey(call.filter) : '',
        isDistinct ? sourceKeys : [],
        call.orderBy?.map(({ expression, ...order }) => [expressionKey(expression), order]),
      ]);
      const order = call.orderBy && this.#orderedRows(feedKey, call, orders);
      const sources = call.args.map((arg): ArgumentSource => {
        const compiled = compileExpression(arg, layout, expressions);
        return order ? order.source(expressionKey(arg), compiled) : (batch, arena) => compiled.evaluate(batch, arena);
      });
      let feed = feeds.get(feedKey);
      if (!feed) {
        feed = new AccumulatorFeed(
          {
            // Rows that are put in order have passed the filter before.
            filter: order ? undefined : call.filter && compileExpression(call.filter, layout, expressions),
            distinct: isDistinct ? { types: call.args.map((arg) => arg.type), sources } : undefined,
          },
          memory,
          this.account,
        );
        feeds.set(feedKey, feed);
        this.#feeds.push(order ? order.before(feed) : feed);
      }
      const { mode } = this.node;
      if (!call.filter && !isDistinct && !order && call.args.length === 1) {
        plainFeed = feed;
        plain.set(feed.arguments(sourceKeys.join(), sources), call.args[0]!);
      }
      return runningAggregate({ call, mode, feed, sources, sourceKeys, memory, account: this.account });
    });
    if (plainFeed && this.context.spec.settings.fusion === 'auto') {
      this.#plainFeed = plainFeed;
      fuseSums(plainFeed, plain, layout, memory, this.account);
    }
    return aggregates;
  }

  /** What puts the rows of an aggregate with ORDER BY in order, shared by those that agree about it. */
  #orderedRows(key: string, { filter, orderBy = [] }: AggregateCall, orders: Map<string, OrderedFeed>): OrderedFeed {
    let order = orders.get(key);
    if (!order) {
      const layout = columnIds(outputColumns(this.node.input));
      const { expressions, spec } = this.context;
      const compiled = filter && compileExpression(filter, layout, expressions);
      order = new OrderedFeed(compiled, expressions, this.account, spec.settings.batchRows);
      for (const sortKey of orderBy) {
        order.addKey(sortKey, compileExpression(sortKey.expression, layout, expressions));
      }
      orders.set(key, order);
    }
    return order;
  }

  /** Aggregates over state columns, which follow the keys in the order of the aggregates. */
  #mergingAggregates(): RunningAggregate[] {
    const { memory } = this.context;
    const feed = new AccumulatorFeed({}, memory, this.account);
    this.#feeds.push(feed);
    let place = this.node.groupBy.length;
    return this.node.aggregates.map((call) => {
      const places = this.#stateTypes(call).map(() => place++);
      return runningAggregate({
        call,
        mode: 'final',
        feed,
        sources: places.map((at) => (batch, arena) => denseColumn(batch, at, arena)),
        sourceKeys: places.map((at) => `state ${at}`),
        memory,
        account: this.account,
      });
    });
  }

  #isDeterministic(expression: Expression): boolean {
    const { functions } = this.context.environment;
    const isVolatile = (node: Expression) =>
      node.kind === 'call' && functions.scalar(node.name)?.volatility === 'volatile';
    return !someExpression(expression, isVolatile);
  }

  #stateTypes(call: AggregateCall): readonly DataType[] {
    const overload = this.context.environment.functions.aggregateOverload(call.overload);
    if (!overload) throw internal(`aggregate ${call.overload} is not in the registry`);
    return overload.state(call.args.map((arg) => arg.type));
  }
}
