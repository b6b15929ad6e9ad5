import { PREDICTED_SHARES } from '../simulate/predict-fleet.ts';
import { gateCheck, type Scorecard } from './scorecard.ts';

/** A scorecard with one point, one of whose figures is missed. */
export const TOY_SCORECARD: Scorecard = {
  schema: 'scorecard@1',
  createdAt: '2026-01-02T00:00:00Z',
  workload: 'toy',
  machine: { cpuModel: 'c', numCores: 2, memoryBytes: 1, system: 's', nodeVersion: 'v', loadBefore: 0 },
  store: 'throttled',
  noise: 0.02,
  kneeWorkers: 4,
  kneeObjectiveMs: 700,
  points: [
    {
      name: '50 % of the knee',
      numWorkers: 4,
      ratePerSecond: 10,
      numQueries: 250,
      checks: [gateCheck('p50Ms', 100, 110), gateCheck('p95Ms', 200, 300)],
      quantiles: PREDICTED_SHARES.map((share, i) => [share, 100 + 50 * i, 90 + 45 * i, 120 + 60 * i, 105 + 52 * i]),
    },
  ],
  knee: gateCheck('kneePerSecond', 20, 21),
  numPassed: 2,
  numChecks: 3,
  reasons: ['response p95: because of a test'],
  loopSeconds: 1,
};
