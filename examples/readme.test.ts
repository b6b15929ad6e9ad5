import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { generateTpch } from '@millrace/bench/tpch';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/```ts runnable\n([\s\S]*?)```/g)].map(([, code]) => code!);

test('the README has code to run', () => expect(blocks.length).toBeGreaterThan(0));

test.each(blocks)('the code of the README runs as it stands: %#', async (code) => {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-readme-'));
  try {
    // A folder as a reader has it: the package installed, the demo's data made.
    await generateTpch({
      scaleFactor: 0.01,
      directory: join(directory, 'data', 'tpch-sf0.1'),
      tables: ['lineitem'],
    });
    mkdirSync(join(directory, 'node_modules'));
    symlinkSync(join(root, 'packages', 'millrace'), join(directory, 'node_modules', 'millrace'));
    writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(directory, 'example.ts'), code);
    const out = execFileSync(process.execPath, ['example.ts'], { cwd: directory, encoding: 'utf8' });
    expect(out).toMatch(/l_shipmode/);
    expect(out).toMatch(/TRUCK/);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('every file that the README links is there', () => {
  for (const [, target] of readme.matchAll(/\]\(([^)#:]+)\)/g)) {
    expect(existsSync(join(dirname(join(root, 'README.md')), target!)), target).toBe(true);
  }
});
