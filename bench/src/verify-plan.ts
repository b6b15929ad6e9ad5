import { type Command, Option } from 'commander';
import { interruptSignal } from './command-run.ts';
import { parseCount, parsePositive } from './engines/flag-parsers.ts';
import type { StoreChoice } from './host/host-messages.ts';
import { parseStore } from './host/store-choice.ts';
import { printReport, readReport, withProgress, writeJson, writeText } from './json-output.ts';
import type { Plan } from './plan/plan-report.ts';
import { DEFAULT_PRICES, readPrices } from './prices/price-table.ts';
import { reportPage } from './report/report-page.ts';
import { scorecardText } from './verify/scorecard-text.ts';
import { verifyPlan } from './verify/verify-plan.ts';

const HELP = `
Without --live it says what would be measured. Live, the engine on this machine gets the arrivals that the simulator gets, at points that
the calibration has not seen: 50, 80 and 100 % of the predicted knee, another number of workers, another mix, a slower store. The scorecard holds every
figure against its gate; ends with exit code 1 when one is missed. An interrupted verification goes on when the command is given again.

Examples:
  $ npm run bench -- verify plan.json --live --store throttled --to scorecard.json --html plan.html
  $ chrt -f 10 npm run bench -- verify plan.json --live --workers 4 --unseen-workers 3
  $ npm run bench -- verify tpch --sf 0.1                       (checks generated data instead)
`;

interface VerifyFlags {
  readonly live?: boolean;
  readonly store: StoreChoice;
  readonly prices: string;
  readonly workers: number;
  readonly unseenWorkers: number;
  readonly seconds: number;
  readonly warmup: number;
  readonly to: string;
  readonly html?: string;
  readonly data: string;
  readonly json?: string | true;
}

/** Adds `verify PLAN`; the answer takes subcommands. */
export function registerVerifyPlan(program: Command): Command {
  return program
    .command('verify')
    .description(
      'Hold a plan against the live engine: predicted beside measured. Or prove that generated data is right.',
    )
    .argument('[plan]', "what 'bench plan' wrote")
    .option('--live', 'measure')
    .addOption(
      new Option('--store <store>', 'the store that was calibrated')
        .argParser(parseStore)
        .default(parseStore('throttled'), 'throttled'),
    )
    .option('--prices <file>', 'prices (JSON, prices@1)', DEFAULT_PRICES)
    .option('--workers <number>', 'workers of the knee', parseCount, 4)
    .option('--unseen-workers <number>', 'workers that were not calibrated', parseCount, 3)
    .option('--seconds <number>', 'how long each point counts', parsePositive, 25)
    .option('--warmup <seconds>', 'how long arrivals before it go on', parsePositive, 5)
    .option('--to <file>', 'where the scorecard goes', 'scorecard.json')
    .option('--html <file>', 'write the report again, with the scorecard in it')
    .option('--data <directory>', 'where generated data are kept', 'data')
    .option('--json [file]', 'also print the scorecard as JSON, or write it to another file')
    .addHelpText('after', HELP)
    .helpCommand(false)
    .action(runVerifyPlan);
}

async function runVerifyPlan(file: string | undefined, flags: VerifyFlags, command: Command): Promise<void> {
  if (file === undefined) {
    command.help({ error: true });
    return;
  }
  const plan = readReport<Plan>(file, 'plan@1', 'bench plan');
  if (!flags.live) {
    const { workers, unseenWorkers, seconds } = flags;
    process.stdout.write(
      `would run ${plan.workload.name} against the live engine on this machine: 50, 80 and 100 % of the knee of ${workers} workers, ${unseenWorkers} workers, another mix and a slower store, ${seconds} s each. Add --live to do it.\n`,
    );
    return;
  }
  const scorecard = await withProgress((onProgress) =>
    verifyPlan({
      plan,
      store: flags.store,
      prices: readPrices(flags.prices),
      dataDirectory: flags.data,
      kneeWorkers: flags.workers,
      unseenWorkers: flags.unseenWorkers,
      secondsPerPoint: flags.seconds,
      warmupSeconds: flags.warmup,
      resumeFile: `${flags.to}.resume`,
      signal: interruptSignal,
      onProgress,
    }),
  );
  await writeJson(flags.to, scorecard);
  if (flags.html !== undefined) await writeText(flags.html, reportPage({ plan, scorecard }));
  await printReport(scorecard, `${scorecardText(scorecard)}\nscorecard in ${flags.to}`, flags.json);
  if (scorecard.numPassed < scorecard.numChecks) process.exitCode = 1;
}
