import * as Plot from '@observablehq/plot';
import { hitRatioAt } from '../cache/miss-ratio-curve.ts';
import { extrapolationZone, scalabilityAt } from '../fit/scalability-fit.ts';
import type { WorkloadModel } from '../model/workload-model.ts';
import type { Plan } from '../plan/plan-report.ts';
import { candidateText } from '../plan/plan-text.ts';
import { COLOURS, svgPlot } from './svg-plot.ts';

/** Every fleet that was looked at: what it costs and how slow it is, the cheapest of each speed as a line. */
export function frontierPlot({ candidates, chosen, workload }: Plan): string {
  const points = candidates
    .filter(({ p95Ms }) => Number.isFinite(p95Ms))
    .map((candidate) => ({ ...candidate, name: candidateText(candidate) }));
  const within = workload.slo.compute.latency.within;
  const frontier = [...points]
    .sort((a, b) => a.dollarsPerHour - b.dollarsPerHour || a.p95Ms - b.p95Ms)
    .filter((point, i, sorted) => sorted.slice(0, i).every(({ p95Ms }) => point.p95Ms < p95Ms));
  return svgPlot('Cost an hour against p95 of every fleet that was simulated', {
    x: { label: '$ an hour →', grid: true, zero: true },
    y: { label: '↑ p95, ms', type: 'log', grid: true, tickFormat: 'd' },
    marks: [
      Plot.ruleY([within], { stroke: COLOURS.bad, strokeDasharray: '4 3' }),
      Plot.line(frontier, { x: 'dollarsPerHour', y: 'p95Ms', stroke: COLOURS.muted, curve: 'step-after' }),
      Plot.dot(points, {
        x: 'dollarsPerHour',
        y: 'p95Ms',
        r: 4,
        fill: (d: { meetsObjectives: boolean }) => (d.meetsObjectives ? COLOURS.good : COLOURS.bad),
        title: 'name',
      }),
      Plot.dot([chosen], { x: 'dollarsPerHour', y: 'p95Ms', r: 8, stroke: COLOURS.predicted, strokeWidth: 2.5 }),
      Plot.text([chosen], { x: 'dollarsPerHour', y: 'p95Ms', text: () => 'chosen', dy: -14, fill: 'currentColor' }),
    ],
  });
}

/** Throughput against workers: measured, the law through it, and how far that may be trusted. */
export function throughputPlot({ throughput, calibratedWorkers }: WorkloadModel): string {
  const { fit, points } = throughput;
  const largest = Math.max(...calibratedWorkers);
  const numbers = Array.from({ length: 4 * largest }, (_, i) => i + 1);
  const line = numbers.map((n) => ({ n, x: scalabilityAt(fit, n), zone: extrapolationZone(n, largest) }));
  const top =
    Math.max(...line.map(({ x }) => x), ...points.map(({ throughputPerSecond }) => throughputPerSecond)) * 1.05;
  const hatches = numbers.filter((n) => n > largest && n % Math.max(1, Math.round(largest / 8)) === 0);
  const solid = line.filter(({ zone }) => zone === 'calibrated');
  const dashed = line.filter(({ n }) => n >= largest);
  return svgPlot('Throughput against workers, with the calibrated zone shaded and the extrapolation hatched', {
    x: { label: 'workers →', grid: false, domain: [0, 4 * largest] },
    y: { label: '↑ queries/s', grid: true, domain: [0, top] },
    marks: [
      Plot.rect([{ x1: 0, x2: largest }], { x1: 'x1', x2: 'x2', y1: 0, y2: top, fill: COLOURS.good, fillOpacity: 0.1 }),
      Plot.ruleX(hatches, { stroke: COLOURS.muted, strokeOpacity: 0.35 }),
      Plot.line(solid, { x: 'n', y: 'x', stroke: COLOURS.predicted, strokeWidth: 2 }),
      Plot.line(dashed, { x: 'n', y: 'x', stroke: COLOURS.predicted, strokeWidth: 1.5, strokeDasharray: '5 4' }),
      Plot.dot(points, { x: 'numWorkers', y: 'throughputPerSecond', fill: COLOURS.measured, r: 4.5 }),
      Plot.text([{ x: largest / 2 }], { x: 'x', y: top, text: () => 'calibrated', dy: 10, fill: 'currentColor' }),
      Plot.text([{ x: 3 * largest }], {
        x: 'x',
        y: top,
        text: () => 'extrapolated: 6 to 50 % off',
        dy: 10,
        fill: 'currentColor',
      }),
    ],
  });
}

/** Hit ratio against the capacity of the cache. */
export function cachePlot({ cacheCurve }: WorkloadModel): string | undefined {
  const last = cacheCurve.at(-1);
  if (!last || last[0] === 0) return undefined;
  const points = Array.from({ length: 120 }, (_, i) => {
    const bytes = (last[0] * 1.15 * i) / 119;
    return { megabytes: bytes / 1e6, ratio: hitRatioAt(cacheCurve, bytes) };
  });
  return svgPlot('Hit ratio of a cache of data ranges against its capacity', {
    x: { label: 'cache, MB →', grid: true },
    y: { label: '↑ hits of requests', percent: true, grid: true, domain: [0, 100] },
    marks: [
      Plot.areaY(points, { x: 'megabytes', y: 'ratio', fill: COLOURS.accent, fillOpacity: 0.15, curve: 'step-after' }),
      Plot.lineY(points, { x: 'megabytes', y: 'ratio', stroke: COLOURS.accent, strokeWidth: 2, curve: 'step-after' }),
      Plot.ruleY([0]),
    ],
  });
}

/** Refused requests against prefixes, at the workload's request rate and at ten and a hundred times that. */
export function prefixPlot({ prefixes }: Plan): string {
  const labelled = prefixes.map((point) => ({
    ...point,
    rate: `${Math.round(point.requestsPerSecond).toLocaleString('en-US')}/s`,
  }));
  const rates = [...new Set(labelled.map(({ rate }) => rate))];
  return svgPlot('Share of requests answered with 503 against the number of prefixes', {
    x: { label: 'prefixes →', type: 'log', base: 2, tickFormat: 'd', ticks: [1, 2, 4, 8, 16] },
    y: {
      label: '↑ 503s',
      percent: true,
      grid: true,
      zero: true,
      domain: [0, Math.max(10, ...labelled.map(({ throttledShare }) => 100 * throttledShare))],
    },
    color: { domain: rates, range: [COLOURS.good, COLOURS.measured, COLOURS.bad] },
    marks: [
      Plot.lineY(labelled, { x: 'prefixes', y: 'throttledShare', stroke: 'rate', strokeWidth: 2 }),
      Plot.dot(labelled, { x: 'prefixes', y: 'throttledShare', fill: 'rate', r: 3.5 }),
      Plot.text(
        labelled.filter(({ prefixes: n }) => n === 1),
        { x: 'prefixes', y: 'throttledShare', text: 'rate', dx: 8, dy: -9, textAnchor: 'start', fill: 'rate' },
      ),
    ],
  });
}

/** How p95 moves with each input. */
export function tornadoPlot({ sensitivity, prediction }: Plan): string {
  const base = prediction.response[3]!.value;
  const bars = sensitivity.flatMap(({ input, lowLabel, highLabel, lowMs, highMs }) => [
    { input, from: Math.min(base, lowMs), to: Math.max(base, lowMs), label: lowLabel, at: lowMs, isLow: true },
    { input, from: Math.min(base, highMs), to: Math.max(base, highMs), label: highLabel, at: highMs, isLow: false },
  ]);
  const [least, most] = [Math.min(...bars.map(({ from }) => from)), Math.max(...bars.map(({ to }) => to))];
  // Room for the labels beside the longest bars.
  const reach = 0.12 * Math.max(1, most - least);
  return svgPlot('How p95 changes when one input does', {
    marginLeft: 180,
    marginRight: 40,
    height: 60 + 34 * sensitivity.length,
    x: { label: 'p95, ms →', grid: true, domain: [least - reach, most + reach] },
    y: { label: null, domain: sensitivity.map(({ input }) => input) },
    marks: [
      Plot.barX(bars, {
        y: 'input',
        x1: 'from',
        x2: 'to',
        fill: (d: { isLow: boolean }) => (d.isLow ? COLOURS.predicted : COLOURS.measured),
        fillOpacity: 0.85,
      }),
      ...(['end', 'start'] as const).map((textAnchor) =>
        Plot.text(
          bars.filter(({ at }) => at < base === (textAnchor === 'end')),
          { y: 'input', x: 'at', text: 'label', textAnchor, dx: textAnchor === 'end' ? -4 : 4, fill: 'currentColor' },
        ),
      ),
      Plot.ruleX([base], { stroke: 'currentColor' }),
    ],
  });
}

/** p95 month by month while everything grows. */
export function runwayPlot({ runway, workload }: Plan): string | undefined {
  if (runway.points.length < 2) return undefined;
  const points = runway.points.map((point) => ({ ...point, date: new Date(`${point.month}-01T00:00:00Z`) }));
  return svgPlot('p95 month by month while traffic and data grow', {
    x: { label: null, type: 'utc', grid: true },
    y: { label: '↑ p95, ms', type: 'log', grid: true, tickFormat: 'd' },
    marks: [
      Plot.ruleY([workload.slo.compute.latency.within], { stroke: COLOURS.bad, strokeDasharray: '4 3' }),
      Plot.line(points, { x: 'date', y: 'p95Ms', stroke: COLOURS.muted }),
      Plot.dot(points, {
        x: 'date',
        y: 'p95Ms',
        r: 4.5,
        fill: (d: { meetsObjectives: boolean }) => (d.meetsObjectives ? COLOURS.good : COLOURS.bad),
      }),
    ],
  });
}
