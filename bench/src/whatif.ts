import type { Command } from 'commander';
import { alignedTable } from './aligned-table.ts';
import { interruptSignal } from './command-run.ts';
import { printReport, readReport, withProgress } from './json-output.ts';
import { percent } from './plan/objectives.ts';
import type { Plan } from './plan/plan-report.ts';
import { type Band, PREDICTED_SHARES } from './simulate/predict-fleet.ts';
import { type Change, parseChange, whatIf } from './whatif/what-if.ts';
import { formatDuration } from './workload/unit-text.ts';

const HELP = `
Ends with exit code 1 when an objective would be missed.

Examples:
  $ npm run bench -- whatif plan.json --set traffic=2x,data=3x
  $ npm run bench -- whatif plan.json --set nodes=-1,s3.p99=2x
`;

interface WhatIfFlags {
  readonly set: Change;
  readonly json?: string | true;
}

/** Adds `whatif`. */
export function registerWhatIf(program: Command): void {
  program
    .command('whatif')
    .description('Say how the planned fleet would do under other circumstances.')
    .argument('<plan>', "what 'bench plan' wrote")
    .requiredOption(
      '--set <changes>',
      'traffic=2x, data=3x, cpu=0.8x, s3=2x, s3.p99=2x, prefixes=4x, nodes=+1, workers=-1, cache=4GiB',
      parseChange,
    )
    .option('--json [file]', 'write the answer as JSON, to stdout without a file')
    .addHelpText('after', HELP)
    .action(async (file: string, flags: WhatIfFlags) => {
      const plan = readReport<Plan>(file, 'plan@1', 'bench plan');
      const answer = await withProgress(async () => whatIf(plan, flags.set, interruptSignal));
      const row = (
        name: string,
        pick: (prediction: typeof answer.after) => Band,
        format: (value: number) => string,
      ) => {
        const { value, low, high } = pick(answer.after);
        return [name, format(pick(answer.before).value), format(value), `${format(low)} to ${format(high)}`];
      };
      const table = alignedTable(
        ['figure', 'as planned', 'then', '90 % interval'],
        [
          ...PREDICTED_SHARES.slice(0, 5).map((share, i) =>
            row(`response p${100 * share}`, ({ response }) => response[i]!, formatDuration),
          ),
          row('CPU', ({ utilisation }) => utilisation, percent),
          row(
            'queries/s',
            ({ throughput }) => throughput,
            (value) => value.toFixed(1),
          ),
          row(
            'GETs a query',
            ({ getsPerQuery }) => getsPerQuery,
            (value) => value.toFixed(1),
          ),
        ],
      );
      const verdict =
        answer.misses.length === 0
          ? 'every objective is kept'
          : answer.misses.map((miss) => `MISSED ${miss}`).join('\n');
      await printReport(answer, `${table}\n\n${verdict}`, flags.json);
      if (answer.misses.length > 0) process.exitCode = 1;
    });
}
