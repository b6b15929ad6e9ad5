import { InvalidArgumentError } from 'commander';

const MAX_THREADS = 256;

/** Parses a whole number from 1 on, for commander. */
export function parseCount(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number from 1 on.');
  return value;
}

/** Parses a number above 0, for commander. */
export function parsePositive(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) {
    throw new InvalidArgumentError('It must be a number above 0.');
  }
  return value;
}

/** Parses numbers of threads parted by commas, for commander. */
export function parseThreads(text: string): number[] {
  return text.split(',').map((part) => {
    const value = Number(part);
    if (!Number.isInteger(value) || value < 1 || value > MAX_THREADS) {
      throw new InvalidArgumentError(`'${part}' is not a whole number from 1 to ${MAX_THREADS}.`);
    }
    return value;
  });
}
