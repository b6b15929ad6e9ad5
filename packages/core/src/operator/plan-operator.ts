import type { OperatorStats, PhysicalPlan } from '../physical/index.ts';
import type { MemoryAccount } from '../runtime/index.ts';
import { Arena, type Batch } from '../vector/index.ts';
import { BLOCKED, type Operator } from './operator.ts';
import type { OperatorContext } from './operator-context.ts';
import type { TimeSlot } from './operator-profile.ts';

/** What an operator may answer when asked for a batch. */
export type Pulled = Batch | typeof BLOCKED | undefined;

/**
 * What all operators have in common: counters, the check for cancellation, an account of memory, an arena for the batch being
 * made, and closing the inputs. A subclass says how the next batch is made (`pull`) and what else it must free (`release`).
 */
export abstract class PlanOperator<Node extends PhysicalPlan = PhysicalPlan> implements Operator {
  protected readonly node: Node;
  protected readonly context: OperatorContext;
  protected readonly inputs: readonly Operator[];
  /** Errors about memory name it: `HashJoinOperator #4`. */
  protected readonly account: MemoryAccount;
  /** What the batch that `pull` makes is made of; empty when `pull` starts. */
  protected readonly arena: Arena;
  readonly #time: TimeSlot = { cpuMs: 0 };
  #numRows = 0;
  #numBatches = 0;
  #isFinished = false;
  #isClosed = false;

  constructor(node: Node, context: OperatorContext, inputs: readonly Operator[] = []) {
    this.node = node;
    this.context = context;
    this.inputs = inputs;
    this.account = context.account.child(`${node.kind.replace(/Exec$/, 'Operator')} #${node.id}`);
    this.arena = new Arena(context.memory, this.account);
  }

  next(): Pulled {
    if (this.#isFinished || this.#isClosed) return undefined;
    const { profile } = this.context;
    profile.enter(this.#time);
    try {
      this.context.throwIfCancelled();
      this.arena.reset();
      const batch = this.pull();
      if (batch === undefined) this.#isFinished = true;
      else if (batch !== BLOCKED) {
        this.#numRows += batch.numRows;
        this.#numBatches++;
      }
      return batch;
    } finally {
      profile.leave();
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const input of this.inputs) input.close();
    this.release();
    this.arena.close();
  }

  stats(): OperatorStats {
    return {
      node: this.node.id,
      numRows: this.#numRows,
      numBatches: this.#numBatches,
      cpuMs: this.#time.cpuMs,
      extra: this.counters(),
    };
  }

  /** Makes the next batch; never an empty one. */
  protected abstract pull(): Pulled;

  /** Frees what the subclass holds beyond the arena. Called once. */
  protected release(): void {}

  /** Counters that only this operator has. */
  protected counters(): Readonly<Record<string, number>> {
    return {};
  }
}
