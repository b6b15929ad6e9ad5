import type { WorkloadModel } from '../model/workload-model.ts';
import type { FleetConfig } from '../simulate/fleet-config.ts';
import type { FleetPrediction } from '../simulate/predict-fleet.ts';
import type { Workload } from '../workload/workload-schema.ts';
import { grownModel } from './grown-model.ts';
import type { Predict } from './make-plan.ts';
import { percent } from './objectives.ts';
import type { Plan, RunwayPoint } from './plan-report.ts';

const NUM_REPLICATIONS = 3;
/** Months that are simulated between now and the horizon, at most. */
const MOST_POINTS = 9;

/** How long the fleet lasts while traffic and data grow. */
export function growthRunway(
  workload: Workload,
  model: WorkloadModel,
  config: FleetConfig,
  predict: Predict,
  misses: (prediction: FleetPrediction) => readonly string[],
): Plan['runway'] {
  const { trafficPerMonth, dataPerMonth, horizonMonths, season } = workload.growth;
  const start = new Date(workload.growth.start ?? new Date().toISOString().slice(0, 10));
  const factors = (month: number) => {
    const monthOfYear = (start.getUTCMonth() + month) % 12;
    const seasonal = season ? season[monthOfYear]! / season[start.getUTCMonth()]! : 1;
    return { traffic: (1 + trafficPerMonth) ** month * seasonal, data: (1 + dataPerMonth) ** month };
  };
  const points: RunwayPoint[] = [];
  const look = (month: number): RunwayPoint => {
    const { traffic, data } = factors(month);
    const prediction = predict(config, { traffic, model: grownModel(model, data), numReplications: NUM_REPLICATIONS });
    const point = {
      month: monthText(start, month),
      traffic,
      data,
      p95Ms: prediction.response[3]!.value,
      meetsObjectives: misses(prediction).length === 0,
    };
    points.push(point);
    return point;
  };
  if (trafficPerMonth === 0 && dataPerMonth === 0 && !season) return { text: 'nothing grows: it lasts', points };
  const step = Math.max(1, Math.ceil(horizonMonths / MOST_POINTS));
  let last = 0;
  let first: number | undefined;
  for (let month = 0; month <= horizonMonths && first === undefined; month += step) {
    if (look(month).meetsObjectives) last = month;
    else first = month;
  }
  // Between the last month that holds and the first that does not: without a season by halves.
  while (first !== undefined && first - last > 1) {
    const middle = (first + last) >> 1;
    if (look(middle).meetsObjectives) last = middle;
    else first = middle;
  }
  points.sort((a, b) => a.data - b.data || a.traffic - b.traffic);
  const growth = `${percent(trafficPerMonth)} more traffic and ${percent(dataPerMonth)} more data a month`;
  const text =
    first === undefined
      ? `lasts beyond ${monthText(start, horizonMonths)} at ${growth}`
      : first === 0
        ? `does not keep the objectives today (at three replications)`
        : `lasts until ${monthText(start, last)} at ${growth}`;
  return { text, points };
}

function monthText(start: Date, months: number): string {
  const date = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + months, 1));
  return date.toISOString().slice(0, 7);
}
