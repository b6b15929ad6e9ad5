import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as types from '../types/index.ts';
import { decodeNested, encodeNested } from './nested-encoding.ts';

describe('the encoding of nested values', () => {
  it('is as documented', () => {
    const type = types.struct([
      { name: 'a', type: types.INT32 },
      { name: 'b', type: types.list(types.VARCHAR) },
    ]);
    expect([...encodeNested(type, [258, ['é', null, '']])]).toEqual([
      ...[1, 1, 2, 1, 0, 0],
      ...[1, 3, 0, 0, 0],
      ...[1, 2, 0, 0, 0, 0xc3, 0xa9],
      ...[0],
      ...[1, 0, 0, 0, 0],
    ]);
    expect([...encodeNested(type, null)]).toEqual([0]);
  });

  it('property: what was written is read', () => {
    const scalars: readonly (readonly [types.DataType, fc.Arbitrary<types.LiteralValue>])[] = [
      [types.BOOLEAN, fc.boolean()],
      [types.INT32, fc.integer()],
      [types.INT64, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
      [types.FLOAT64, fc.double()],
      [types.decimal(38, 2), fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n })],
      [types.VARCHAR, fc.string({ unit: 'grapheme' })],
      [types.BYTEA, fc.uint8Array()],
      [types.UUID, fc.uuid()],
      [
        types.INTERVAL,
        fc.record({
          months: fc.integer(),
          days: fc.integer(),
          micros: fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
        }),
      ],
    ];
    interface Shape {
      readonly type: types.DataType;
      readonly value: fc.Arbitrary<types.LiteralValue>;
    }
    const { shape } = fc.letrec<{ shape: Shape }>((tie) => ({
      shape: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom(...scalars).map(([type, value]): Shape => ({ type, value: fc.option(value) })),
        tie('shape').map(
          ({ type, value }): Shape => ({ type: types.list(type), value: fc.option(fc.array(value, { maxLength: 4 })) }),
        ),
        fc.array(tie('shape'), { minLength: 1, maxLength: 3 }).map(
          (fields): Shape => ({
            type: types.struct(fields.map(({ type }, i) => ({ name: `f${i}`, type }))),
            value: fc.option(fc.tuple(...fields.map(({ value }) => value))),
          }),
        ),
      ),
    }));
    const typed = shape.chain(({ type, value }) => fc.tuple(fc.constant(type), value));
    fc.assert(
      fc.property(typed, ([type, value]) => {
        expect(decodeNested(type, encodeNested(type, value))).toEqual(value);
      }),
    );
  });
});
