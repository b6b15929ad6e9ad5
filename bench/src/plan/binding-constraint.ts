import type { FleetPrediction } from '../simulate/predict-fleet.ts';
import { percent } from './objectives.ts';
import type { Candidate, ScenarioResult } from './plan-report.ts';

/** What keeps the fleet from being smaller, in words: what the next smaller one of its kind misses, or the scenario that cost nodes. */
export function bindingConstraint(
  candidates: readonly Candidate[],
  chosen: {
    readonly candidate: Candidate;
    readonly scenarios: readonly ScenarioResult[];
    readonly numExtraNodes: number;
  },
  prediction: FleetPrediction,
): string {
  const { candidate, numExtraNodes, scenarios } = chosen;
  const { numNodes, workersPerNode } = candidate.config;
  const usage = `cores are ${percent(prediction.utilisation.value)} busy`;
  const lost = scenarios.filter(({ survives }) => !survives).map(({ name }) => name);
  if (lost.length > 0)
    return `no number of nodes near this one survives ${lost.join(' and ')}; everything else is kept (${usage})`;
  if (numExtraNodes > 0) {
    return `what may go wrong: the objectives alone need ${numNodes - numExtraNodes} nodes, and ${numExtraNodes} more to survive every scenario (${usage})`;
  }
  const smaller = candidates
    .filter(
      ({ instance, config }) =>
        instance === candidate.instance && config.workersPerNode === workersPerNode && config.numNodes < numNodes,
    )
    .sort((a, b) => b.config.numNodes - a.config.numNodes)[0];
  if (smaller && smaller.misses.length > 0)
    return `with ${smaller.config.numNodes} nodes: ${smaller.misses[0]} (${usage})`;
  return numNodes === 1
    ? `one node is the least there can be (${usage})`
    : `arithmetic: fewer nodes have not cores or workers enough (${usage})`;
}
