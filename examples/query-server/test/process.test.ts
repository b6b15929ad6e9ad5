import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { post, type TestData, testData } from './server.fixture.ts';

const run = promisify(execFile);
const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');
let data: TestData;

beforeAll(async () => {
  data = await testData();
  await data.write('numbers', 'SELECT i AS id FROM range(20000) r(i)');
  writeFileSync(
    join(data.directory, 'server.yaml'),
    `listen: { port: 0, adminPort: 0 }
stores:
  here: { type: fs, root: . }
tables:
  numbers: { location: here/numbers.parquet }
views:
  odd: SELECT id FROM numbers WHERE id % 2 = 1
limits: { eventLoopDelayMs: 0, drainMs: 120000 }
`,
  );
});

afterAll(() => data[Symbol.dispose]());

/** The process, and what it said when it was ready. */
async function start(): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, [MAIN, '--config', join(data.directory, 'server.yaml')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for await (const chunk of child.stdout!) {
    said += String(chunk);
    if (said.includes('curl ')) break;
  }
  return { child, said };
}

test('it says where it listens and where the data is; the line it prints works; SIGTERM loses no query', async () => {
  const { child, said } = await start();
  expect(said).toContain(`here (${data.directory})`);
  const { stdout } = await run('bash', ['-c', said.split('\n').find((line) => line.includes('curl '))!]);
  expect(JSON.parse(stdout)).toMatchObject({ rows: [{ n: '20000' }] });
  const url = /listens at (\S+)/.exec(said)![1]!;
  expect(await (await post({ url }, 'SELECT count(*) AS n FROM odd')).json()).toMatchObject({ rows: [{ n: '10000' }] });
  const pairs = 'SELECT count(*) AS n FROM numbers a JOIN numbers b ON a.id % 100 = b.id % 100';
  const running = post({ url }, pairs);
  await expect.poll(async () => await (await fetch(`${url}/v1/queries`)).text()).toContain('% 100');
  child.kill('SIGTERM');
  expect(await (await running).json()).toMatchObject({ rows: [{ n: '4000000' }] });
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).toBe(0);
});

test('a second signal stops at once', async () => {
  const { child, said } = await start();
  const url = /listens at (\S+)/.exec(said)![1]!;
  const endless = post({ url }, 'SELECT count(*) AS n FROM numbers a, numbers b WHERE a.id * b.id % 7 = 3');
  endless.catch(() => undefined);
  await expect.poll(async () => await (await fetch(`${url}/v1/queries`)).text()).toContain('RUNNING');
  child.kill('SIGTERM');
  await once(child.stderr!, 'data');
  child.kill('SIGTERM');
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).toBe(1);
  await expect(endless).rejects.toThrow();
});

test('a configuration that is wrong is told by line, and nothing starts', async () => {
  const path = join(data.directory, 'wrong.yaml');
  writeFileSync(path, 'stores:\n  here: { type: fs, rot: . }\n');
  const failed = run(process.execPath, [MAIN, '--config', path]);
  await expect(failed).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('line 2, column 21: "rot" is not known here'),
  });
});
