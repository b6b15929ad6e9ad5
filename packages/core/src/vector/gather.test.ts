import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ExpressionBench } from '../expression/expression.fixture.ts';
import { drawn, randomFrom, randomSelection, randomValues } from '../expression/random-values.fixture.ts';
import {
  BOOLEAN,
  DATE,
  type DataType,
  decimal,
  FLOAT64,
  INT32,
  INTERVAL,
  list,
  struct,
  TIMESTAMP,
  UUID,
  VARCHAR,
} from '../types/index.ts';
import { denseColumn, flatColumn, flatten, gatherVector } from './gather.ts';
import { literalVector, vectorOfLiterals } from './literal-vector.ts';
import { vectorValue, vectorValues } from './vector-value.ts';

const TYPES = [BOOLEAN, INT32, DATE, TIMESTAMP, FLOAT64, decimal(12, 2), decimal(30, 4), VARCHAR, INTERVAL];

let bench: ExpressionBench;

beforeEach(() => {
  bench = new ExpressionBench();
});

afterEach(() => {
  bench.close();
  expect(bench.memory.numBlocks).toBe(0);
});

test.each(TYPES.map((type) => [type.id, type] as const))(
  '%s vectors of every encoding gather and flatten',
  (_, type) => {
    fc.assert(
      fc.property(drawn, fc.constantFrom(0, 0.2), ({ seed, length }, nulls) => {
        bench.arena.reset();
        const random = randomFrom(seed);
        const values = randomValues(type, length, random, nulls);
        const selection = randomSelection(length, random, 0.5);
        const expected = selection.map((row) => values[row]!);
        for (const encoding of ['flat', 'dictionary'] as const) {
          const vector = bench.vector(type, values, encoding);
          const batch = bench.batch([vector], selection);
          const gathered = gatherVector(vector, batch.selection, selection.length, bench.arena);
          expect(gathered.encoding).toBe(encoding);
          expect(gathered.dictionary).toBe(vector.dictionary);
          expect(vectorValues(gathered, bench.memory)).toEqual(expected);
          expect(vectorValues(denseColumn(batch, 0, bench.arena), bench.memory)).toEqual(expected);
          const flat = flatColumn(batch, 0, bench.arena);
          expect(flat.encoding).toBe('flat');
          expect(vectorValues(flat, bench.memory)).toEqual(expected);
          expect(vectorValues(flatten(vector, bench.arena), bench.memory)).toEqual(values);
        }
      }),
      { numRuns: 25 },
    );
  },
);

test('constants stay constants when gathered and repeat their value when flattened', () => {
  for (const [type, value] of [
    [INT32, 7],
    [VARCHAR, 'text'],
    [INTERVAL, { months: 1, days: -2, micros: 3n }],
    [VARCHAR, null],
  ] as const) {
    const vector = literalVector(type, value, 20, bench.arena);
    const batch = bench.batch([vector], [1, 5, 6]);
    expect(denseColumn(batch, 0, bench.arena)).toMatchObject({ encoding: 'constant', length: 3 });
    const flat = flatColumn(batch, 0, bench.arena);
    expect(flat).toMatchObject({ encoding: 'flat', length: 3 });
    expect(vectorValues(flat, bench.memory)).toEqual([value, value, value]);
  }
});

test('a null string has no address, whatever the encoding was', () => {
  const vector = bench.vector(VARCHAR, ['a', null, 'b'], 'dictionary');
  const flat = flatten(vector, bench.arena);
  expect([...bench.memory.u32.slice(flat.data / 4 + 2, flat.data / 4 + 4)]).toEqual([0, 0]);
});

test('literals of every type come back as they were', () => {
  const nested: [DataType, Parameters<typeof literalVector>[1]] = [
    struct([
      { name: 'a', type: list(INT32) },
      { name: 'b', type: VARCHAR },
    ]),
    [[1, null, 3], 'x'],
  ];
  const cases: [DataType, Parameters<typeof literalVector>[1]][] = [
    [BOOLEAN, true],
    [DATE, -719528],
    [decimal(38, 0), -(10n ** 37n)],
    [FLOAT64, Number.NaN],
    [VARCHAR, 'Zoë'],
    [UUID, '0b6f2c3e-8f1d-4d0a-9d2c-6a1b2c3d4e5f'],
    [{ id: 'bytea' }, Uint8Array.of(0, 255)],
    [{ id: 'uint64' }, 2n ** 64n - 1n],
    nested,
  ];
  for (const [type, value] of cases) {
    expect(vectorValue(literalVector(type, value, 3, bench.arena), 2, bench.memory)).toEqual(value);
    expect(vectorValues(vectorOfLiterals(type, [null, value], bench.arena), bench.memory)).toEqual([null, value]);
  }
});
