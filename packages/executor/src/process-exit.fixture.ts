/** A program that runs queries in worker threads; how it ends is what the test looks at. The mode is its first argument. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileSystemStore } from '@millrace/storage-fs';
import {
  fakeGraph,
  fakeStage,
  fakeThreadExecutor,
  manyTasks,
  RESULT,
  readAll,
  readFirst,
  scanTasks,
  startQuery,
} from './fake-query.fixture.ts';
import { sharedCounter } from './fake-task-module.fixture.ts';

const mode = process.argv[2]!;
const store = fileSystemStore({ root: mkdtempSync(join(tmpdir(), 'millrace-exit-')) });
const object = await store.put('object', new Uint8Array(1000));

/** Handles and requests that are open, without those that end by themselves in a moment. Standard output and error are opened first. */
function openResources(): string {
  void [process.stdout.fd, process.stderr.fd];
  const resources = process.getActiveResourcesInfo().filter((name) => name !== 'FSReqPromise');
  return resources.sort().join(' ');
}
const before = openResources();

const executor = fakeThreadExecutor({ threads: 2 });
await executor.start({ stores: new Map([['lake', store]]), memoryBytes: 2 ** 28 });

const scan = { numBlocks: 3, blockBytes: 100_000, copiesInputs: true };
await readAll(
  startQuery(executor, fakeGraph(fakeStage(0, scan, { tasks: scanTasks([[object], [object]]), output: RESULT }))),
);
const faults = [{ kind: 'exit', atBlock: 1, times: sharedCounter(2) } as const];
const program = { numBlocks: 50, blockBytes: 2 ** 20, faults };
const graph = fakeGraph(fakeStage(0, program, { tasks: manyTasks(4), output: RESULT }));
await readAll(startQuery(executor, graph));
await readFirst(startQuery(executor, graph));

if (mode === 'closed') {
  await executor.close();
  await store.close();
  // A turn of the event loop, in which handles that were closed go away.
  await new Promise((resolve) => setImmediate(resolve));
  const after = openResources();
  console.log(after === before ? 'nothing is left' : `left: ${after}, before: ${before}`);
} else {
  console.log('idle');
}
