import type { NestedLoopJoinExec } from '../../physical/index.ts';
import type { Batch } from '../../vector/index.ts';
import type { Operator } from '../operator.ts';
import type { OperatorContext } from '../operator-context.ts';
import { OPERATOR_KERNELS } from '../operator-kernels.ts';
import { JoinOperator, type JoinPairs } from './join-operator.ts';

/** Pairs every probe row with every build row; see {@link JoinOperator}. */
export class NestedLoopJoinOperator extends JoinOperator<NestedLoopJoinExec> {
  #numPairs = 0;
  #nextPair = 0;

  constructor(node: NestedLoopJoinExec, context: OperatorContext, probe: Operator, build: Operator) {
    super(node, context, probe, build, [], node.predicate);
  }

  protected override finishBuild(): void {}

  protected override startProbe(batch: Batch): void {
    this.#numPairs = batch.numRows * this.store.numRows;
    this.#nextPair = 0;
  }

  protected override nextPairs(capacity: number): JoinPairs | undefined {
    const numPairs = Math.min(capacity, this.#numPairs - this.#nextPair);
    if (numPairs === 0) return undefined;
    const probeRows = this.arena.allocate(numPairs * 4);
    const buildRows = this.arena.allocate(numPairs * 4);
    this.context.memory
      .kernels(OPERATOR_KERNELS)
      .cross_pairs(probeRows, buildRows, this.#nextPair, numPairs, this.store.numRows);
    this.#nextPair += numPairs;
    return { probeRows, buildRows, numPairs };
  }

  protected override counters(): Readonly<Record<string, number>> {
    return { buildRows: this.numBuildRows };
  }
}
