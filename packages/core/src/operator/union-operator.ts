import type { UnionExec } from '../physical/index.ts';
import type { Operator } from './operator.ts';
import type { OperatorContext } from './operator-context.ts';
import { PlanOperator, type Pulled } from './plan-operator.ts';

/** The rows of all inputs, one input after the other. */
export class UnionOperator extends PlanOperator<UnionExec> {
  #current = 0;

  constructor(node: UnionExec, context: OperatorContext, inputs: readonly Operator[]) {
    super(node, context, inputs);
  }

  protected override pull(): Pulled {
    for (; this.#current < this.inputs.length; this.#current++) {
      const batch = this.inputs[this.#current]!.next();
      if (batch !== undefined) return batch;
      this.inputs[this.#current]!.close();
    }
    return undefined;
  }
}
