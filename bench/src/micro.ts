import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { interruptSignal } from './command-run.ts';
import { describeMachine } from './engines/machine.ts';
import { type KernelFigures, type MicroReport, measureKernel, microText } from './micro/measure-kernels.ts';
import { OPERATOR_CASES } from './micro/operator-cases.ts';
import { PARQUET_CASES } from './micro/parquet-cases.ts';
import { VECTOR_CASES } from './micro/vector-cases.ts';
import { ProgressLine } from './progress-line.ts';

const HELP = `
Measures the WebAssembly kernels one by one (the packages must be built): nanoseconds a value or a byte, beside the same loop
in JavaScript and, where there is one, the best figure known. Every kernel's result is checked first.

Examples:
  $ npm run bench -- micro
  $ npm run bench -- micro --filter snappy
`;

interface MicroFlags {
  readonly filter?: string;
  readonly json?: string;
}

/** Adds `micro`. */
export function registerMicro(program: Command): void {
  program
    .command('micro')
    .description('Measure the kernels.')
    .option('--filter <text>', 'only kernels whose name contains it')
    .option('--json <file>', 'write the report as JSON')
    .addHelpText('after', HELP)
    .action(runMicro);
}

async function runMicro({ filter = '', json }: MicroFlags): Promise<void> {
  const startedAt = new Date().toISOString();
  const machine = describeMachine();
  const cases = [...PARQUET_CASES, ...VECTOR_CASES, ...OPERATOR_CASES].filter(({ name }) => name.includes(filter));
  if (cases.length === 0) {
    throw Object.assign(new Error(`no kernel's name contains '${filter}'`), { code: 'BAD_ARGUMENT' });
  }
  const line = new ProgressLine();
  const kernels: KernelFigures[] = [];
  for (const kernelCase of cases) {
    interruptSignal.throwIfAborted();
    line.update(() => kernelCase.name);
    kernels.push(await measureKernel(kernelCase));
  }
  line.finish();
  const report: MicroReport = { schema: 'micro@1', startedAt, machine, kernels };
  process.stdout.write(`${microText(report)}\n`);
  if (json !== undefined) {
    await mkdir(dirname(json), { recursive: true });
    await writeFile(json, `${JSON.stringify(report, undefined, 2)}\n`);
  }
}
