import type { Command } from 'commander';
import { alignedTable } from './aligned-table.ts';
import type { Profile } from './calibrate/profile.ts';
import { fitModel } from './fit/fit-model.ts';
import { printReport, readReport, writeJson } from './json-output.ts';
import type { WorkloadModel } from './model/workload-model.ts';
import { queryCpuMs } from './plan/search-fleet.ts';

const HELP = `
Refuses a profile of a noisy machine, or one with too few runs or requests, and says what to do.

Examples:
  $ npm run bench -- fit profile.json --to model.json
`;

interface FitFlags {
  readonly to: string;
  readonly acceptNoise?: boolean;
  readonly seed: string;
  readonly json?: string | true;
}

/** Adds `fit`. */
export function registerFit(program: Command): void {
  program
    .command('fit')
    .description('Make a model out of a profile: parameters, intervals, diagnostics.')
    .argument('<profile>', "what 'bench calibrate' wrote")
    .option('--to <file>', 'where the model goes', 'model.json')
    .option('--accept-noise', 'go on although the machine was noisy')
    .option('--seed <number>', 'of the bootstrap', '1')
    .option('--json [file]', 'also print the model as JSON, or write it to another file')
    .addHelpText('after', HELP)
    .action(async (file: string, flags: FitFlags) => {
      const profile = readReport<Profile>(file, 'profile@1', 'bench calibrate');
      const model = fitModel(profile, { acceptNoise: flags.acceptNoise ?? false, seed: Number(flags.seed) });
      await writeJson(flags.to, model);
      await printReport(model, modelText(model, flags.to), flags.json);
    });
}

function modelText(model: WorkloadModel, file: string): string {
  const rows = model.queries.map((query) => {
    const interval = model.intervals[`${query.name}: CPU ms`]!;
    return [
      query.name,
      queryCpuMs(query, model).toFixed(1),
      `${interval.low.toFixed(1)} to ${interval.high.toFixed(1)}`,
      query.planRounds.join('+'),
      query.stages.map(({ tasks, onCoordinator }) => (onCoordinator ? 'c' : tasks.length)).join('-'),
      query.stages.reduce((sum, { tasks }) => sum + tasks.reduce((all, { numGets }) => all + numGets, 0), 0),
    ];
  });
  const { storage, fetch, contention } = model;
  const [first] = storage.gets;
  const at = (share: number) => first!.table.findLast(([knot]) => knot <= share)![1].toFixed(1);
  return [
    alignedTable(['query', 'CPU ms', '95 % interval', 'plan requests', 'tasks by stage', 'GETs'], rows),
    '',
    `GET: first byte p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ${storage.bytesPerSecond === null ? 'bandwidth not identifiable' : `${(storage.bytesPerSecond / 1e6).toFixed(0)} MB/s a connection`}`,
    `fetching: ${fetch.cpuMsPerGet.toFixed(2)} ms a GET and ${fetch.cpuMsPerMegabyte.toFixed(2)} ms a MB of CPU; contention σ ${contention.sigma.toFixed(3)}`,
    ...model.diagnostics.map((text) => `- ${text}`),
    `model in ${file}`,
  ].join('\n');
}
