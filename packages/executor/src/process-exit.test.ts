import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('./process-exit.fixture.ts', import.meta.url));

/** Rejects when the process does not end by itself in time. */
async function outputOf(mode: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, mode], { timeout: 30_000 });
  return stdout.trim();
}

test('close leaves no thread and no handle', async () => {
  expect(await outputOf('closed')).toBe('nothing is left');
});

test('an executor that is idle does not keep the process alive', async () => {
  expect(await outputOf('idle')).toBe('idle');
});
