import { alignedTable } from '../aligned-table.ts';
import { type Check, checkName, type Scorecard } from './scorecard.ts';

/** A figure of a check with its unit. */
export function checkValue({ figure }: Pick<Check, 'figure'>, value: number): string {
  switch (figure) {
    case 'bytesPerQuery':
      return `${(value / 1e6).toFixed(2)} MB`;
    case 'cpuUtilisation':
      return `${(100 * value).toFixed(1)} %`;
    case 'p50Ms':
    case 'p95Ms':
    case 'p99Ms':
      return `${value.toFixed(0)} ms`;
    case 'startDelay':
      return `${value.toFixed(2)} ms`;
    case 'dollarsPerThousand':
      return `$${value.toFixed(5)}`;
    case 'kneePerSecond':
      return `${value.toFixed(1)}/s`;
    case 'getsPerQuery':
      return value.toFixed(2);
    case 'dropped':
      return String(value);
  }
}

/** How far a check is off, as text; empty where a ratio says nothing. */
export function errorText({ figure, error }: Check): string {
  if (figure === 'dropped' || figure === 'startDelay') return '';
  return `${error >= 0 ? '+' : '−'}${(100 * Math.abs(error)).toFixed(1)} %`;
}

/** Predicted beside measured, for a terminal. */
export function scorecardText(scorecard: Scorecard): string {
  const { points, knee, numPassed, numChecks, kneeWorkers, kneeObjectiveMs, reasons, noise } = scorecard;
  const row = (name: string, check: Check) => [
    name,
    checkName(check),
    checkValue(check, check.predicted),
    checkValue(check, check.measured),
    errorText(check),
    check.gate,
    check.passes ? 'kept' : 'MISSED',
  ];
  const rows = points.flatMap(({ name, numWorkers, ratePerSecond, checks }) => [
    ...checks.map((check, i) =>
      row(i === 0 ? `${name} (${numWorkers} workers, ${ratePerSecond.toFixed(1)}/s)` : '', check),
    ),
  ]);
  return [
    alignedTable(
      ['point', 'figure', 'predicted', 'measured', 'error', 'gate', ''],
      [...rows, row(`knee of ${kneeWorkers} workers, p95 ${kneeObjectiveMs} ms`, knee)],
    ),
    '',
    `${numPassed} of ${numChecks} gates kept; noise of the machine ${(100 * noise).toFixed(1)} %`,
    ...reasons.map((reason) => `- ${reason}`),
  ].join('\n');
}
