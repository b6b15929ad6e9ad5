import fc from 'fast-check';
import { expect, test } from 'vitest';
import { INT32, INT64, type LiteralValue } from '../../types/index.ts';
import { Arena, Batch, Vector } from '../../vector/index.ts';
import { vectorOfLiterals } from '../../vector/literal-vector.ts';
import { ColumnStore } from '../column-store.ts';
import { buildJoinTable } from '../join/build-join-table.ts';
import { BatchSource, batchRows, testContext, testWorld } from '../operator.fixture.ts';
import { RuntimeFilterPredicate } from './runtime-filter-predicate.ts';

/** A predicate that lets pass what is in `keys`, over columns of any encoding at these places; and what frees it all. */
function predicateFor(keys: readonly (readonly LiteralValue[])[], places: readonly number[]) {
  const world = testWorld();
  const context = testContext(world);
  const { memory, account } = context;
  const scratch = new Arena(memory, account);
  const types = places.map((place) => (place === 0 ? INT32 : INT64));
  const store = new ColumnStore(memory, account, types);
  const columns = types.map((type, i) =>
    vectorOfLiterals(
      type,
      keys.map((row) => row[i]!),
      scratch,
    ),
  );
  store.append(columns, 0, keys.length, scratch);
  const nullSafe = places.map(() => false);
  const table = buildJoinTable({ columns: store.columns(), nullSafe, numRows: keys.length }, memory, account);
  const predicate = new RuntimeFilterPredicate({ columns: [...places], table }, places, memory, account);
  const close = () => {
    predicate.close();
    table.close();
    store.close();
    scratch.close();
    context.close();
    expect(world.memory.numBlocks).toBe(0);
  };
  return { world, scratch, predicate, close };
}

const value = fc.option(fc.integer({ min: 0, max: 12 }), { freq: 6 });
const row = fc.tuple(value, fc.option(fc.bigInt({ min: 0n, max: 5n }), { freq: 6 }));

test('the rows with a match, in any encoding, of one key and of two', () => {
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: 20 }),
      fc.array(row, { maxLength: 80 }),
      fc.constantFrom([0], [1], [0, 1]),
      fc.nat({ max: 1e6 }),
      fc.constantFrom(3, 50),
      (keys, rows, places, seed, batchRowCount) => {
        const wanted = keys.map((key) => places.map((place) => key[place]!));
        const { world, scratch, predicate, close } = predicateFor(wanted, places);
        const source = new BatchSource(world, [INT32, INT64], rows, { seed, batchRows: batchRowCount });
        const passed: LiteralValue[][] = [];
        for (let batch = source.next(); batch !== undefined; batch = source.next()) {
          if (typeof batch !== 'symbol') passed.push(...batchRows(predicate.select(batch, scratch), world.memory));
        }
        source.close();
        close();
        const hasMatch = (candidate: readonly LiteralValue[]) =>
          wanted.some((key) => key.every((part, i) => part !== null && part === candidate[places[i]!]));
        expect(passed).toEqual(rows.filter(hasMatch));
      },
    ),
  );
});

test('the entries of a dictionary are looked up once, and again for another dictionary', () => {
  const { world, scratch, predicate, close } = predicateFor([[1], [3]], [0]);
  const codes = vectorOfLiterals(INT32, [0, 1, 2, 0], scratch);
  for (const [entries, wanted] of [
    [
      [1, 2, 3],
      [1, 3, 1],
    ],
    [[2, 3, 2], [3]],
  ] as const) {
    const dictionary = vectorOfLiterals(INT32, [...entries], scratch);
    for (let again = 0; again < 2; again++) {
      const batch = new Batch([Vector.dictionary(dictionary, 4, codes.data)], 4);
      const selected = predicate.select(batch, scratch);
      expect(batchRows(selected, world.memory).flat()).toEqual(wanted);
    }
  }
  expect(predicate.numRowsFiltered).toBe(2 * 1 + 2 * 3);
  close();
});

test('a filter that leaves nearly all rows gives up', () => {
  const { world, scratch, predicate, close } = predicateFor([[1], [2]], [0]);
  const most = vectorOfLiterals(
    INT32,
    Array.from({ length: 8192 }, (_, i) => (i % 10 === 0 ? 7 : 1)),
    scratch,
  );
  const batch = new Batch([most], 8192);
  for (let i = 0; i < 4; i++) expect(predicate.select(batch, scratch).numRows).toBe(8192 - 820);
  expect(predicate.select(batch, scratch)).toBe(batch);
  expect(world.memory.numBlocks).toBeGreaterThan(0);
  close();
});
