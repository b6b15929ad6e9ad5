import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { interruptSignal } from './command-run.ts';
import { printReport, readReport, withProgress, writeJson, writeText } from './json-output.ts';
import type { WorkloadModel } from './model/workload-model.ts';
import { makePlan } from './plan/make-plan.ts';
import { planText } from './plan/plan-text.ts';
import { DEFAULT_PRICES, readPrices } from './prices/price-table.ts';
import { reportPage } from './report/report-page.ts';
import { readWorkload } from './workload/read-workload.ts';
import { parseSize } from './workload/unit-text.ts';

const HELP = `
Examples:
  $ npm run bench -- plan model.json --spec workload.yaml --to plan.json --html plan.html
  $ npm run bench -- plan model.json --spec workload.yaml --prices my-prices.json
`;

interface PlanFlags {
  readonly spec: string;
  readonly prices: string;
  readonly cache: number;
  readonly to: string;
  readonly html: string;
  readonly json?: string | true;
}

/** Adds `plan`. */
export function registerPlan(program: Command): void {
  program
    .command('plan')
    .description('Recommend the cheapest fleet that keeps the objectives and survives what will go wrong.')
    .argument('<model>', "what 'bench fit' wrote")
    .requiredOption('--spec <file>', 'workload (YAML)')
    .option('--prices <file>', 'prices (JSON, prices@1)', DEFAULT_PRICES)
    .option('--cache <size>', 'cache of each node, such as 4GiB', parseCache, 0)
    .option('--to <file>', 'where the plan goes', 'plan.json')
    .option('--html <file>', 'where the report goes', 'plan.html')
    .option('--json [file]', 'also print the plan as JSON, or write it to another file')
    .addHelpText('after', HELP)
    .action(runPlan);
}

function parseCache(text: string): number {
  const bytes = parseSize(text);
  if (bytes === undefined) throw new InvalidArgumentError("It must be a size such as '512MiB' or '4GB'.");
  return bytes;
}

async function runPlan(file: string, flags: PlanFlags): Promise<void> {
  const model = readReport<WorkloadModel>(file, 'model@1', 'bench fit');
  const workload = readWorkload(flags.spec);
  const prices = readPrices(flags.prices);
  const plan = await withProgress(async (onProgress) =>
    makePlan({
      workload,
      model,
      prices,
      cacheBytesPerNode: flags.cache,
      createdAt: new Date().toISOString(),
      signal: interruptSignal,
      onProgress,
    }),
  );
  await writeJson(flags.to, plan);
  await writeText(flags.html, reportPage({ plan, scorecard: undefined }));
  await printReport(plan, `${planText(plan)}\nplan in ${flags.to}, report in ${flags.html}`, flags.json);
}
