import { globSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEngine, fileSystemStore, isQueryError, type LocalEngineOptions } from '../index.ts';
import { type ParquetTables, parquetTables, registerParquetTables } from './parquet-tables.fixture.ts';
import { runSlt } from './run-slt.fixture.ts';
import { formatSlt, parseSlt } from './slt-file.fixture.ts';

const ROOT = resolve(import.meta.dirname, '../../../..');
const FOLDER = resolve(import.meta.dirname, '../../slt');

// All files run inline and on two threads, and under one of the settings below, another one for each file. `npm run test:hostile`
// runs them under every setting.
const RUN_ALL = process.env.MILLRACE_HOSTILE === 'all';

const HOSTILE: Readonly<Record<string, LocalEngineOptions>> = {
  'batches of 1 row': { threads: 0, settings: { batchRows: 1 } },
  'batches of 3 rows': { threads: 2, settings: { batchRows: 3 } },
  'no optimizer rule': { threads: 0, settings: { disabledRules: ruleNames(), checkPlans: true } },
  '1 thread': { threads: 1 },
  '4 threads': { threads: 4 },
  'little memory': { threads: 1, settings: { memory: '64MiB' } },
  'everything spills': { threads: 1, settings: { operatorMemory: 1 } },
  'everything spills, inline': { threads: 0, settings: { operatorMemory: 1, batchRows: 3 } },
  'no fused loop': { threads: 0, settings: { fusion: 'off' } },
  'fallback decoder': { threads: 0, settings: { decoder: 'parquet-wasm', batchRows: 100 } },
};
const NAMES = Object.keys(HOSTILE);

let tables: ParquetTables;
beforeAll(async () => {
  tables = await parquetTables();
});
afterAll(() => tables[Symbol.dispose]());

const paths = globSync('**/*.slt', { cwd: FOLDER }).toSorted();

describe.each(paths.map((path, index) => ({ path, index })))('$path', ({ path, index }) => {
  const name = relative(ROOT, resolve(FOLDER, path));
  const text = readFileSync(resolve(FOLDER, path), 'utf8');
  const file = parseSlt(name, text);
  const chosen = RUN_ALL ? NAMES : [NAMES[index % NAMES.length]!];

  test('is written as the format has it', () => expect(formatSlt(file)).toBe(text));

  test.each([
    ['inline', { threads: 0 }],
    ['2 threads', { threads: 2 }],
    ...chosen.map((setting) => [setting, HOSTILE[setting]!] as const),
  ] as const)('%s', async (_, options) => {
    await using engine = createEngine({
      ...options,
      stores: { data: fileSystemStore({ root: join(tables.root, 'data') }) },
    });
    registerParquetTables(engine);
    const failures = await runSlt(engine, file);
    if (failures.length > 0) throw new Error(failures.slice(0, 10).join('\n\n'));
  });
});

test('there are files', () => expect(paths).not.toEqual([]));

/** The names of all optimizer rules, which the engine gives when it is asked to leave out what is none. */
function ruleNames(): string[] {
  try {
    createEngine({ threads: 0, settings: { disabledRules: [''] } });
  } catch (error) {
    const names = isQueryError(error) ? /the rules are ([\w, -]+)/.exec(error.message)?.[1] : undefined;
    if (names !== undefined) return names.split(', ');
  }
  throw new Error('The engine did not name its optimizer rules.');
}
