import { internal, QueryError } from '../../error/index.ts';
import { ExpressionRuntime } from '../../expression/expression-runtime.ts';
import { type KeepExec, outputColumns, type PhysicalPlan, type RecursiveExec } from '../../physical/index.ts';
import { Batch, denseColumn } from '../../vector/index.ts';
import { GroupTable } from '../aggregate/group-table.ts';
import { ColumnStore } from '../column-store.ts';
import { BLOCKED, type Operator } from '../operator.ts';
import type { OperatorContext } from '../operator-context.ts';
import { PlanOperator, type Pulled } from '../plan-operator.ts';
import type { KeptRows, Recursion } from './recursion.ts';

/** Makes the operators of a plan; `created` gets each of them. */
type CreateOperator = (plan: PhysicalPlan, context: OperatorContext, created: Operator[]) => Operator;

/** The operators of one round, and what their expressions keep. */
interface Round {
  readonly root: Operator;
  readonly operators: readonly Operator[];
  readonly expressions: ExpressionRuntime;
}

/**
 * Runs a recursive query: rows are given as they come, and those of the last round are held for the next one. The operators of the step
 * are made anew for each round, over rows that are kept where they are the same in all of them. UNION also holds every row given.
 */
export class RecursiveOperator extends PlanOperator<RecursiveExec> implements Recursion {
  readonly #anchor: Operator;
  readonly #create: CreateOperator;
  readonly #seen: GroupTable | undefined;
  readonly #kept = new Map<number, KeptRows>();
  readonly #keptOperators: Operator[] = [];
  #last: ColumnStore;
  #next: ColumnStore;
  #round: Round | undefined;
  #numRounds = 0;

  constructor(node: RecursiveExec, context: OperatorContext, anchor: Operator, create: CreateOperator) {
    super(node, context, [anchor]);
    this.#anchor = anchor;
    this.#create = create;
    const types = node.columns.map(({ type }) => type);
    const { memory } = context;
    this.#seen = node.isDistinct ? new GroupTable(types, memory, this.account) : undefined;
    this.#last = new ColumnStore(memory, this.account, types);
    this.#next = new ColumnStore(memory, this.account, types);
  }

  workTable(number: number): ColumnStore {
    if (number === this.node.workTable) return this.#last;
    const { recursion } = this.context;
    if (!recursion) throw internal(`there is no work table ${number}`);
    return recursion.workTable(number);
  }

  kept(node: KeepExec): KeptRows {
    let kept = this.#kept.get(node.id);
    if (!kept) {
      const types = outputColumns(node.input).map(({ type }) => type);
      const store = new ColumnStore(this.context.memory, this.account, types);
      kept = { store, source: this.#create(node.input, this.context, this.#keptOperators), isWhole: false };
      this.#kept.set(node.id, kept);
    }
    return kept;
  }

  protected override pull(): Pulled {
    for (;;) {
      this.context.throwIfCancelled();
      this.arena.reset();
      const batch = (this.#round?.root ?? this.#anchor).next();
      if (batch === BLOCKED) return batch;
      if (batch === undefined) {
        if (!this.#startRound()) return undefined;
        continue;
      }
      const given = this.#take(batch);
      if (given) return given;
    }
  }

  protected override release(): void {
    this.#endRound();
    for (const operator of this.#keptOperators.toReversed()) operator.close();
    for (const { store } of this.#kept.values()) store.close();
    this.#seen?.close();
    this.#last.close();
    this.#next.close();
  }

  protected override counters(): Readonly<Record<string, number>> {
    return { rounds: this.#numRounds };
  }

  /** Holds the rows that are new for the next round. */
  #take(batch: Batch): Batch | undefined {
    const { numRows } = batch;
    const columns = this.node.columns.map((_, i) => denseColumn(batch, i, this.arena));
    if (!this.#seen) {
      this.#next.append(columns, 0, numRows, this.arena);
      return new Batch(columns, numRows);
    }
    const { newRows } = this.#seen.assign(columns, 0, numRows, this.arena);
    if (newRows.numRows === 0) return undefined;
    this.#next.append(columns, newRows.address, newRows.numRows, this.arena);
    return new Batch(columns, numRows, newRows.address, newRows.numRows);
  }

  /** False when the last round has given nothing. */
  #startRound(): boolean {
    this.#endRound();
    if (this.#next.numRows === 0) return false;
    const { maxRounds } = this.node;
    if (this.#numRounds >= maxRounds) {
      throw new QueryError('ITERATION_LIMIT', `The recursive query is not done after ${maxRounds} rounds.`, {
        details: { rounds: maxRounds },
        hint: 'Give it a condition under which it ends, or raise the setting maxRecursion.',
      });
    }
    this.#numRounds++;
    [this.#last, this.#next] = [this.#next, this.#last];
    this.#next.clear();
    const { memory, functions, startedMicros, timeZone, nextRandom } = this.context.expressions;
    const expressions = new ExpressionRuntime({
      memory,
      account: this.account,
      functions,
      startedMicros,
      timeZone,
      nextRandom,
    });
    const operators: Operator[] = [];
    try {
      const root = this.#create(this.node.step, { ...this.context, expressions, recursion: this }, operators);
      this.#round = { root, operators, expressions };
    } catch (error) {
      for (const operator of operators.toReversed()) operator.close();
      expressions.close();
      throw error;
    }
    return true;
  }

  #endRound(): void {
    const round = this.#round;
    if (!round) return;
    this.#round = undefined;
    for (const operator of round.operators.toReversed()) operator.close();
    round.expressions.close();
  }
}
