import type { WorkloadModel } from '../model/workload-model.ts';
import type { InstancePrice, PriceTable } from '../prices/price-table.ts';
import type { FleetPrediction } from '../simulate/predict-fleet.ts';
import { mean } from '../statistics/mean-interval.ts';
import type { CostSplit } from './plan-report.ts';

const SECONDS_PER_HOUR = 3600;
const HOURS_PER_MONTH = 730;

/** What an hour of a fleet costs under its workload. */
export function fleetCost(
  prediction: FleetPrediction,
  instance: InstancePrice,
  prices: PriceTable,
  model: WorkloadModel,
): CostSplit {
  const queriesPerHour = prediction.throughput.value * SECONDS_PER_HOUR;
  const nodes = prediction.nodes.value * instance.dollarsPerHour;
  const used = Math.min(1, prediction.utilisation.value);
  const requestsPerQuery = prediction.getsPerQuery.value + meanPlanRequests(model);
  const requests = ((queriesPerHour * requestsPerQuery) / 1000) * prices.storage.dollarsPerThousandGets;
  const storage = ((model.dataBytes / 1e9) * prices.storage.dollarsPerGigabyteMonth) / HOURS_PER_MONTH;
  const out =
    ((queriesPerHour * weightedMean(model, ({ resultBytes }) => resultBytes)) / 1e9) *
    prices.network.dollarsPerGigabyteOut;
  const fetched =
    ((queriesPerHour * prediction.bytesPerQuery.value) / 1e9) * prices.network.dollarsPerGigabyteFromStore;
  const total = nodes + requests + storage + out + fetched;
  return {
    compute: nodes * used,
    idle: nodes * (1 - used),
    requests,
    storage,
    network: out + fetched,
    total,
    perThousandQueries: queriesPerHour > 0 ? (1000 * total) / queriesPerHour : Number.NaN,
  };
}

/** Requests of planning a query makes on average. */
export function meanPlanRequests(model: WorkloadModel): number {
  return weightedMean(model, ({ planRounds }) => planRounds.reduce((sum, count) => sum + count, 0));
}

/** The mean of a figure over the mix. */
export function weightedMean(
  { queries }: WorkloadModel,
  pick: (query: WorkloadModel['queries'][number]) => number,
): number {
  const weight = queries.reduce((sum, query) => sum + query.weight, 0);
  return queries.length === 0
    ? 0
    : (mean(queries.map((query) => query.weight * pick(query))) * queries.length) / weight;
}
