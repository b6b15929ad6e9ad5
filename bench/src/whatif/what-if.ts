import { InvalidArgumentError } from 'commander';
import { grownModel, scaledModel } from '../plan/grown-model.ts';
import { missedObjectives } from '../plan/objectives.ts';
import type { Plan } from '../plan/plan-report.ts';
import { type FleetPrediction, predictFleet } from '../simulate/predict-fleet.ts';
import { parseSize } from '../workload/unit-text.ts';

/** What is different; everything else is as in the plan. */
export interface Change {
  readonly traffic: number;
  readonly data: number;
  readonly cpu: number;
  /** Nodes and workers a node: added to those of the plan. */
  readonly nodes: number;
  readonly workers: number;
  readonly storage: number;
  /** Of latencies from p99 on. */
  readonly storageTail: number;
  readonly prefixes: number;
  readonly cacheBytes: number | undefined;
}

const NO_CHANGE: Change = {
  traffic: 1,
  data: 1,
  cpu: 1,
  nodes: 0,
  workers: 0,
  storage: 1,
  storageTail: 1,
  prefixes: 1,
  cacheBytes: undefined,
};

const FACTORS: Readonly<Record<string, keyof Change>> = {
  traffic: 'traffic',
  data: 'data',
  cpu: 'cpu',
  s3: 'storage',
  's3.p99': 'storageTail',
  prefixes: 'prefixes',
};
const DIFFERENCES: Readonly<Record<string, keyof Change>> = { nodes: 'nodes', workers: 'workers' };

/** Parses `traffic=2x,data=3x,workers=-1,s3.p99=2x,cache=4GiB`; for commander. */
export function parseChange(text: string): Change {
  let change = NO_CHANGE;
  for (const part of text.split(',')) {
    const [name = '', value = ''] = part.split('=').map((side) => side.trim());
    const factor = /^(\d+(?:\.\d+)?)x$/.exec(value);
    const difference = /^[+-]\d+$/.exec(value);
    const size = parseSize(value);
    if (FACTORS[name] && factor && Number(factor[1]) > 0) change = { ...change, [FACTORS[name]]: Number(factor[1]) };
    else if (DIFFERENCES[name] && difference) change = { ...change, [DIFFERENCES[name]]: Number(value) };
    else if (name === 'cache' && size !== undefined) change = { ...change, cacheBytes: size };
    else {
      throw new InvalidArgumentError(
        `'${part}' is no change. Factors: ${Object.keys(FACTORS)
          .map((key) => `${key}=2x`)
          .join(', ')}; differences: nodes=+1, workers=-1; cache=4GiB.`,
      );
    }
  }
  return change;
}

/** What `bench whatif` answers. */
export interface WhatIf {
  readonly schema: 'whatif@1';
  readonly change: Change;
  readonly before: FleetPrediction;
  readonly after: FleetPrediction;
  /** Objectives that would be missed, in words. */
  readonly misses: readonly string[];
}

/** The plan's fleet under changed circumstances, with the same luck as in the plan. Throws `RangeError` when nothing would be left of the fleet. */
export function whatIf({ workload, model, chosen, prediction }: Plan, change: Change, signal?: AbortSignal): WhatIf {
  const { config } = chosen;
  const changed = {
    ...config,
    numNodes: config.numNodes + change.nodes,
    workersPerNode: config.workersPerNode + change.workers,
    numPrefixes: Math.max(1, Math.round(config.numPrefixes * change.prefixes)),
    cacheBytesPerNode: change.cacheBytes ?? config.cacheBytesPerNode,
  };
  if (changed.numNodes < 1 || changed.workersPerNode < 1) {
    throw new RangeError(
      `nothing would be left: ${changed.numNodes} nodes with ${changed.workersPerNode} workers each`,
    );
  }
  const after = predictFleet({
    model: scaledModel(grownModel(model, change.data), {
      cpu: change.cpu,
      storage: change.storage,
      tail: change.storageTail,
    }),
    workload,
    config: changed,
    durationMs: prediction.durationMs,
    numReplications: prediction.numReplications,
    seed: workload.seed,
    traffic: change.traffic,
    signal,
  });
  return { schema: 'whatif@1', change, before: prediction, after, misses: missedObjectives(after, workload.slo) };
}
