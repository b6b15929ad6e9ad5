import { alignedTable } from '../aligned-table.ts';
import { formatDuration } from '../workload/unit-text.ts';
import { percent } from './objectives.ts';
import type { Candidate, Plan } from './plan-report.ts';

/** A configuration in words. */
export function candidateText({ instance, config }: Candidate): string {
  return `${config.numNodes} × ${instance} with ${config.workersPerNode} workers each`;
}

/** Dollars with as many digits as they need. */
export function dollars(value: number): string {
  return `$${value >= 1 ? value.toFixed(2) : value.toPrecision(3)}`;
}

/** The verdict of a plan for a terminal. */
export function planText(plan: Plan): string {
  const { chosen, cost, prediction, runnerUp } = plan;
  const p = (index: number) => formatDuration(prediction.response[index]!.value);
  return [
    `${candidateText(chosen)}: ${dollars(cost.total)} an hour, ${dollars(cost.perThousandQueries)} a thousand queries`,
    `response p50 ${p(0)}, p95 ${p(3)}, p99 ${p(4)}; ${percent(prediction.missed.upper)} at most miss the objective of ${formatDuration(plan.workload.slo.compute.latency.within)}`,
    `binding: ${plan.binding}`,
    `runway: ${plan.runway.text}`,
    ...(runnerUp ? [`runner-up: ${candidateText(runnerUp)}, ${dollars(runnerUp.dollarsPerHour)} an hour`] : []),
    '',
    alignedTable(
      ['compute', 'idle', 'requests', 'storage', 'network', '$ an hour'],
      [
        [cost.compute, cost.idle, cost.requests, cost.storage, cost.network, cost.total].map((value) =>
          value.toFixed(5),
        ),
      ],
    ),
    '',
    alignedTable(
      ['scenario', 'survived', 'p95', 'note'],
      plan.scenarios.map(({ name, survives, p95Ms, note }) => [
        name,
        survives ? 'yes' : 'NO',
        formatDuration(p95Ms),
        note,
      ]),
    ),
    '',
    alignedTable(
      ['scaling policy, over a day', 'mean nodes', '$ an hour', 'missed', 'p95'],
      plan.policies.map((policy) => [
        policy.name,
        policy.meanNodes.toFixed(1),
        policy.dollarsPerHour.toFixed(4),
        percent(policy.missed),
        formatDuration(policy.p95Ms),
      ]),
    ),
  ].join('\n');
}
