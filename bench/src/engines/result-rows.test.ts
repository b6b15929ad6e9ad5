import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cell, findDifference, type ResultRow, toCell } from './result-rows.ts';

const ROWS = { kind: 'rows' } as const;

describe('toCell', () => {
  it.each<[unknown, Cell]>([
    [undefined, null],
    [12n, '12'],
    [
      [1n, 'a', null],
      ['1', 'a', null],
    ],
    [{ a: 1, b: [2n] }, [1, ['2']]],
    [new Uint8Array([97, 255]), 'a\xff'],
  ])('brings %s to %s', (value, cell) => {
    expect(toCell(value)).toEqual(cell);
  });

  it('refuses what no result has', () => {
    expect(() => toCell(() => 1)).toThrow('type function');
  });
});

describe('findDifference', () => {
  it.each<[string, ResultRow[], ResultRow[]]>([
    ['integers as text and as numbers', [['12', 7]], [[12, '7']]],
    ['decimals of another scale', [['1.50', '2.00']], [['1.5', 2]]],
    ['numbers within 1e-9', [[1_000_000_000.1]], [[1_000_000_000.9]]],
    ['a mean with many digits', [['25.5022088530120481']], [[25.50220885301205]]],
    [
      'rows in another order',
      [
        [1, 'a'],
        [2, 'b'],
      ],
      [
        [2, 'b'],
        [1, 'a'],
      ],
    ],
    [
      'rows in another order, with inexact numbers before the key',
      [
        [0.1, 'x'],
        [0.3, 'y'],
      ],
      [
        [0.30000000000000004, 'y'],
        [0.1, 'x'],
      ],
    ],
    ['nulls', [[null, null]], [[null, null]]],
    ['NaN', [[Number.NaN]], [[Number.NaN]]],
    ['lists', [[['1', null]]], [[[1, null]]]],
    ['nothing', [], []],
  ])('takes %s as equal', (_, actual, expected) => {
    expect(findDifference(actual, expected, ROWS)).toBeUndefined();
  });

  it.each<[string, ResultRow[], ResultRow[], string]>([
    ['a missing row', [[1]], [[1], [2]], '1 rows, not 2'],
    ['a missing column', [[1]], [[1, 2]], '1 columns, not 2'],
    ['large integers that round to the same number', [['9007199254740993']], [['9007199254740992']], 'row 1, column 1'],
    ['numbers that differ by more than 1e-9', [[1.000_000_01]], [[1]], 'row 1, column 1: 1.00000001, not 1'],
    ['null and nothing', [['']], [[null]], '"", not null'],
    ['null and zero', [[0]], [[null]], '0, not null'],
    ['text in another case', [['a']], [['A']], '"a", not "A"'],
    [
      'values swapped between rows',
      [
        [1, 'a'],
        [2, 'b'],
      ],
      [
        [1, 'b'],
        [2, 'a'],
      ],
      'column 2',
    ],
    ['a row twice', [[1], [1], [2]], [[1], [2], [2]], 'row 2'],
    ['NaN and a number', [[Number.NaN]], [[1]], 'not 1'],
    ['lists of other lengths', [[[1]]], [[[1, 2]]], 'row 1'],
  ])('finds %s', (_, actual, expected, message) => {
    expect(findDifference(actual, expected, ROWS)).toContain(message);
  });

  it('compares only what ORDER BY determines', () => {
    const check = { kind: 'ordered-columns', columns: [1] } as const;
    expect(
      findDifference(
        [
          ['a', 3],
          ['b', 2],
        ],
        [
          ['z', 3],
          ['y', 2],
        ],
        check,
      ),
    ).toBeUndefined();
    expect(
      findDifference(
        [
          ['a', 2],
          ['b', 3],
        ],
        [
          ['a', 3],
          ['b', 2],
        ],
        check,
      ),
    ).toContain('row 1, column 1: 2, not 3');
  });

  it('counts rows only when nothing else is determined', () => {
    expect(findDifference([[1]], [[2]], { kind: 'count' })).toBeUndefined();
    expect(findDifference([[1]], [], { kind: 'count' })).toBe('1 rows, not 0');
  });

  it('finds any change of a cell, in any order of rows', () => {
    const cell = fc.oneof(fc.integer(), fc.constantFrom('a', 'b', 'c'), fc.constant(null), fc.double({ noNaN: true }));
    const table = fc.array(fc.tuple(cell, cell, fc.integer({ min: 0, max: 3 })), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(table, fc.nat(), fc.nat({ max: 2 }), (rows, at, column) => {
        const shuffled = [...rows].reverse();
        expect(findDifference(shuffled, rows, ROWS)).toBeUndefined();
        const changed: Cell[][] = rows.map((row) => [...row]);
        changed[at % rows.length]![column] = 'changed';
        expect(findDifference(changed, rows, ROWS)).toBeDefined();
      }),
    );
  });
});
