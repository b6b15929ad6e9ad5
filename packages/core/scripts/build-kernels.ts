/**
 * Compiles each folder of `kernels/` that has an `index.ts` (AssemblyScript) into one WebAssembly module and embeds it as
 * base64 in `src/vector/kernel-modules/<name>.generated.ts`, with the types of its exports: `core` needs no file system to
 * load its kernels, and every bundler carries them. All modules share one memory, so each has its own 64 KiB for static data.
 *
 * `node scripts/build-kernels.ts [module ...]` builds the named modules only.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where each module's static data lies: slot × 64 KiB. The list only grows at its end; slot 0 stays free. */
const STATIC_DATA_SLOTS = ['', 'vector', 'expression', 'function', 'parquet', 'operator', 'exchange', 'window'];
const SLOT_BYTES = 65536;

const root = fileURLToPath(new URL('..', import.meta.url));
const asc = fileURLToPath(new URL('../../../node_modules/assemblyscript/bin/asc.js', import.meta.url));
const outputDirectory = `${root}src/vector/kernel-modules`;
const buildDirectory = `${root}.kernels-${process.pid}`;

/** `KERNEL_NAMES=1` keeps the names of functions, for profilers. */
const withNames = process.env.KERNEL_NAMES === '1';

const wanted = process.argv.slice(2);
const modules = readdirSync(`${root}kernels`)
  .filter((name) => existsSync(`${root}kernels/${name}/index.ts`))
  .filter((name) => wanted.length === 0 || wanted.includes(name));

mkdirSync(buildDirectory, { recursive: true });
mkdirSync(outputDirectory, { recursive: true });
try {
  for (const name of modules) buildModule(name);
} finally {
  rmSync(buildDirectory, { recursive: true, force: true });
}

function buildModule(name: string): void {
  const slot = STATIC_DATA_SLOTS.indexOf(name);
  if (slot < 1) throw new Error(`kernels/${name} has no slot in STATIC_DATA_SLOTS`);
  const file = `${buildDirectory}/${name}.wasm`;
  execFileSync(
    process.execPath,
    [
      asc,
      `${root}kernels/${name}/index.ts`,
      ...['--outFile', file],
      ...['--runtime', 'stub', '--exportStart', '_start', '--importMemory', '--sharedMemory'],
      ...['--initialMemory', '16', '--maximumMemory', '65536', '--memoryBase', String(slot * SLOT_BYTES)],
      ...['--enable', 'simd', '--enable', 'threads', '--enable', 'bulk-memory', '--enable', 'relaxed-simd'],
      ...['--optimizeLevel', '3', '--shrinkLevel', '0', '--converge', '--noAssert'],
      ...['--use', 'abort='],
      ...(withNames ? ['--debug'] : []),
    ],
    { stdio: 'inherit' },
  );
  const bytes = readFileSync(file);
  const module = new WebAssembly.Module(bytes);
  const names = WebAssembly.Module.exports(module)
    .filter((entry) => entry.kind === 'function' && entry.name !== '_start')
    .map((entry) => entry.name)
    .sort();
  const imports = WebAssembly.Module.imports(module).filter((entry) => entry.kind !== 'memory');
  if (imports.length > 0) throw new Error(`kernels/${name} imports ${imports.map((entry) => entry.name).join(', ')}`);
  const end = staticDataEnd(bytes);
  if (end > (slot + 1) * SLOT_BYTES) throw new Error(`kernels/${name} has more static data than ${SLOT_BYTES} bytes`);
  const target = `${outputDirectory}/${name}.generated.ts`;
  writeFileSync(
    `${target}.${process.pid}`,
    [
      `// Made by scripts/build-kernels.ts from kernels/${name}/.`,
      `export const NAMES = ${JSON.stringify(names)} as const;`,
      `export const BINARY_BASE64 =\n  '${bytes.toString('base64')}';`,
      '',
    ].join('\n'),
  );
  renameSync(`${target}.${process.pid}`, target);
  console.log(`kernels/${name}: ${names.length} functions, ${bytes.length} bytes`);
}

/** The end of the highest active data segment (WebAssembly core specification, 5.5.14). */
function staticDataEnd(bytes: Uint8Array): number {
  let at = 8;
  const leb = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  let end = 0;
  while (at < bytes.length) {
    const section = bytes[at++]!;
    const next = leb() + at;
    if (section === 11) {
      for (let left = leb(); left > 0; left--) {
        if (leb() !== 0 || bytes[at++] !== 0x41) throw new Error('only active data segments at a constant are known');
        const offset = leb();
        at++;
        const length = leb();
        at += length;
        end = Math.max(end, offset + length);
      }
    }
    at = next;
  }
  return end;
}
