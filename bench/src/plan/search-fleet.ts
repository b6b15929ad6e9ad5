import { extrapolationZone } from '../fit/scalability-fit.ts';
import type { WorkloadModel } from '../model/workload-model.ts';
import type { InstancePrice, PriceTable } from '../prices/price-table.ts';
import { type FleetConfig, singleNode } from '../simulate/fleet-config.ts';
import type { FleetPrediction } from '../simulate/predict-fleet.ts';
import { fleetCost, weightedMean } from './fleet-cost.ts';
import type { Candidate } from './plan-report.ts';

/** Nothing larger is looked at. */
const MOST_NODES = 4096;
const GIGABIT_BYTES = 125e6;
const GIBIBYTE = 2 ** 30;
/** What the engine may use of a node's memory. */
const MEMORY_SHARE = 0.75;
const THREADS_PER_CORE = [1, 2, 4];

export interface SearchOptions {
  readonly model: WorkloadModel;
  readonly prices: PriceTable;
  /** Queries a second to be served, at the worst. */
  readonly rate: number;
  readonly base: Pick<
    FleetConfig,
    'cacheBytesPerNode' | 'scheduling' | 'placement' | 'balancing' | 'capacity' | 'numPrefixes'
  >;
  readonly predict: (config: FleetConfig) => FleetPrediction;
  /** Objectives that a prediction misses; none: it will do. */
  readonly misses: (prediction: FleetPrediction) => readonly string[];
  readonly onProgress?: ((text: string) => void) | undefined;
}

/** What a search has found. */
export interface SearchResult {
  /** The cheapest that meets the objectives, and the cheapest of another kind. */
  readonly best: Candidate | undefined;
  readonly runnerUp: Candidate | undefined;
  readonly candidates: readonly Candidate[];
}

/**
 * The cheapest fleet that keeps the objectives: for each instance type and number of workers a node the fewest nodes that do, by bisection from a
 * bound that arithmetic gives (utilisation below one, and workers enough for the time that tasks hold them). What would cost more than the best so far is
 * not simulated. Numbers of workers beyond four times those calibrated are left out: nothing is known of them.
 */
export function searchFleet(options: SearchOptions): SearchResult {
  const { prices, model, onProgress } = options;
  const candidates: Candidate[] = [];
  const found: Candidate[] = [];
  const largest = Math.max(...model.calibratedWorkers);
  for (const instance of [...prices.instances].sort((a, b) => a.dollarsPerHour - b.dollarsPerHour)) {
    for (const threads of THREADS_PER_CORE) {
      const workersPerNode = threads * instance.vcpus;
      if (extrapolationZone(workersPerNode, largest) === 'refused') continue;
      onProgress?.(`${instance.name} with ${workersPerNode} workers`);
      const least = leastNodes(options, instance, workersPerNode);
      const bestCost = Math.min(...found.map(({ dollarsPerHour }) => dollarsPerHour));
      if (least > MOST_NODES || least * instance.dollarsPerHour >= 1.5 * bestCost) continue;
      const candidate = fewestNodes(options, instance, workersPerNode, least, 1.5 * bestCost, candidates);
      if (candidate) found.push(candidate);
    }
  }
  found.sort((a, b) => a.dollarsPerHour - b.dollarsPerHour || a.p95Ms - b.p95Ms);
  const [best] = found;
  const runnerUp = found.find(
    ({ instance, config }) =>
      best && (instance !== best.instance || config.workersPerNode !== best.config.workersPerNode),
  );
  return { best, runnerUp, candidates };
}

/** A fleet of a type of node. */
export function fleetOf(
  instance: InstancePrice,
  workersPerNode: number,
  numNodes: number,
  base: SearchOptions['base'],
  nodeStartMs: number,
): FleetConfig {
  return singleNode(workersPerNode, instance.vcpus, {
    ...base,
    numNodes,
    coreSpeed: instance.speed,
    memoryBytesPerNode: instance.memoryGiB * GIBIBYTE * MEMORY_SHARE,
    networkBytesPerSecond: instance.networkGbps * GIGABIT_BYTES,
    nodeStartMs,
  });
}

/** Fewer nodes than this cannot do it, whatever the luck. */
function leastNodes({ model, rate }: SearchOptions, { vcpus, speed }: InstancePrice, workersPerNode: number): number {
  const cpuMs = weightedMean(model, (query) => queryCpuMs(query, model));
  const byCpu = (rate * cpuMs) / 1000 / (vcpus * speed);
  const busyMs = weightedMean(model, ({ stages }) =>
    stages.reduce(
      (sum, { tasks, onCoordinator }) => sum + (onCoordinator ? 0 : tasks.reduce((all, { cpuMs: ms }) => all + ms, 0)),
      0,
    ),
  );
  const byWorkers = (rate * busyMs) / 1000 / workersPerNode;
  return Math.max(1, Math.ceil(Math.max(byCpu, byWorkers)));
}

/** CPU of a query on an idle machine. */
export function queryCpuMs(query: WorkloadModel['queries'][number], { fetch }: WorkloadModel): number {
  let sum = query.planCpuMs + query.jobCpuMs;
  for (const { tasks, onCoordinator } of query.stages) {
    for (const { cpuMs, numGets, bytes } of tasks) {
      sum +=
        query.jobCpuMs +
        (onCoordinator ? 0 : cpuMs + numGets * fetch.cpuMsPerGet + (bytes / 1e6) * fetch.cpuMsPerMegabyte);
    }
  }
  return sum;
}

function fewestNodes(
  options: SearchOptions,
  instance: InstancePrice,
  workersPerNode: number,
  least: number,
  mostDollars: number,
  candidates: Candidate[],
): Candidate | undefined {
  const look = (numNodes: number): Candidate => {
    const config = fleetOf(instance, workersPerNode, numNodes, options.base, options.model.coldStartMs);
    const prediction = options.predict(config);
    const misses = options.misses(prediction);
    const candidate: Candidate = {
      instance: instance.name,
      config,
      meetsObjectives: misses.length === 0,
      misses,
      p95Ms: prediction.response[3]!.value,
      dollarsPerHour: fleetCost(prediction, instance, options.prices, options.model).total,
    };
    candidates.push(candidate);
    return candidate;
  };
  let low = least - 1;
  let high = least;
  let best: Candidate | undefined;
  let lastP95 = Number.POSITIVE_INFINITY;
  for (;;) {
    const candidate = look(high);
    if (candidate.meetsObjectives) {
      best = candidate;
      break;
    }
    // Twice the nodes and no faster: it is not for lack of nodes.
    if (candidate.p95Ms > 0.98 * lastP95 || high >= MOST_NODES || high * instance.dollarsPerHour > mostDollars)
      return undefined;
    lastP95 = candidate.p95Ms;
    low = high;
    high = Math.min(MOST_NODES, high * 2);
  }
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const candidate = look(middle);
    if (candidate.meetsObjectives) {
      best = candidate;
      high = middle;
    } else low = middle;
  }
  return best;
}
