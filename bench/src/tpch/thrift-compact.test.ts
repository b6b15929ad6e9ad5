import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readThriftStruct, ThriftStruct, type ThriftValue, writeThriftStruct } from './thrift-compact.ts';

const INT32 = 5;
const INT64 = 6;
const BINARY = 8;
const LIST = 9;
const STRUCT = 12;

/** Fields of random types; ids grow by steps that need the short and the long form. */
const structs: fc.Arbitrary<ThriftStruct> = fc.letrec<{ struct: ThriftStruct; field: [number, ThriftValue] }>(
  (tie) => ({
    field: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.tuple(
        fc.constant(INT64),
        fc.maxSafeInteger().map((value) => Math.trunc(value / 2)),
      ),
      fc.tuple(fc.constant(INT32), fc.integer()),
      fc.tuple(fc.constant(BINARY), fc.uint8Array({ maxLength: 300 })),
      fc.boolean().map((value): [number, ThriftValue] => [value ? 1 : 2, value]),
      fc
        .array(fc.integer(), { maxLength: 40 })
        .map((elements): [number, ThriftValue] => [LIST, { elementType: INT32, elements }]),
      fc.tuple(fc.constant(STRUCT), tie('struct')),
    ),
    struct: fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), tie('field')), { maxLength: 8 }).map((entries) => {
      const struct = new ThriftStruct();
      let id = 0;
      for (const [step, [type, value]] of entries) {
        id += step;
        struct.fields.push({ id, type, value });
      }
      return struct;
    }),
  }),
).struct;

describe('thrift compact protocol', () => {
  it('reads what it wrote', () => {
    fc.assert(
      fc.property(structs, (struct) => {
        expect(readThriftStruct(writeThriftStruct(struct))).toEqual(struct);
      }),
    );
  });

  it('reads the forms of the specification', () => {
    // Field 1: i32 150 as zigzag varint; field 20 in the long form: true; field 21: binary "hi"; end.
    const bytes = Uint8Array.of(0x15, 0xac, 0x02, 0x01, 0x28, 0x18, 0x02, 0x68, 0x69, 0x00);
    const struct = readThriftStruct(bytes);
    expect(struct.fields.map(({ id, value }) => [id, value])).toEqual([
      [1, 150],
      [20, true],
      [21, Uint8Array.of(0x68, 0x69)],
    ]);
    expect(writeThriftStruct(struct)).toEqual(bytes);
  });

  it('refuses data that ends too early', () => {
    expect(() => readThriftStruct(Uint8Array.of(0x15))).toThrow(RangeError);
    expect(() => readThriftStruct(Uint8Array.of(0x18, 0x05, 0x68))).toThrow(RangeError);
  });
});
