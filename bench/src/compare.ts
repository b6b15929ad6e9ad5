import type { Command } from 'commander';
import { alignedTable } from './aligned-table.ts';
import { compareRuns } from './compare/compare-runs.ts';
import type { RunReport } from './driver/run-report.ts';
import { parsePositive } from './engines/flag-parsers.ts';
import { printReport, readReport } from './json-output.ts';

const HELP = `
The ratio of each figure has a 95 % interval by the block bootstrap. Verdicts: faster, slower, no change (the whole interval lies within
the margin), inconclusive (measure longer). Ends with exit code 1 when anything is slower.

Examples:
  $ npm run bench -- run workload.yaml --json before.json
  $ npm run bench -- compare before.json after.json
`;

interface CompareFlags {
  readonly margin: number;
  readonly json?: string | true;
}

/** Adds `compare`. */
export function registerCompare(program: Command): void {
  program
    .command('compare')
    .description('Say whether one run is faster than another, with intervals.')
    .argument('<before>', "a report of 'bench run --json'")
    .argument('<after>', 'another one')
    .option('--margin <share>', 'changes smaller than this share are none', parsePositive, 0.05)
    .option('--json [file]', 'write the comparison as JSON, to stdout without a file')
    .addHelpText('after', HELP)
    .action(async (before: string, after: string, flags: CompareFlags) => {
      const read = (path: string) => readReport<RunReport>(path, 'run@1', 'bench run --json');
      const report = compareRuns(read(before), read(after), flags.margin);
      const rows = report.comparisons.map(({ metric, query, before, after, ratio, interval, verdict }) => [
        query ?? 'all',
        metric,
        before.toFixed(1),
        after.toFixed(1),
        ratio.toFixed(3),
        `${interval.low.toFixed(3)} to ${interval.high.toFixed(3)}`,
        verdict,
      ]);
      const table = alignedTable(
        ['queries', 'figure', 'before ms', 'after ms', 'ratio', '95 % interval', 'verdict'],
        rows,
      );
      const warnings = report.warnings.map((warning) => `warning: ${warning}`);
      await printReport(report, [...warnings, table].join('\n'), flags.json);
      if (report.comparisons.some(({ verdict }) => verdict === 'slower')) process.exitCode = 1;
    });
}
