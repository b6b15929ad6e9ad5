import type { NestedLoopJoinExec } from '../../physical/index.ts';
import type { Batch } from '../../vector/index.ts';
import type { ColumnStore } from '../column-store.ts';
import type { Operator } from '../operator.ts';
import type { OperatorContext } from '../operator-context.ts';
import { OPERATOR_KERNELS } from '../operator-kernels.ts';
import { JoinBuild } from './join-build.ts';
import { JoinOperator } from './join-operator.ts';
import type { JoinPairs } from './join-table.ts';

/** Pairs every probe row with every build row; see {@link JoinOperator}. */
export class NestedLoopJoinOperator extends JoinOperator<NestedLoopJoinExec> {
  #numPairs = 0;
  #nextPair = 0;

  constructor(node: NestedLoopJoinExec, context: OperatorContext, probe: Operator, build: Operator) {
    super(node, context, probe, build, [], node.predicate);
  }

  protected override finishBuild(store: ColumnStore): JoinBuild {
    return new JoinBuild(store, undefined, false);
  }

  protected override startProbe(batch: Batch): void {
    this.#numPairs = batch.numRows * this.build.numRows;
    this.#nextPair = 0;
  }

  protected override nextPairs(capacity: number): JoinPairs | undefined {
    const numPairs = Math.min(capacity, this.#numPairs - this.#nextPair);
    if (numPairs === 0) return undefined;
    const probeRows = this.arena.allocate(numPairs * 4);
    const buildRows = this.arena.allocate(numPairs * 4);
    this.context.memory
      .kernels(OPERATOR_KERNELS)
      .cross_pairs(probeRows, buildRows, this.#nextPair, numPairs, this.build.numRows);
    this.#nextPair += numPairs;
    return { probeRows, buildRows, numPairs, coversProbe: false };
  }
}
