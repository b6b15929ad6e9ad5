import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { inheritedExecArgv } from './inherited-exec-argv.ts';

test.each([
  [['--input-type=module', '--eval', 'code'], []],
  [['--max-old-space-size=300', '--eval=code'], ['--max-old-space-size=300']],
  [['-p', 'code', '--no-warnings'], ['--no-warnings']],
  [
    ['--import', './hooks.js', '-i'],
    ['--import', './hooks.js'],
  ],
])('of %j workers inherit %j', (execArgv, inherited) => {
  expect(inheritedExecArgv(execArgv)).toEqual(inherited);
});

// The program runs queries on two threads, and reads from a store in a third one.
const PROGRAM = `
  import { mkdtempSync } from 'node:fs';
  import { tmpdir } from 'node:os';
  import { join } from 'node:path';
  import { fileSystemStore } from '${import.meta.resolve('@millrace/storage-fs')}';
  import * as fake from '${new URL('./fake-query.fixture.ts', import.meta.url).href}';
  const store = fileSystemStore({ root: mkdtempSync(join(tmpdir(), 'millrace-eval-')) });
  const object = await store.put('object', new Uint8Array(1000));
  const executor = fake.fakeThreadExecutor({ threads: 2 });
  await executor.start({ stores: new Map([['lake', store]]), memoryBytes: 2 ** 28 });
  const scan = { numBlocks: 1, blockBytes: 10, copiesInputs: true };
  const stage = fake.fakeStage(0, scan, { tasks: fake.scanTasks([[object], [object]]), output: fake.RESULT });
  console.log((await fake.readAll(fake.startQuery(executor, fake.fakeGraph(stage)))).map(({ length }) => length).join(' '));
  await executor.close();`;

test('a program given on the command line runs queries in threads', async () => {
  const argv = ['--input-type=module', '--eval', PROGRAM];
  const { stdout } = await promisify(execFile)(process.execPath, argv, { timeout: 30_000 });
  expect(stdout.trim()).toBe('1000 10 1000 10');
});
