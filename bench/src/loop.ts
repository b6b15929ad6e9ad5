import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { calibrate } from './calibrate/calibrate.ts';
import type { Profile } from './calibrate/profile.ts';
import { interruptSignal } from './command-run.ts';
import { parseCount, parsePositive } from './engines/flag-parsers.ts';
import { fitModel } from './fit/fit-model.ts';
import type { StoreChoice } from './host/host-messages.ts';
import { parseStore } from './host/store-choice.ts';
import { printReport, readReport, withProgress, writeJson, writeText } from './json-output.ts';
import { makePlan } from './plan/make-plan.ts';
import type { Plan } from './plan/plan-report.ts';
import { planText } from './plan/plan-text.ts';
import { DEFAULT_PRICES, readPrices } from './prices/price-table.ts';
import { reportPage } from './report/report-page.ts';
import { scorecardText } from './verify/scorecard-text.ts';
import { verifyPlan } from './verify/verify-plan.ts';
import { readWorkload } from './workload/read-workload.ts';

const HELP = `
Writes profile.json, model.json, plan.json, scorecard.json and report.html into the folder. What is there already from an interrupted run is not
made again; --fresh makes everything again. Ends with exit code 1 when a gate of the verification is missed.

Examples:
  $ npm run bench -- loop --spec examples/capacity-planning/workload.yaml --to examples/capacity-planning
`;

interface LoopFlags {
  readonly spec: string;
  readonly store: StoreChoice;
  readonly to: string;
  readonly prices: string;
  readonly seconds: number;
  readonly workers: number;
  readonly unseenWorkers: number;
  readonly fresh?: boolean;
  readonly acceptNoise?: boolean;
  readonly data: string;
  readonly json?: string | true;
}

/** Adds `loop`. */
export function registerLoop(program: Command): void {
  program
    .command('loop')
    .description('Calibrate, fit, plan, verify and report in one go.')
    .requiredOption('--spec <file>', 'workload (YAML)')
    .requiredOption('--to <folder>', 'where everything goes')
    .addOption(
      new Option('--store <store>', 'fs, throttled, throttled:PRESET or s3://bucket/prefix')
        .argParser(parseStore)
        .default(parseStore('throttled'), 'throttled'),
    )
    .option('--prices <file>', 'prices (JSON, prices@1)', DEFAULT_PRICES)
    .option('--seconds <number>', 'how long each verified point counts', parsePositive, 25)
    .option('--workers <number>', 'workers of the verified knee', parseCount, 4)
    .option('--unseen-workers <number>', 'workers that are not calibrated', parseCount, 3)
    .option('--fresh', 'make everything again')
    .option('--accept-noise', 'go on although the machine is noisy')
    .option('--data <directory>', 'where generated data are kept', 'data')
    .option('--json [file]', 'write the scorecard as JSON to stdout or another file too')
    .addHelpText('after', HELP)
    .action(runLoop);
}

async function runLoop(flags: LoopFlags): Promise<void> {
  const startedMs = performance.now();
  const workload = readWorkload(flags.spec);
  const prices = readPrices(flags.prices);
  const file = (name: string) => join(flags.to, name);
  // How long all of it took can only be said when all of it was made now.
  const isWhole = flags.fresh === true || !existsSync(file('profile.json'));
  const isThere = (name: string) => !flags.fresh && existsSync(file(name));
  const scorecard = await withProgress(async (onProgress) => {
    const say = (step: string) => (text: string) => onProgress(`${step}: ${text}`);
    if (!isThere('profile.json')) {
      await writeJson(
        file('profile.json'),
        await calibrate({
          workload,
          store: flags.store,
          dataDirectory: flags.data,
          minRuns: 7,
          maxRuns: 25,
          workers: [1, 2, 4, 8],
          secondsPerPoint: 6,
          resumeFile: file('profile.json.resume'),
          signal: interruptSignal,
          onProgress: say('calibrate'),
        }),
      );
    }
    const profile = readReport<Profile>(file('profile.json'), 'profile@1', 'bench calibrate');
    const model = fitModel(profile, { acceptNoise: flags.acceptNoise ?? false, seed: workload.seed });
    await writeJson(file('model.json'), model);
    if (!isThere('plan.json')) {
      const made = makePlan({
        workload,
        model,
        prices,
        cacheBytesPerNode: 0,
        createdAt: new Date().toISOString(),
        signal: interruptSignal,
        onProgress: say('plan'),
      });
      await writeJson(file('plan.json'), made);
    }
    const plan = readReport<Plan>(file('plan.json'), 'plan@1', 'bench plan');
    const verified = await verifyPlan({
      plan,
      store: flags.store,
      prices,
      dataDirectory: flags.data,
      kneeWorkers: flags.workers,
      unseenWorkers: flags.unseenWorkers,
      secondsPerPoint: flags.seconds,
      warmupSeconds: 5,
      resumeFile: file('scorecard.json.resume'),
      signal: interruptSignal,
      onProgress: say('verify'),
    });
    const card = { ...verified, loopSeconds: isWhole ? (performance.now() - startedMs) / 1000 : undefined };
    await writeJson(file('scorecard.json'), card);
    await writeText(file('report.html'), reportPage({ plan, scorecard: card }));
    return { card, plan };
  });
  const { card, plan } = scorecard;
  const text = `${planText(plan)}\n\n${scorecardText(card)}\n${card.loopSeconds === undefined ? '' : `the loop took ${card.loopSeconds.toFixed(0)} s; `}everything is in ${flags.to}`;
  await printReport(card, text, flags.json);
  if (card.numPassed < card.numChecks) process.exitCode = 1;
}
