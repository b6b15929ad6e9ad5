import type { WorkloadModel } from '../model/workload-model.ts';
import { percent } from '../plan/objectives.ts';
import type { Plan } from '../plan/plan-report.ts';
import { candidateText, dollars } from '../plan/plan-text.ts';
import type { Scorecard } from '../verify/scorecard.ts';
import { formatDuration } from '../workload/unit-text.ts';
import { cachePlot, frontierPlot, prefixPlot, runwayPlot, throughputPlot, tornadoPlot } from './fleet-plots.ts';
import { type Html, html, htmlTable, raw } from './html.ts';
import { budgetPlot, inFlightPlot, predictedTail, utilisationPlot } from './latency-plots.ts';
import { REPORT_STYLE } from './report-style.ts';
import { scorecardSection } from './scorecard-section.ts';
import { COLOURS } from './svg-plot.ts';

/** A plan and, when it was verified, its scorecard. */
export interface ReportContent {
  readonly plan: Plan;
  readonly scorecard: Scorecard | undefined;
}

/** The report: one HTML page that needs no network and no JavaScript. */
export function reportPage({ plan, scorecard }: ReportContent): string {
  const { workload, model, prediction, prices } = plan;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Capacity plan: ${workload.name}</title>
<style>${raw(REPORT_STYLE)}</style>
</head>
<body>
<main>
<h1>Capacity plan: ${workload.name}</h1>
<p class="soft">Made ${plan.createdAt.slice(0, 10)} for ${arrivalsText(plan)} on ${model.store}. Prices: ${prices.name}, as of ${prices.asOf}. Every figure is predicted by simulation unless it says measured.</p>
${verdict(plan, scorecard)}
<h2 id="cost">What it costs</h2>
${costSection(plan)}
<h2 id="frontier">Cost against latency</h2>
${figure(frontierPlot(plan), `Each dot is a fleet that was simulated, green when it keeps every objective with 95 % confidence; the dashed line is the objective. The chosen one also survives what may go wrong.`)}
<h2 id="latency">How slow it is, and when</h2>
<div class="plots">
${figure(predictedTail(plan), `Each step to the right is as much rarer. The band holds another run of ${formatDuration(prediction.durationMs)} with 90 % probability.`)}
${figure(budgetPlot(plan), 'The two error budgets over one run: below zero an objective is missed.')}
${figure(utilisationPlot(prediction.series), 'Share of the cores in use.')}
${figure(inFlightPlot(prediction.series), 'Queries that run or wait.')}
</div>
<h2 id="scenarios">What it lives through</h2>
${htmlTable(
  ['scenario', 'survived', 'p95', 'missed', 'note'],
  plan.scenarios.map((s) => [
    s.name,
    mark(s.survives, 'yes', 'no'),
    formatDuration(s.p95Ms),
    percent(s.missed),
    s.note,
  ]),
)}
<h2 id="scaling">More workers, more cache, more prefixes</h2>
<div class="plots">
${figure(throughputPlot(model), `Closed loops on the calibrated machine (dots) and the Universal Scalability Law through them: σ ${model.throughput.fit.sigma.toFixed(3)}, κ ${model.throughput.fit.kappa.toFixed(4)}, ${model.throughput.fit.reason}. Beyond the shaded zone it is a guess.`)}
${figure(cachePlot(model), 'An exact miss-ratio curve of the requests that were recorded. Nodes that share out the data add up their caches; nodes chosen at random each need all of it.')}
${figure(prefixPlot(plan), 'A prefix grants 5,500 reads a second before it is warm. At the workload’s own request rate, ten and a hundred times that.')}
${figure(tornadoPlot(plan), 'One input at a time; the line is the prediction.')}
</div>
<h2 id="policies">Scaling policies over a day</h2>
${htmlTable(
  ['policy', 'mean nodes', '$ an hour', 'missed', 'p95'],
  plan.policies.map((p) => [
    p.name,
    p.meanNodes.toFixed(1),
    p.dollarsPerHour.toFixed(3),
    percent(p.missed),
    formatDuration(p.p95Ms),
  ]),
)}
<h2 id="growth">How long it lasts</h2>
<p>The fleet ${plan.runway.text}.</p>
${figure(runwayPlot(plan), 'Green months keep every objective.')}
${scorecard ? scorecardSection(scorecard) : html`<h2 id="verification">Verified</h2><p>Not yet: <code>bench verify plan.json --live</code> holds the model against the live engine.</p>`}
<h2 id="assumptions">What it rests on</h2>
${assumptions(model)}
<ul>${model.diagnostics.map((text) => html`<li>${text}</li>`)}</ul>
</main>
</body>
</html>
`;
  return page.html;
}

function arrivalsText({ workload, prediction }: Plan): string {
  return `${prediction.throughput.value.toFixed(1)} queries a second (${workload.arrivals.kind})`;
}

function verdict(plan: Plan, scorecard: Scorecard | undefined): Html {
  const { chosen, cost, prediction, runnerUp, workload, scenarios } = plan;
  const survivesAll = scenarios.every(({ survives }) => survives);
  const at = (index: number) => formatDuration(prediction.response[index]!.value);
  const card = (value: string, label: string) =>
    html`<div class="card"><b>${value}</b><span class="soft">${label}</span></div>`;
  return html`<section class="verdict${raw(survivesAll ? '' : ' weak')}" id="verdict">
<strong>${candidateText(chosen)}</strong>
${dollars(cost.total)} an hour, ${dollars(cost.perThousandQueries)} a thousand queries. ${percent(prediction.missed.upper)} of the queries at most miss ${formatDuration(workload.slo.compute.latency.within)}; ${percent(1 - workload.slo.compute.latency.target)} may.
<div class="cards">${[
    card(at(0), 'p50'),
    card(at(3), 'p95'),
    card(at(4), 'p99'),
    card(percent(prediction.utilisation.value), 'of the cores busy'),
    card(prediction.getsPerQuery.value.toFixed(1), 'GETs a query'),
    ...(scorecard ? [card(`${scorecard.numPassed} of ${scorecard.numChecks}`, 'gates kept when verified')] : []),
  ]}</div>
<p><b>Binding:</b> ${plan.binding}.</p>
<p><b>Runway:</b> ${plan.runway.text}.</p>
${runnerUp ? html`<p><b>Runner-up</b> before scenarios: ${candidateText(runnerUp)}, ${dollars(runnerUp.dollarsPerHour)} an hour, p95 ${formatDuration(runnerUp.p95Ms)}.</p>` : undefined}
</section>`;
}

function costSection({ cost }: Plan): Html {
  const parts = [
    ['compute', cost.compute, COLOURS.predicted],
    ['idle', cost.idle, COLOURS.muted],
    ['requests', cost.requests, COLOURS.measured],
    ['storage', cost.storage, COLOURS.accent],
    ['network', cost.network, COLOURS.good],
  ] as const;
  const share = (value: number) => (100 * value) / cost.total;
  return html`<div class="bar" role="img" aria-label="${parts.map(([name, value]) => `${name} ${share(value).toFixed(0)} %`).join(', ')}">${parts.map(([, value, colour]) => html`<span style="width:${share(value).toFixed(2)}%;background:${colour}"></span>`)}</div>
<p class="legend">${parts.map(([name, , colour]) => html`<span class="item"><span class="key" style="background:${colour}"></span>${name}</span>`)}</p>
${htmlTable(
  ['part', '$ an hour', 'share'],
  [
    ...parts.map(([name, value]) => [name, value.toFixed(5), `${share(value).toFixed(1)} %`]),
    ['total', cost.total.toFixed(5), '100 %'],
  ],
)}`;
}

/** A figure, or nothing where there was nothing to draw. */
function figure(svg: string | undefined, caption: string): Html | undefined {
  return svg === undefined ? undefined : html`<figure>${raw(svg)}<figcaption>${caption}</figcaption></figure>`;
}

/** A word in green or in red. */
function mark(isGood: boolean, good: string, bad: string): Html {
  return isGood ? html`<span class="good">${good}</span>` : html`<span class="bad">${bad}</span>`;
}

function assumptions({ assumptions: all }: WorkloadModel): Html {
  return htmlTable(
    ['what', 'value', 'how it is known', 'note'],
    all.map(({ name, value, class: kind, note }) => [
      name,
      value,
      html`<span class="tag ${kind}">${kind}</span>`,
      note,
    ]),
  );
}
