import { InvalidArgumentError } from 'commander';

const interruption = new AbortController();

/** Aborted by the first Ctrl-C (or SIGTERM); commands pass it on. */
export const interruptSignal: AbortSignal = interruption.signal;

/** Runs a command such that the first SIGINT or SIGTERM aborts `interruptSignal`, and a second one kills as usual. */
export async function runInterruptible(run: () => Promise<unknown>): Promise<void> {
  const interrupt = () => interruption.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    await run();
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

const USAGE_CODES: readonly unknown[] = ['BAD_ARGUMENT', 'FILE_EXISTS'];

/** Whether an error is for the caller to mend by other arguments. */
export function isUsageError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && USAGE_CODES.includes(error.code);
}

/** Parses a number argument, for commander. */
export function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}

/** Parses a list parted by commas whose members are known, for commander. */
export function parseList<T extends string>(allowed: readonly T[]): (text: string) => T[] {
  return (text) =>
    text.split(',').map((part) => {
      const name = part.trim();
      const match = allowed.find((candidate) => candidate === name);
      if (match === undefined) {
        throw new InvalidArgumentError(`'${name}' is not one of ${allowed.join(', ')}.`);
      }
      return match;
    });
}
