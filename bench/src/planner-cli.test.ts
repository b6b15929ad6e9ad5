import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TOY_PRICES, TOY_WORKLOAD, toyModel } from './plan/toy-plan.fixture.ts';

const CLI = fileURLToPath(new URL('./cli.ts', import.meta.url));
let directory: string;
const file = (name: string) => join(directory, name);

const SPEC = `schema: workload@1
name: toy
data: { suite: tpch, scaleFactor: 0.01 }
queries: [{ name: q, tpch: 6 }]
arrivals: { kind: poisson, rate: 12/s }
slo: { compute: { latency: { within: 700ms, target: 0.95 } } }
`;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-planner-'));
  await writeFile(file('workload.yaml'), SPEC);
  await writeFile(file('model.json'), JSON.stringify(toyModel()));
  await writeFile(file('prices.json'), JSON.stringify(TOY_PRICES));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

function bench(...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], { maxBuffer: 1e8 }, (error, stdout, stderr) => {
      resolve({ exitCode: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

test('the help lists every command, and each has --json', async () => {
  const { stdout } = await bench('--help');
  for (const command of [
    'run',
    'compare',
    'calibrate',
    'fit',
    'simulate',
    'plan',
    'verify',
    'whatif',
    'loop',
    'engines',
    'generate',
  ]) {
    expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
  }
  const commands = ['run', 'compare', 'calibrate', 'fit', 'simulate', 'plan', 'verify', 'whatif', 'loop'];
  const helps = await Promise.all(commands.map((command) => bench(command, '--help')));
  helps.forEach(({ stdout: help }, i) => {
    expect(help, commands[i]).toContain('--json');
  });
});

test('simulate prints JSON alone where it is asked for', async () => {
  const { stdout, exitCode } = await bench(
    'simulate',
    file('model.json'),
    '--spec',
    file('workload.yaml'),
    '--workers',
    '4',
    '--duration',
    '30',
    '--json',
  );
  expect(exitCode).toBe(0);
  const prediction = JSON.parse(stdout);
  expect(prediction).toMatchObject({ schema: 'simulation@1', workload: 'toy', numReplications: 10 });
  expect(prediction.littleError).toBeLessThan(1e-9);
});

test('plan writes the plan and the report', async () => {
  const { stdout, exitCode, stderr } = await bench(
    'plan',
    file('model.json'),
    '--spec',
    file('workload.yaml'),
    '--prices',
    file('prices.json'),
    '--to',
    file('plan.json'),
    '--html',
    file('plan.html'),
  );
  expect(stderr.replaceAll(/^.*(workers|live through|runway).*$\n?/gm, '')).toBe('');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^\d+ × (small|large|slow) with \d+ workers each: \$/);
  expect(JSON.parse(await readFile(file('plan.json'), 'utf8'))).toMatchObject({
    schema: 'plan@1',
    workload: { slo: { compute: { latency: TOY_WORKLOAD.slo.compute.latency } } },
  });
  expect(await readFile(file('plan.html'), 'utf8')).toContain('<h1>Capacity plan: toy</h1>');
  const asked = await bench('whatif', file('plan.json'), '--set', 'traffic=1x');
  expect(asked).toMatchObject({ exitCode: 0, stderr: '' });
  expect(asked.stdout).toContain('every objective is kept');
  const described = await bench('verify', file('plan.json'));
  expect(described.stdout).toMatch(/^would run toy against the live engine.*Add --live/);
});

describe('bad input is refused with what to do', () => {
  test.each<[string, () => Promise<string[]>, RegExp]>([
    [
      'a spec with a fault',
      async () => {
        await writeFile(file('bad.yaml'), SPEC.replace('12/s', 'often'));
        return ['simulate', file('model.json'), '--spec', file('bad.yaml'), '--workers', '2'];
      },
      /bad\.yaml:5:34: arrivals\.rate: must be a rate such as '20\/s'/,
    ],
    [
      'a trace without its column',
      async () => {
        await writeFile(file('trace.csv'), 'when,what\n1,q\n');
        await writeFile(
          file('replay.yaml'),
          SPEC.replace('{ kind: poisson, rate: 12/s }', '{ kind: replay, file: trace.csv }'),
        );
        return ['simulate', file('model.json'), '--spec', file('replay.yaml'), '--workers', '2'];
      },
      /trace\.csv:1:1: the trace has no column 'time'.*Add a header/,
    ],
    [
      'a file of another kind',
      async () => ['fit', file('model.json')],
      /this must be profile@1, but it says model@1; bench calibrate writes it/,
    ],
    [
      'a file that is not there',
      async () => ['plan', file('none.json'), '--spec', file('workload.yaml')],
      /there is no such file; bench fit writes it/,
    ],
    [
      'a store that is none',
      async () => ['run', file('workload.yaml'), '--store', 'ftp://x'],
      /It must be 'fs', 'throttled'/,
    ],
    [
      'objectives that nobody can meet',
      async () => {
        await writeFile(file('tight.yaml'), SPEC.replace('700ms', '20ms'));
        return ['plan', file('model.json'), '--spec', file('tight.yaml'), '--prices', file('prices.json')];
      },
      /nobody can meet these objectives/,
    ],
  ])('%s', async (_, prepare, message) => {
    const run = await bench(...(await prepare()));
    expect(run.stderr).toMatch(message);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
  });
});
