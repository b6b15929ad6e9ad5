#!/usr/bin/env node
/**
 * The bench command: `npm run bench -- COMMAND`. A command is a file that exports a function to register itself here.
 *
 * Exit codes: 0 done, 1 failed, 2 wrong arguments, 130 interrupted.
 */
import { Command, CommanderError } from 'commander';
import { registerCalibrate } from './calibrate.ts';
import { isUsageError, runInterruptible } from './command-run.ts';
import { registerCompare } from './compare.ts';
import { registerEngines } from './engines.ts';
import { registerFit } from './fit.ts';
import { registerGenerate } from './generate.ts';
import { registerLatency } from './latency.ts';
import { registerLoop } from './loop.ts';
import { registerMicro } from './micro.ts';
import { registerPlan } from './plan.ts';
import { registerRun } from './run.ts';
import { registerS3 } from './s3.ts';
import { registerServerLoad } from './server-load.ts';
import { registerSimulate } from './simulate.ts';
import { registerVerify } from './verify.ts';
import { registerWhatIf } from './whatif.ts';

const COMMANDS: readonly ((program: Command) => void)[] = [
  registerCalibrate,
  registerCompare,
  registerEngines,
  registerFit,
  registerGenerate,
  registerLatency,
  registerLoop,
  registerMicro,
  registerPlan,
  registerRun,
  registerServerLoad,
  registerSimulate,
  registerS3,
  registerVerify,
  registerWhatIf,
];

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;

const program = new Command('bench')
  .description('Data generators and benchmarks of Millrace.')
  .usage('COMMAND [options]')
  .helpCommand(false)
  .showHelpAfterError('(add --help for what is allowed)')
  .exitOverride();

for (const register of COMMANDS) register(program);

try {
  await runInterruptible(() => program.parseAsync());
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has printed its message already; help and version end with exit code 0.
    process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE;
  } else if (error instanceof DOMException && error.name === 'AbortError') {
    process.stderr.write('interrupted: files begun were removed, finished ones stay\n');
    process.exitCode = EXIT_INTERRUPTED;
  } else {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = isUsageError(error) ? EXIT_USAGE : EXIT_FAILED;
  }
}
