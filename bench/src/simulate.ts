import type { Command } from 'commander';
import { alignedTable } from './aligned-table.ts';
import { interruptSignal } from './command-run.ts';
import { parseCount, parsePositive } from './engines/flag-parsers.ts';
import { printReport, readReport, withProgress } from './json-output.ts';
import type { WorkloadModel } from './model/workload-model.ts';
import { percent } from './plan/objectives.ts';
import { singleNode } from './simulate/fleet-config.ts';
import { type Band, type FleetPrediction, PREDICTED_SHARES, predictFleet } from './simulate/predict-fleet.ts';
import { readWorkload } from './workload/read-workload.ts';
import { formatDuration } from './workload/unit-text.ts';

const SECOND_MS = 1000;

const HELP = `
Examples:
  $ npm run bench -- simulate model.json --spec workload.yaml --workers 8
  $ npm run bench -- simulate model.json --spec workload.yaml --nodes 512 --workers 8 --cores 8 --duration 86400 --replications 1
`;

interface SimulateFlags {
  readonly spec: string;
  readonly workers: number;
  readonly nodes: number;
  readonly cores?: number;
  readonly duration: number;
  readonly traffic: number;
  readonly replications: number;
  readonly seed?: number;
  readonly json?: string | true;
}

/** Adds `simulate`. */
export function registerSimulate(program: Command): void {
  program
    .command('simulate')
    .description('Play a workload on a fleet that does not exist, by the model.')
    .argument('<model>', "what 'bench fit' wrote")
    .requiredOption('--spec <file>', 'workload (YAML)')
    .requiredOption('--workers <number>', 'workers of each node', parseCount)
    .option('--nodes <number>', 'nodes', parseCount, 1)
    .option('--cores <number>', 'cores of each node (default: those of the calibrated machine)', parseCount)
    .option('--duration <seconds>', 'simulated time', parsePositive, 600)
    .option('--traffic <factor>', "times the workload's own", parsePositive, 1)
    .option('--replications <number>', 'with luck of their own; intervals need ten', parseCount, 10)
    .option('--seed <number>', "in place of the workload's", parseCount)
    .option('--json [file]', 'write the prediction as JSON, to stdout without a file')
    .addHelpText('after', HELP)
    .action(runSimulate);
}

async function runSimulate(file: string, flags: SimulateFlags): Promise<void> {
  const model = readReport<WorkloadModel>(file, 'model@1', 'bench fit');
  const workload = readWorkload(flags.spec);
  const startedMs = performance.now();
  const prediction = await withProgress(async (onProgress) =>
    predictFleet({
      model,
      workload,
      config: singleNode(flags.workers, flags.cores ?? model.contention.numCores, {
        numNodes: flags.nodes,
        balancing: flags.nodes > 64 ? 'two-choices' : 'least-loaded',
      }),
      durationMs: flags.duration * SECOND_MS,
      numReplications: flags.replications,
      seed: flags.seed ?? workload.seed,
      traffic: flags.traffic,
      signal: interruptSignal,
      onProgress,
    }),
  );
  const seconds = ((performance.now() - startedMs) / SECOND_MS).toFixed(1);
  await printReport(prediction, `${predictionText(prediction)}\nsimulated in ${seconds} s`, flags.json);
}

/** A prediction in words and one table. */
function predictionText(prediction: FleetPrediction): string {
  const { config, response } = prediction;
  const row = (name: string, { value, low, high }: Band, format: (value: number) => string) => [
    name,
    format(value),
    `${format(low)} to ${format(high)}`,
  ];
  const one = (value: number) => value.toFixed(1);
  return [
    `${prediction.workload}: ${config.numNodes} nodes with ${config.workersPerNode} workers on ${config.coresPerNode} cores, ${prediction.numReplications} replications of ${formatDuration(prediction.durationMs)}, ${prediction.numQueries.toLocaleString('en-US')} queries`,
    alignedTable(
      ['figure', 'predicted', '90 % interval'],
      [
        ...PREDICTED_SHARES.map((share, i) => row(`response p${100 * share}`, response[i]!, formatDuration)),
        row('queries/s', prediction.throughput, one),
        row('CPU', prediction.utilisation, percent),
        row('GETs a query', prediction.getsPerQuery, one),
      ],
    ),
    `${percent(prediction.missed.value)} miss their objective (at most ${percent(prediction.missed.upper)}), ${percent(prediction.failed.value)} fail, ${percent(prediction.throttled.value)} of requests are throttled`,
  ].join('\n');
}
