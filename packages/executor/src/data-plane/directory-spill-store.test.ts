import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryStore, objectSpillStore, type SpillStore } from '@millrace/core/storage';
import { afterAll, describe, expect, test } from 'vitest';
import { directorySpillStore, ownSpillDirectory } from './directory-spill-store.ts';

const root = mkdtempSync(join(tmpdir(), 'millrace-test-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const objects = memoryStore();
const PLACES: readonly (readonly [string, SpillStore])[] = [
  ['a directory', directorySpillStore(join(root, 'spill'))],
  ['an object store', objectSpillStore(objects, 'tmp/1')],
];

/** A view in the middle of the memory of a worker. */
function shared(bytes: Uint8Array): Uint8Array {
  const memory = new WebAssembly.Memory({ initial: 100, maximum: 100, shared: true });
  const view = new Uint8Array(memory.buffer, 1001, bytes.length);
  view.set(bytes);
  return view;
}

describe.each(PLACES)('%s', (_, store) => {
  test('gives back what was written, out of and into shared memory', async () => {
    const parts = [3, 5_000_000, 1].map((length, i) => new Uint8Array(length).fill(i + 1));
    const offsets = [0, 3, 5_000_003];
    await Promise.all(parts.map((part, i) => store.write('q1/0-0', offsets[i]!, shared(part))));
    for (const i of [2, 0, 1]) {
      const into = shared(new Uint8Array(parts[i]!.length));
      await store.read('q1/0-0', offsets[i]!, into);
      expect(Buffer.compare(into, parts[i]!)).toBe(0);
    }
  });

  test('removes a file, or all of a query, or nothing', async () => {
    const byte = new Uint8Array(1);
    for (const file of ['q2/0-0', 'q2/0-1', 'q3/0-0']) await store.write(file, 0, byte);
    await store.remove('q2/0-0');
    await expect(store.read('q2/0-0', 0, byte)).rejects.toThrow();
    await store.read('q2/0-1', 0, byte);
    await store.remove('q2');
    await expect(store.read('q2/0-1', 0, byte)).rejects.toThrow();
    await store.read('q3/0-0', 0, byte);
    await store.remove('q4');
  });
});

test('a place that cannot be written to is named', async () => {
  const file = join(root, 'file');
  writeFileSync(file, '');
  const refused = directorySpillStore(join(file, 'spill')).write('q/0', 0, new Uint8Array(1));
  await expect(refused).rejects.toMatchObject({ code: 'PERMISSION_DENIED', message: expect.stringContaining(file) });
});

test('the directory of a process goes with it, also when it is killed', async () => {
  const parent = mkdtempSync(join(root, 'parent-'));
  const url = new URL('./directory-spill-store.ts', import.meta.url).href;
  const program = (ending: string) => `
    const { directorySpillStore, ownSpillDirectory } = await import('${url}');
    const { path } = ownSpillDirectory(process.argv[1]);
    await directorySpillStore(path).write('q/0', 0, new Uint8Array(10));
    ${ending}`;
  const run = (ending: string) =>
    spawnSync(process.execPath, ['--input-type=module', '--eval', program(ending), parent]);
  expect(run('process.exit(3)').status).toBe(3);
  expect(readdirSync(parent)).toEqual([]);
  expect(run("process.kill(process.pid, 'SIGKILL')").signal).toBe('SIGKILL');
  expect(readdirSync(parent)).toHaveLength(1);
  // The next one tidies up, and leaves those alone whose process lives.
  const mine = ownSpillDirectory(parent);
  await directorySpillStore(mine.path).write('q/0', 0, new Uint8Array(1));
  await expect.poll(() => readdirSync(parent)).toHaveLength(1);
  expect(existsSync(mine.path)).toBe(true);
  await mine.remove();
  expect(readdirSync(parent)).toEqual([]);
});
