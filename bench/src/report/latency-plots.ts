import * as Plot from '@observablehq/plot';
import type { Plan } from '../plan/plan-report.ts';
import { PREDICTED_SHARES } from '../simulate/predict-fleet.ts';
import type { TimeSeries } from '../simulate/simulation-record.ts';
import type { Scorecard } from '../verify/scorecard.ts';
import { COLOURS, svgPlot } from './svg-plot.ts';

const TAIL_TICKS = [2, 4, 10, 20, 100, 1000, 10_000];
const tailLabel = (times: number) => `p${100 * (1 - 1 / times)}`.slice(0, 6);

/** The tail: every step to the right is as much rarer. Predicted with its band; measured where it was verified. */
export function tailPlot(
  quantiles: Scorecard['points'][number]['quantiles'],
  objectiveMs: number,
  isMeasured: boolean,
): string {
  const points = quantiles.map(([share, predicted, low, high, measured]) => ({
    times: 1 / (1 - share),
    predicted,
    low,
    high,
    measured,
  }));
  return svgPlot('The tail of the response time: predicted band and measured points', {
    x: { label: 'share of queries that are faster →', type: 'log', ticks: TAIL_TICKS, tickFormat: tailLabel },
    y: { label: '↑ response, ms', type: 'log', grid: true, tickFormat: 'd' },
    marks: [
      Plot.ruleY([objectiveMs], { stroke: COLOURS.bad, strokeDasharray: '4 3' }),
      Plot.areaY(points, { x: 'times', y1: 'low', y2: 'high', fill: COLOURS.predicted, fillOpacity: 0.18 }),
      Plot.lineY(points, { x: 'times', y: 'predicted', stroke: COLOURS.predicted, strokeWidth: 2 }),
      ...(isMeasured ? [Plot.dot(points, { x: 'times', y: 'measured', fill: COLOURS.measured, r: 4.5 })] : []),
    ],
  });
}

/** The tail of a plan's prediction. */
export function predictedTail({ prediction, workload }: Plan): string {
  const quantiles = PREDICTED_SHARES.map((share, i) => {
    const { value, low, high } = prediction.response[i]!;
    return [share, value, Math.max(1, low), high, Number.NaN] as const;
  });
  return tailPlot(quantiles, workload.slo.compute.latency.within, false);
}

function stepsOf(series: TimeSeries) {
  return series.utilisation.map((utilisation, i) => ({
    minutes: (series.stepMs * (i + 0.5)) / 60_000,
    utilisation,
    inFlight: series.inFlight[i]!,
    arrivals: series.arrivals[i]!,
    missed: series.missed[i]!,
    throttled: series.throttled[i]!,
    requests: series.requests[i]!,
  }));
}

/** How busy the cores are over time. */
export function utilisationPlot(series: TimeSeries): string {
  return svgPlot('Utilisation of the cores over time', {
    height: 220,
    x: { label: 'minutes →' },
    y: { label: '↑ CPU', percent: true, grid: true, domain: [0, 100] },
    marks: [
      Plot.areaY(stepsOf(series), { x: 'minutes', y: 'utilisation', fill: COLOURS.good, fillOpacity: 0.2 }),
      Plot.lineY(stepsOf(series), { x: 'minutes', y: 'utilisation', stroke: COLOURS.good }),
    ],
  });
}

/** How many queries are under way over time. */
export function inFlightPlot(series: TimeSeries): string {
  return svgPlot('Queries under way over time', {
    height: 220,
    x: { label: 'minutes →' },
    y: { label: '↑ queries in flight', grid: true, zero: true },
    marks: [
      Plot.lineY(stepsOf(series), { x: 'minutes', y: 'inFlight', stroke: COLOURS.predicted, curve: 'step' }),
      Plot.ruleY([0]),
    ],
  });
}

/** What is left of the two error budgets, of compute and of storage, over a run. */
export function budgetPlot({ prediction, workload }: Plan): string {
  const { compute, storage } = workload.slo;
  const steps = stepsOf(prediction.series);
  const left = (budget: number, pick: (step: (typeof steps)[number]) => readonly [number, number]) => {
    const total = steps.reduce((sum, step) => sum + pick(step)[1], 0);
    let spent = 0;
    return steps.map((step) => {
      spent += pick(step)[0];
      return { minutes: step.minutes, left: total > 0 ? 1 - spent / (total * budget) : 1 };
    });
  };
  const lines = [
    ...left(1 - compute.latency.target, ({ missed, arrivals }) => [missed, arrivals]).map((point) => ({
      ...point,
      budget: 'compute: latency',
    })),
    ...left(storage.throttled, ({ throttled, requests }) => [throttled, requests + throttled]).map((point) => ({
      ...point,
      budget: 'storage: 503s',
    })),
  ];
  const least = Math.min(0, ...lines.map((point) => point.left));
  return svgPlot('What is left of the error budgets of compute and storage over the run', {
    height: 220,
    marginRight: 110,
    x: { label: 'minutes →' },
    y: { label: '↑ budget left', percent: true, grid: true, domain: [100 * Math.max(-2, least), 105] },
    color: { domain: ['compute: latency', 'storage: 503s'], range: [COLOURS.predicted, COLOURS.accent] },
    marks: [
      Plot.ruleY([0], { stroke: COLOURS.bad }),
      Plot.lineY(lines, { x: 'minutes', y: 'left', stroke: 'budget', strokeWidth: 2 }),
      ...['compute: latency', 'storage: 503s'].map((budget, i) =>
        Plot.text(lines.filter((point) => point.budget === budget).slice(-1), {
          x: 'minutes',
          y: 'left',
          text: 'budget',
          fill: 'budget',
          textAnchor: 'start',
          dx: 6,
          dy: i * 12,
        }),
      ),
    ],
  });
}
