import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Expression } from '../expression/index.ts';
import * as types from '../types/index.ts';
import { type ColumnBounds, compareBounds, constantBounds, toBoundValue, unknownBounds } from './column-bounds.ts';
import { allPass, filterOutcomes, mayPass, OUTCOME } from './filter-outcomes.ts';

const { BOOLEAN, DATE, FLOAT64, INT32, INT64, TIMESTAMP, VARCHAR, decimal } = types;

const column = (type: types.DataType, id = 1): Expression => ({ kind: 'column', type, id, name: `c${id}` });
const literal = (type: types.DataType, value: types.LiteralValue): Expression => ({ kind: 'literal', type, value });
const call = (name: string, ...args: Expression[]): Expression => ({
  kind: 'call',
  type: BOOLEAN,
  name,
  overload: name,
  args,
});
const cast = (arg: Expression, type: types.DataType): Expression => ({ kind: 'cast', type, arg, safe: false });

const bounds = (
  type: types.DataType,
  min: types.LiteralValue,
  max: types.LiteralValue,
  numNulls = 0,
): ColumnBounds => ({
  ...unknownBounds(type, 10),
  numNulls,
  min: toBoundValue(type, min),
  max: toBoundValue(type, max),
});

describe('outcomes of a condition over bounds', () => {
  const passes = (condition: Expression, known: ColumnBounds) => mayPass([condition], () => known);

  it('compares text by its bytes, also against a bound that was cut', () => {
    const known: ColumnBounds = {
      ...unknownBounds(VARCHAR, 10),
      min: Uint8Array.from([0x61, 0xc3]),
      max: new TextEncoder().encode('m'),
    };
    expect(passes(call('=', column(VARCHAR), literal(VARCHAR, 'a')), known)).toBe(false);
    expect(passes(call('=', column(VARCHAR), literal(VARCHAR, 'aä')), known)).toBe(true);
    expect(passes(call('>', column(VARCHAR), literal(VARCHAR, 'm')), known)).toBe(false);
    // U+FF5E comes before U+1F600 in UTF-8, but after it in UTF-16.
    const faces = bounds(VARCHAR, '\u{1F600}', '\u{1F64F}');
    expect(passes(call('=', column(VARCHAR), literal(VARCHAR, '～')), faces)).toBe(false);
    expect(passes(call('<', column(VARCHAR), literal(VARCHAR, '～')), faces)).toBe(false);
  });

  it('understands LIKE with a literal beginning', () => {
    const known = bounds(VARCHAR, 'berlin', 'bremen');
    for (const [pattern, expected] of [
      ['b%', true],
      ['be_lin', true],
      ['c%', false],
      ['a%', false],
      ['ber%', true],
      ['bs%', false],
      ['%x', true],
    ] as const) {
      const result = passes(call('~~', column(VARCHAR), literal(VARCHAR, pattern)), known);
      expect({ pattern, result }).toEqual({ pattern, result: expected });
    }
  });

  it('does not forget that a float column may hold values that are no number', () => {
    const known = bounds(FLOAT64, 1, 5);
    expect(passes(call('>', column(FLOAT64), literal(FLOAT64, 9)), known)).toBe(true);
    expect(passes(call('<', column(FLOAT64), literal(FLOAT64, 0)), known)).toBe(false);
    expect(passes(call('=', column(FLOAT64), literal(FLOAT64, 9)), known)).toBe(false);
    expect(passes(call('=', column(FLOAT64), literal(FLOAT64, Number.NaN)), known)).toBe(true);
  });

  it('looks through casts that keep the order', () => {
    const ints = bounds(INT32, 10, 20);
    expect(passes(call('>', cast(column(INT32), INT64), literal(INT64, 20n)), ints)).toBe(false);
    expect(passes(call('=', cast(column(INT32), decimal(30, 2)), literal(decimal(30, 2), 1050n)), ints)).toBe(true);
    expect(passes(call('=', cast(column(INT32), decimal(30, 2)), literal(decimal(30, 2), 2001n)), ints)).toBe(false);
    const days = bounds(DATE, 0, 1);
    expect(passes(call('>', cast(column(DATE), TIMESTAMP), literal(TIMESTAMP, 86_400_000_000n)), days)).toBe(false);
    // Other casts prove nothing.
    expect(passes(call('>', cast(column(INT32), VARCHAR), literal(VARCHAR, '9')), ints)).toBe(true);
  });

  it('knows constants, nulls and boolean columns', () => {
    const region = constantBounds(VARCHAR, 'EU', 7);
    expect(passes(call('=', column(VARCHAR), literal(VARCHAR, 'EU')), region)).toBe(true);
    expect(allPass([call('=', column(VARCHAR), literal(VARCHAR, 'EU'))], () => region)).toBe(true);
    const missing = constantBounds(INT64, null, 7);
    expect(passes(call('=', column(INT64), literal(INT64, 1n)), missing)).toBe(false);
    expect(passes({ kind: 'is-null', type: BOOLEAN, negated: false, arg: column(INT64) }, missing)).toBe(true);
    expect(passes({ kind: 'is-null', type: BOOLEAN, negated: true, arg: column(INT64) }, missing)).toBe(false);
    expect(passes(column(BOOLEAN), bounds(BOOLEAN, false, false))).toBe(false);
    expect(passes({ kind: 'not', type: BOOLEAN, arg: column(BOOLEAN) }, bounds(BOOLEAN, true, true))).toBe(false);
  });
});

/** A condition over columns 1 (bigint) and 2 (varchar), and what SQL says of it for one row. */
interface Case {
  readonly condition: Expression;
  readonly evaluate: (row: readonly [bigint | null, string | null]) => boolean | null;
}

const OPERATORS: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

const bigints = fc.bigInt({ min: -6n, max: 6n });
const texts = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '\u{1F600}'), maxLength: 3 });
const kinds = fc.constantFrom(0 as const, 1 as const);

function compare(a: bigint | string, b: bigint | string): number {
  const type = typeof a === 'bigint' ? INT64 : VARCHAR;
  return compareBounds(toBoundValue(type, a)!, toBoundValue(type, b)!);
}

const columnOf = (which: 0 | 1) => (which === 0 ? column(INT64, 1) : column(VARCHAR, 2));
const literalOf = (value: bigint | string | null, which: 0 | 1) => literal(which === 0 ? INT64 : VARCHAR, value);

const comparison: fc.Arbitrary<Case> = fc
  .record({
    which: kinds,
    operator: fc.constantFrom(...Object.keys(OPERATORS)),
    number: fc.option(bigints, { freq: 9 }),
    text: fc.option(texts, { freq: 9 }),
    isMirrored: fc.boolean(),
  })
  .map(({ which, operator, number, text, isMirrored }) => {
    const value = which === 0 ? number : text;
    const sides = [columnOf(which), literalOf(value, which)] as const;
    return {
      condition: isMirrored ? call(operator, sides[1], sides[0]) : call(operator, ...sides),
      evaluate: (row) => {
        const cell = row[which];
        if (cell === null || value === null) return null;
        return OPERATORS[operator]!(isMirrored ? compare(value, cell) : compare(cell, value));
      },
    };
  });

const inList: fc.Arbitrary<Case> = fc
  .record({
    which: kinds,
    numbers: fc.array(fc.option(bigints), { minLength: 1, maxLength: 4 }),
    texts: fc.array(fc.option(texts), { minLength: 1, maxLength: 4 }),
    negated: fc.boolean(),
  })
  .map(({ which, numbers, texts: strings, negated }) => {
    const values: readonly (bigint | string | null)[] = which === 0 ? numbers : strings;
    return {
      condition: { kind: 'in-list', type: BOOLEAN, negated, arg: columnOf(which), values },
      evaluate: (row) => {
        const cell = row[which];
        if (cell === null) return null;
        const found = values.some((value) => value === cell) || (values.includes(null) ? null : false);
        return found === null ? null : found !== negated;
      },
    };
  });

const isNull: fc.Arbitrary<Case> = fc.record({ which: kinds, negated: fc.boolean() }).map(({ which, negated }) => ({
  condition: { kind: 'is-null', type: BOOLEAN, negated, arg: columnOf(which) },
  evaluate: (row) => (row[which] === null) !== negated,
}));

const like: fc.Arbitrary<Case> = fc.tuple(texts, fc.constantFrom('%', '_%', '')).map(([prefix, rest]) => ({
  condition: call('~~', columnOf(1), literal(VARCHAR, prefix + rest)),
  evaluate: ([, cell]) => {
    if (cell === null) return null;
    if (rest === '') return cell === prefix;
    return cell.startsWith(prefix) && (rest === '%' || cell.length > prefix.length);
  },
}));

const opaque: fc.Arbitrary<Case> = fc.constant({
  condition: call('=', call('length', columnOf(1)), literal(INT32, 2)),
  evaluate: ([, cell]) => (cell === null ? null : [...cell].length === 2),
});

const { condition: cases } = fc.letrec<{ condition: Case }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3 },
    comparison,
    inList,
    isNull,
    like,
    opaque,
    fc
      .record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        parts: fc.array(tie('condition'), { minLength: 2, maxLength: 3 }),
      })
      .map(
        ({ kind, parts }): Case => ({
          condition: { kind, type: BOOLEAN, args: parts.map((part) => part.condition) },
          evaluate: (row) => {
            const results = parts.map((part) => part.evaluate(row));
            if (results.includes(kind === 'or')) return kind === 'or';
            return results.includes(null) ? null : kind === 'and';
          },
        }),
      ),
    tie('condition').map(
      (part): Case => ({
        condition: { kind: 'not', type: BOOLEAN, arg: part.condition },
        evaluate: (row) => {
          const result = part.evaluate(row);
          return result === null ? null : !result;
        },
      }),
    ),
  ),
}));

describe('property', () => {
  it('no row has an outcome that was left out', () => {
    const row = fc.tuple(fc.option(bigints), fc.option(texts));
    const rowGroup = fc.array(row, { minLength: 1, maxLength: 8 });
    // How much of the bounds is known: a column's extremes, loosened or not, and its nulls.
    const knowledge = fc.record({
      slack: fc.bigInt({ min: 0n, max: 2n }),
      hasMin: fc.boolean(),
      hasMax: fc.boolean(),
      hasNulls: fc.boolean(),
    });
    fc.assert(
      fc.property(cases, rowGroup, knowledge, ({ condition, evaluate }, rows, known) => {
        const lookup = (id: number): ColumnBounds => {
          const which = id === 1 ? 0 : 1;
          const type = which === 0 ? INT64 : VARCHAR;
          const values = rows.map((cells) => cells[which]).filter((cell) => cell !== null);
          const sorted = (values as (bigint | string)[]).sort(compare);
          const first = sorted[0];
          const last = sorted.at(-1);
          const low = typeof first === 'bigint' ? first - known.slack : first;
          const high = typeof last === 'bigint' ? last + known.slack : last;
          return {
            ...unknownBounds(type, rows.length),
            numNulls: known.hasNulls ? rows.length - values.length : undefined,
            min: known.hasMin && low !== undefined ? toBoundValue(type, low) : undefined,
            max: known.hasMax && high !== undefined ? toBoundValue(type, high) : undefined,
          };
        };
        const outcomes = filterOutcomes(condition, lookup);
        for (const cells of rows) {
          const result = evaluate(cells);
          const bit = result === null ? OUTCOME.null : result ? OUTCOME.true : OUTCOME.false;
          expect(outcomes & bit).toBe(bit);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
