import type { QueryProfile, QueryRun } from '../calibrate/profile.ts';
import type { FetchModel, QueryModel, StageModel, TaskModel } from '../model/workload-model.ts';
import { mean } from '../statistics/mean-interval.ts';
import { median } from '../statistics/median.ts';
import { quantileKnots } from './quantile-knots.ts';

/** The model of a query from its runs alone. `cpuFactor`: how CPU times of the mix compare with those of queries alone. */
export function fitQuery(profile: QueryProfile, cpuFactor: number): QueryModel {
  const { runs, stages } = profile;
  const over = (pick: (run: QueryRun) => number) => mean(runs.map(pick));
  const stageModels = stages.map((_, id) => fitStage(profile, id, cpuFactor));
  const numJobs = stageModels.reduce((sum, { onCoordinator, tasks }) => sum + (onCoordinator ? 1 : tasks.length), 1);
  const cpus = runs.map(({ processCpuMs }) => processCpuMs);
  const noise = quantileKnots(cpus.map((cpu) => cpu / mean(cpus)));
  return {
    name: profile.name,
    tenant: profile.tenant,
    weight: profile.weight,
    planCpuMs: over(({ planCpuMs }) => planCpuMs) * cpuFactor,
    planRounds: middleRun(runs).planRounds,
    jobCpuMs:
      (Math.max(
        0,
        over(({ mainCpuMs, planCpuMs }) => mainCpuMs - planCpuMs),
      ) *
        cpuFactor) /
      numJobs,
    stages: stageModels,
    cpuNoise: noise,
    memoryBytes: Math.max(...runs.map(({ peakBytes }) => peakBytes)),
    resultBytes: median(runs.map(({ resultBytes }) => resultBytes)),
  };
}

/** The run with the median number of requests of planning. */
function middleRun(runs: readonly QueryRun[]): QueryRun {
  const requests = ({ planRounds }: QueryRun) => planRounds.reduce((sum, count) => sum + count, 0);
  const sorted = [...runs].sort((a, b) => requests(a) - requests(b) || a.planRounds.length - b.planRounds.length);
  return sorted[sorted.length >> 1]!;
}

function fitStage({ stages, runs }: QueryProfile, id: number, cpuFactor: number): StageModel {
  const { inputs, kind, slices } = stages[id]!;
  const onCoordinator = kind === 'one' && slices.every((paths) => paths.length === 0);
  const ofStage = runs.map(({ tasks }) => tasks.filter(([stage]) => stage === id));
  const numTasks = Math.max(1, slices.length, Math.round(median(ofStage.map((tasks) => tasks.length))));
  const tasks = Array.from({ length: numTasks }, (_, task): TaskModel => {
    const cpus = ofStage.flatMap((all) => all.filter(([, number]) => number === task).map(([, , cpuMs]) => cpuMs));
    const reads = readsOf(slices[task] ?? [], stages, runs);
    return { cpuMs: cpus.length > 0 ? mean(cpus) * cpuFactor : 0, ...reads };
  });
  return { inputs: [...inputs], onCoordinator, tasks };
}

/** The requests of a task that reads splits of some paths: requests to a path are shared out evenly over its splits. */
function readsOf(paths: readonly string[], stages: QueryProfile['stages'], runs: readonly QueryRun[]) {
  let numGets = 0;
  let bytes = 0;
  for (const path of paths) {
    const numSplits = stages.reduce(
      (sum, { slices }) => sum + slices.flat().filter((other) => other === path).length,
      0,
    );
    numGets += mean(runs.map(({ getsByPath }) => getsByPath[path]?.count ?? 0)) / numSplits;
    bytes += mean(runs.map(({ getsByPath }) => getsByPath[path]?.bytes ?? 0)) / numSplits;
  }
  return { numGets: paths.length === 0 ? 0 : Math.max(numGets > 0 ? 1 : 0, Math.round(numGets)), bytes };
}

/**
 * CPU of fetching: what a process used beyond its main thread and its tasks, as so much a request and so much a megabyte, by least squares
 * over the queries with neither below zero.
 */
export function fitFetch(queries: readonly QueryProfile[], cpuFactor: number): FetchModel {
  const points = queries.flatMap(({ runs }) =>
    runs.map(({ processCpuMs, mainCpuMs, tasks, numGets, bytes }) => ({
      gets: numGets,
      megabytes: bytes / 1e6,
      restMs: Math.max(0, processCpuMs - mainCpuMs - tasks.reduce((sum, [, , cpuMs]) => sum + cpuMs, 0)) * cpuFactor,
    })),
  );
  const sum = (pick: (point: (typeof points)[number]) => number) =>
    points.reduce((total, point) => total + pick(point), 0);
  const gg = sum(({ gets }) => gets * gets);
  const gm = sum(({ gets, megabytes }) => gets * megabytes);
  const mm = sum(({ megabytes }) => megabytes * megabytes);
  const gr = sum(({ gets, restMs }) => gets * restMs);
  const mr = sum(({ megabytes, restMs }) => megabytes * restMs);
  const determinant = gg * mm - gm * gm;
  if (determinant > 1e-9 * gg * mm) {
    const cpuMsPerGet = (gr * mm - mr * gm) / determinant;
    const cpuMsPerMegabyte = (mr * gg - gr * gm) / determinant;
    if (cpuMsPerGet >= 0 && cpuMsPerMegabyte >= 0) return { cpuMsPerGet, cpuMsPerMegabyte };
  }
  if (mm > 0 && (gg === 0 || mr / mm > 0)) {
    const byBytes = sum(({ megabytes, restMs }) => (restMs - (mr / mm) * megabytes) ** 2);
    const byGets = gg > 0 ? sum(({ gets, restMs }) => (restMs - (gr / gg) * gets) ** 2) : Number.POSITIVE_INFINITY;
    if (byBytes <= byGets) return { cpuMsPerGet: 0, cpuMsPerMegabyte: mr / mm };
  }
  return { cpuMsPerGet: gg > 0 ? gr / gg : 0, cpuMsPerMegabyte: 0 };
}
