import { type Check, checkName, type Scorecard } from '../verify/scorecard.ts';
import { checkValue, errorText } from '../verify/scorecard-text.ts';
import { type Html, html, htmlTable, raw } from './html.ts';
import { tailPlot } from './latency-plots.ts';

/** Predicted beside measured: every point with every figure, misses included, and the tails. */
export function scorecardSection(scorecard: Scorecard): Html {
  const { points, knee, numPassed, numChecks, noise, machine, createdAt, kneeWorkers, kneeObjectiveMs, reasons } =
    scorecard;
  const cells = (check: Check) => [
    checkName(check),
    checkValue(check, check.predicted),
    checkValue(check, check.measured),
    errorText(check),
    check.gate,
    check.passes ? html`<span class="good">kept</span>` : html`<span class="bad">missed</span>`,
  ];
  const rows = points.flatMap(({ name, numWorkers, ratePerSecond, numQueries, checks }) =>
    checks.map((check, i) => [
      i === 0 ? `${name}: ${numWorkers} workers, ${ratePerSecond.toFixed(1)}/s, ${numQueries} queries` : '',
      ...cells(check),
    ]),
  );
  return html`<h2 id="verification">Verified: predicted beside measured</h2>
<p>${numPassed} of ${numChecks} gates kept, ${createdAt.slice(0, 10)}, on ${machine.numCores} cores (${machine.cpuModel}), noise ${(100 * noise).toFixed(1)} %. None of these points was calibrated. Live and simulated engine got the same arrivals.</p>
${reasons.length > 0 ? html`<ul>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>` : undefined}
${htmlTable(['point', 'figure', 'predicted', 'measured', 'error', 'gate', ''], [...rows, [`knee of ${kneeWorkers} workers at p95 ${kneeObjectiveMs} ms`, ...cells(knee)]])}
<div class="plots">${points.map(
    ({ name, quantiles }) =>
      html`<figure>${raw(tailPlot(quantiles, kneeObjectiveMs, true))}<figcaption>${name}: predicted band and measured points.</figcaption></figure>`,
  )}</div>`;
}
