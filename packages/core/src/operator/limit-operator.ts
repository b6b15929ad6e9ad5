import type { LimitExec } from '../physical/index.ts';
import { BLOCKED, type Operator } from './operator.ts';
import type { OperatorContext } from './operator-context.ts';
import { PlanOperator, type Pulled } from './plan-operator.ts';
import { sliceBatch } from './slice-batch.ts';

/** Skips, then gives at most so many rows, then closes its input so that nothing more is read. */
export class LimitOperator extends PlanOperator<LimitExec> {
  readonly #input: Operator;
  #numToSkip: number;
  #numToGive: number;

  constructor(node: LimitExec, context: OperatorContext, input: Operator) {
    super(node, context, [input]);
    this.#input = input;
    this.#numToSkip = node.offset;
    this.#numToGive = node.limit ?? Number.POSITIVE_INFINITY;
  }

  protected override pull(): Pulled {
    while (this.#numToGive > 0) {
      const batch = this.#input.next();
      if (batch === undefined || batch === BLOCKED) return batch;
      const from = Math.min(this.#numToSkip, batch.numRows);
      const to = Math.min(batch.numRows, from + this.#numToGive);
      this.#numToSkip -= from;
      if (from === to) continue;
      this.#numToGive -= to - from;
      return sliceBatch(batch, from, to);
    }
    // The batch given last is no longer needed: its reader has asked for the next one.
    this.#input.close();
    return undefined;
  }
}
