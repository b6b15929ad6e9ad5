/** Options that say where the program comes from. A worker has a file of its own, and refuses them or would run the program again. */
const PROGRAM_OPTIONS: ReadonlySet<string> = new Set([
  '--eval',
  '-e',
  '--print',
  '-p',
  '-pe',
  '--check',
  '-c',
  '--interactive',
  '-i',
]);
const TAKES_CODE: ReadonlySet<string> = new Set(['--eval', '-e', '--print', '-p', '-pe']);

/**
 * The options of Node that worker threads inherit: all but those about the program itself, such as `--input-type` and `--eval`, with
 * which a worker cannot start.
 */
export function inheritedExecArgv(execArgv: readonly string[] = process.execArgv): string[] {
  const inherited: string[] = [];
  for (let i = 0; i < execArgv.length; i++) {
    const option = execArgv[i]!;
    const name = option.split('=', 1)[0]!;
    if (name === '--input-type') {
      if (name === option) i += 1;
    } else if (PROGRAM_OPTIONS.has(name)) {
      if (name === option && TAKES_CODE.has(name)) i += 1;
    } else {
      inherited.push(option);
    }
  }
  return inherited;
}
