import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineReport } from './engines/engine-report.ts';

const CLI = fileURLToPath(new URL('./cli.ts', import.meta.url));
let directory = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

function bench(args: readonly string[]): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
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
  });
}

describe('bench engines', () => {
  it('prints a table, writes JSON and a plot, and makes its data', async () => {
    const json = join(directory, 'out', 'report.json');
    const plot = join(directory, 'out', 'report.svg');
    const choice = ['--suite', 'scan', '--sf', '0.001', '--queries', '6,like,count', '--engines', 'hyparquet,duckdb'];
    const files = ['--data', join(directory, 'data'), '--json', json, '--plot', plot];
    const run = await bench(['engines', ...choice, '--runs', '6', '--warmups', '1', '--warmup-time', '0.01', ...files]);
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toMatch(/^suite scan, scale factor 0\.001, snappy, written by millrace: /);
    expect(run.stdout).toMatch(/^q6 +1 +\d+\.\d\d +\d+\.\d\d /m);
    expect(run.stdout).toMatch(/^geometric mean of 2 queries, 1 thread: CPU \d+\.\d\d, wall \d+\.\d\d$/m);
    expect(run.stdout).toMatch(/^count, 1 thread: unsupported: /m);
    const report = JSON.parse(await readFile(json, 'utf8')) as EngineReport;
    expect(report).toMatchObject({
      schema: 'engines@1',
      suite: 'scan',
      scaleFactor: 0.001,
      compression: 'snappy',
      writer: 'millrace',
      numRuns: 6,
      numWarmups: 1,
      warmupMs: 10,
      machine: { numCores: expect.any(Number), cpuModel: expect.any(String), nodeVersion: process.version },
      versions: { hyparquet: expect.any(String), duckdb: expect.any(String) },
      tables: [{ name: 'lineitem', bytes: expect.any(Number) }],
    });
    const estimate = { median: expect.any(Number), halfWidth: expect.any(Number) };
    const figures = { cpuMs: estimate, wallMs: estimate, peakRssBytes: expect.any(Number) };
    expect(report.results[0]).toMatchObject({
      query: 'q6',
      status: 'measured',
      engine: 'hyparquet',
      baseline: 'duckdb',
      numThreads: 1,
      numRows: 1,
      engineFigures: figures,
      baselineFigures: figures,
      ratio: { cpu: estimate, wall: estimate },
    });
    expect(await readFile(plot, 'utf8')).toMatch(/^<svg .*<\/svg>\n$/s);
  });

  it.each([
    [[], /required option '--suite <name>' not specified/],
    [['--suite', 'tpcds'], /Allowed choices are tpch, clickbench, scan, join, group/],
    [['--suite', 'tpch', '--queries', '23'], /the suite has no query '23': it has q1, q2/],
    [['--suite', 'tpch', '--sf', '0'], /It must be a number above 0/],
    [['--suite', 'tpch', '--threads', '1,x'], /'x' is not a whole number from 1 to 256/],
    [['--suite', 'tpch', '--engines', 'sqlite'], /'sqlite' is not one of millrace, duckdb, hyparquet/],
    [['--suite', 'tpch', '--runs', '0'], /It must be a whole number from 1 on/],
  ])('ends with exit code 2 for %j', async (args, message) => {
    const run = await bench(['engines', ...args]);
    expect(run.stderr).toMatch(message);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
  });
});

describe('bench latency', () => {
  it('explains itself', async () => {
    const run = await bench(['latency', '--help']);
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(run.stdout).toContain('npm run bench -- latency --sf 1');
  });
});
