import fc from 'fast-check';
import { expect, test } from 'vitest';
import { INT32, INT64 } from '../../types/index.ts';
import { Arena, type Vector } from '../../vector/index.ts';
import { vectorOfLiterals } from '../../vector/literal-vector.ts';
import { ColumnStore } from '../column-store.ts';
import { testContext, testWorld } from '../operator.fixture.ts';
import { buildJoinTable } from './build-join-table.ts';
import { buildIntegerJoinTable } from './integer-join-table.ts';

type Key = number | bigint | null;

/** The pairs that a table over `build` gives for `probe`, as `probe row:build row`. */
function pairsOf(
  type: typeof INT32 | typeof INT64,
  build: readonly Key[],
  probe: readonly Key[],
  capacity: number,
  once: boolean,
) {
  const world = testWorld();
  const context = testContext(world);
  const { memory, account } = context;
  const scratch = new Arena(memory, account);
  const store = new ColumnStore(memory, account, [type]);
  const vector = (keys: readonly Key[]): Vector => vectorOfLiterals(type, keys, scratch);
  store.append([vector(build)], 0, build.length, scratch);
  const keys = { columns: [store.column(0)], nullSafe: [false], numRows: build.length };
  const table = buildJoinTable(keys, memory, account);
  const finder = table.openProbe(account);
  finder.start([vector(probe)], probe.length, scratch, once);
  const found: string[] = [];
  for (let pairs = finder.next(capacity, scratch); pairs; pairs = finder.next(capacity, scratch)) {
    expect(pairs.numPairs).toBeLessThanOrEqual(capacity);
    for (let i = 0; i < pairs.numPairs; i++) {
      found.push(`${memory.u32[pairs.probeRows / 4 + i]}:${memory.u32[pairs.buildRows / 4 + i]}`);
    }
    if (pairs.coversProbe) expect(found).toHaveLength(probe.length);
  }
  const { numSlots } = table;
  finder.close();
  table.close();
  store.close();
  scratch.close();
  context.close();
  expect(world.memory.numBlocks).toBe(0);
  return { found, numSlots };
}

function expected(build: readonly Key[], probe: readonly Key[], once: boolean): string[] {
  return probe.flatMap((key, i) => {
    const rows = build.flatMap((other, row) => (key !== null && other === key ? [`${i}:${row}`] : []));
    return once ? rows.slice(0, 1) : rows;
  });
}

const wide = fc.oneof(
  fc.bigInt({ min: -20n, max: 20n }),
  fc.constantFrom(2n ** 63n - 1n, -(2n ** 63n), 2n ** 62n, -(2n ** 62n), 2n ** 40n, 0n),
);
const narrow = fc.oneof(fc.integer({ min: -20, max: 20 }), fc.constantFrom(2 ** 31 - 1, -(2 ** 31), 1_000_000));
const column = (key: fc.Arbitrary<Key>) => fc.array(fc.option(key, { freq: 8 }), { maxLength: 60 });

test.each([
  ['32 bits', INT32, narrow as fc.Arbitrary<Key>],
  ['64 bits', INT64, wide as fc.Arbitrary<Key>],
] as const)('keys of %s: each probe row with all its rows, in order', (_, type, key) => {
  fc.assert(
    fc.property(column(key), column(key), fc.constantFrom(1, 3, 2048), fc.boolean(), (build, probe, capacity, once) => {
      const { found } = pairsOf(type, build, probe, capacity, once);
      expect(found).toEqual(expected(build, probe, once));
    }),
  );
});

const pairKey = fc.tuple(
  fc.option(narrow as fc.Arbitrary<Key>, { freq: 8 }),
  fc.option(fc.bigInt({ min: -3n, max: 3n }), { freq: 8 }),
);

test('two keys are one, where their ranges allow: a row matches when both do', () => {
  fc.assert(
    fc.property(fc.array(pairKey, { maxLength: 60 }), fc.array(pairKey, { maxLength: 60 }), (build, probe) => {
      const world = testWorld();
      const context = testContext(world);
      const { memory, account } = context;
      const scratch = new Arena(memory, account);
      const store = new ColumnStore(memory, account, [INT32, INT64]);
      const vectors = (rows: readonly (readonly Key[])[]) =>
        [INT32, INT64].map((type, i) =>
          vectorOfLiterals(
            type,
            rows.map((row) => row[i]!),
            scratch,
          ),
        );
      store.append(vectors(build), 0, build.length, scratch);
      const keys = { columns: store.columns(), nullSafe: [false, false], numRows: build.length };
      const table = buildIntegerJoinTable(keys, memory, account)!;
      const finder = table.openProbe(account);
      finder.start(vectors(probe), probe.length, scratch, false);
      const pairs = finder.next(10_000, scratch);
      const found = Array.from({ length: pairs?.numPairs ?? 0 }, (_, i) => [
        memory.u32[pairs!.probeRows / 4 + i],
        memory.u32[pairs!.buildRows / 4 + i],
      ]);
      finder.close();
      table.close();
      store.close();
      scratch.close();
      context.close();
      expect(world.memory.numBlocks).toBe(0);
      const isMatch = (a: readonly Key[], b: readonly Key[]) => a.every((key, i) => key !== null && key === b[i]);
      expect(found).toEqual(
        probe.flatMap((row, i) => build.flatMap((other, j) => (isMatch(row, other) ? [[i, j]] : []))),
      );
    }),
  );
});

test('keys with more combinations than a number has room for are left to another table', () => {
  const world = testWorld();
  const context = testContext(world);
  const { memory, account } = context;
  const scratch = new Arena(memory, account);
  const wideColumn = vectorOfLiterals(INT64, [-(2n ** 62n), 2n ** 62n], scratch);
  const keys = { columns: [wideColumn, wideColumn], nullSafe: [false, false], numRows: 2 };
  expect(buildIntegerJoinTable(keys, memory, account)).toBeUndefined();
  scratch.close();
  context.close();
  expect(world.memory.numBlocks).toBe(0);
});

test('keys that lie close together are an array, others a hash table', () => {
  const dense = Array.from({ length: 1000 }, (_, i) => 7_000_000_000n + BigInt(i * 3));
  expect(pairsOf(INT64, dense, dense, 100, false)).toEqual({ found: expected(dense, dense, false), numSlots: 2998 });
  const sparse = Array.from({ length: 1000 }, (_, i) => BigInt(i) * 4_000_000_007n);
  const probe = [...sparse, 1n, -1n, 4_000_000_006n];
  expect(pairsOf(INT64, sparse, probe, 100, false)).toEqual({ found: expected(sparse, probe, false), numSlots: 2048 });
});

test('a hash table of keys that lie not too far apart knows at once which there are', () => {
  const build = Array.from({ length: 1000 }, (_, i) => BigInt((i * i * 7) % 9_999_991) - 500n);
  const probe = Array.from({ length: 1500 }, (_, i) =>
    i % 3 === 0 ? build[(i * 11) % 1000]! : BigInt(i * 6007) - 600n,
  );
  const { found, numSlots } = pairsOf(INT64, build, [...probe, null, 0n, -501n, 10n ** 12n], 100, false);
  expect(found).toEqual(expected(build, [...probe, null, 0n, -501n, 10n ** 12n], false));
  expect(numSlots).toBe(2048);
});

test('keys that all hash to neighbouring slots are told apart', () => {
  // A full walk past slots of other keys, and past the end of the table back to its start.
  const build = Array.from({ length: 1500 }, (_, i) => BigInt(i) << 40n);
  const probe = [...build].reverse();
  expect(pairsOf(INT64, build, probe, 4096, false).found).toEqual(expected(build, probe, false));
});
