import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const CLI = fileURLToPath(new URL('./cli.ts', import.meta.url));
let directory = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

interface Run {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command; `interruptWhen` sends Ctrl-C once it resolves. */
function bench(args: readonly string[], interruptWhen?: () => Promise<void>): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
    interruptWhen?.().then(() => child.kill('SIGINT'), reject);
  });
}

describe('bench generate tpch', () => {
  it('writes the tables and sums them up', async () => {
    const target = join(directory, 'small');
    const run = await bench(['generate', 'tpch', '--sf', '0.001', '--to', target, '--tables', 'region,supplier']);
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(run.stdout).toMatch(/^table +rows +files +bytes +seconds\nregion +5 +1 +[\d,]+ +\d+\.\d\d\nsupplier +10 /);
    expect(run.stdout).toContain('TPC-H at scale factor 0.001 as parquet (snappy)');
    expect((await readdir(target)).sort()).toEqual(['region.parquet', 'supplier.parquet']);
    const again = await bench(['generate', 'tpch', '--sf', '0.001', '--to', target, '--tables', 'region']);
    expect(again).toMatchObject({ exitCode: 2, stdout: '' });
    expect(again.stderr).toMatch(/region\.parquet exists already; --force replaces them/);
  });

  it('removes what it began when it is interrupted', async () => {
    const target = join(directory, 'interrupted');
    const args = ['generate', 'tpch', '--sf', '5', '--to', target, '--format', 'tbl', '--tables', 'lineitem'];
    const run = await bench(args, async () => {
      for (;;) {
        const names = await readdir(target).catch(() => []);
        if (names.some((name) => name.startsWith('lineitem.tbl.partial-'))) return;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
    expect(run.exitCode).toBe(130);
    expect(run.stderr).toContain('interrupted');
    expect(await readdir(target)).toEqual([]);
  });

  it.each([
    [[], /Usage: bench COMMAND/],
    [['grind'], /unknown command 'grind'/],
    [['generate', 'tpch', '--to', 'x'], /required option '--sf <number>' not specified/],
    [['generate', 'tpch', '--sf', 'big', '--to', 'x'], /'big' is invalid. It must be a number/],
    [['generate', 'tpch', '--sf', '0', '--to', 'x'], /scale factor must be a number from 0\.001 to 29999, not 0/],
    [['generate', 'tpch', '--sf', '1', '--to', 'x', '--format', 'csv'], /Allowed choices are parquet, tbl/],
    [['generate', 'tpch', '--sf', '1', '--to', 'x', '--tables', 'orders,line'], /'line' is not one of region, nation/],
    [['generate', 'tpch', '--sf', '1', '--to', 'x', '--files', '0'], /number of files must be a whole number/],
    [['verify', 'tpch', '--sf', '2'], /checksums are known for the scale factors 0\.01, 0\.1, 1 only, not 2/],
  ])('ends with exit code 2 for %j', async (args, message) => {
    const run = await bench(args);
    expect(run.stderr).toMatch(message);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
  });

  it('ends with exit code 1 when the file system refuses', async () => {
    const run = await bench(['generate', 'tpch', '--sf', '0.001', '--to', join(CLI, 'x'), '--tables', 'region']);
    expect(run).toMatchObject({ exitCode: 1, stdout: '' });
    expect(run.stderr).toMatch(/^error: (ENOTDIR|EEXIST)/);
  });

  it('explains itself', async () => {
    const run = await bench(['generate', 'tpch', '--help']);
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(run.stdout).toContain('npm run bench -- generate tpch --sf 0.1 --to data/tpch');
  });
});

describe('bench verify tpch', () => {
  it('compares with the reference', async () => {
    const run = await bench(['verify', 'tpch', '--sf', '0.01', '--tables', 'orders']);
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toMatch(/^orders +15,000 +1,644,137 +21facd7dbefed34dbe35e6209ae364db +equal$/m);
  });
});
