import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { BYTEA, INT32, INT64, VARCHAR } from '../../../types/index.ts';
import { defaultFunctions } from '../../registry.ts';
import { Evaluation } from '../evaluation.fixture.ts';
import { ANY_TEXT, expectLikePostgres, type Parameter, SHORT_TEXT, text } from '../function-property.fixture.ts';
import { Postgres } from '../postgres.fixture.ts';
import { textOfSql } from '../sql-expression.fixture.ts';

const postgres = new Postgres();
/** At the start of a text, decoders take it for a mark and not for a character. */
const BYTE_ORDER_MARK = 0xfeff;
const integer = (min: number, max: number): Parameter => ({
  type: INT32,
  postgres: 'int4',
  arbitrary: fc.integer({ min, max }),
});
const ANY_INTEGER: Parameter = {
  type: INT32,
  postgres: 'int4',
  arbitrary: fc.oneof(fc.integer({ min: -10, max: 50 }), fc.constantFrom(2 ** 31 - 1, -(2 ** 31), -(2 ** 31) + 1)),
};
const NEEDLE = text(SHORT_TEXT);

describe('string functions on random strings', () => {
  afterAll(async () => {
    await postgres.close();
  });

  it.each<readonly [id: string, sql: string, parameters: readonly Parameter[]]>([
    ['length(varchar)', 'length($1)', [text()]],
    ['octet_length(varchar)', 'octet_length($1)', [text()]],
    ['bit_length(varchar)', 'bit_length($1)', [text()]],
    ['lower(varchar)', 'lower($1)', [text()]],
    ['upper(varchar)', 'upper($1)', [text()]],
    ['initcap(varchar)', 'initcap($1)', [text()]],
    ['reverse(varchar)', 'reverse($1)', [text()]],
    ['substring(varchar,integer)', 'substring($1, $2)', [text(), ANY_INTEGER]],
    ['substring(varchar,integer,integer)', 'substring($1, $2, abs($3))', [text(), ANY_INTEGER, integer(0, 50)]],
    ['left(varchar,integer)', 'left($1, $2)', [text(), ANY_INTEGER]],
    ['right(varchar,integer)', 'right($1, $2)', [text(), integer(-30, 30)]],
    ['btrim(varchar)', 'btrim($1)', [text()]],
    ['btrim(varchar,varchar)', 'btrim($1, $2)', [text(), text(fc.constantFrom('', 'a', 'ab ', 'é日', '🌏abc'))]],
    ['ltrim(varchar,varchar)', 'ltrim($1, $2)', [text(), NEEDLE]],
    ['rtrim(varchar,varchar)', 'rtrim($1, $2)', [text(), NEEDLE]],
    ['lpad(varchar,integer)', 'lpad($1, $2)', [text(), integer(-3, 60)]],
    ['lpad(varchar,integer,varchar)', 'lpad($1, $2, $3)', [text(), integer(-3, 60), NEEDLE]],
    ['rpad(varchar,integer,varchar)', 'rpad($1, $2, $3)', [text(), integer(-3, 60), NEEDLE]],
    ['repeat(varchar,integer)', 'repeat($1, $2)', [text(), integer(-2, 9)]],
    ['replace(varchar,varchar,varchar)', 'replace($1, $2, $3)', [text(), NEEDLE, NEEDLE]],
    ['translate(varchar,varchar,varchar)', 'translate($1, $2, $3)', [text(), NEEDLE, NEEDLE]],
    ['position(varchar,varchar)', 'position($2 IN $1)', [text(), NEEDLE]],
    ['strpos(varchar,varchar)', 'strpos($1, $2)', [text(), NEEDLE]],
    ['starts_with(varchar,varchar)', 'starts_with($1, $2)', [text(), NEEDLE]],
    ['split_part(varchar,varchar,integer)', 'split_part($1, $2, $3)', [text(), NEEDLE, integer(1, 4)]],
    ['split_part(varchar,varchar,integer)', 'split_part($1, $2, $3)', [text(), NEEDLE, integer(-4, -1)]],
    ['overlay(varchar,varchar,integer)', 'overlay($1, $2, $3)', [text(), NEEDLE, integer(1, 20)]],
    [
      'overlay(varchar,varchar,integer,integer)',
      'overlay($1, $2, $3, $4)',
      [text(), NEEDLE, integer(1, 20), integer(-3, 9)],
    ],
    ['||(varchar,varchar)', '$1 || $2', [text(), text()]],
    ['concat(any...)', 'concat($1, $2, $3)', [text(), text(), text()]],
    ['concat(any...)', 'concat($1, $2)', [integer(-9, 9), text()]],
    ['concat_ws(varchar,any...)', 'concat_ws($1, $2, $3)', [NEEDLE, text(), integer(-9, 9)]],
    ['ascii(varchar)', 'ascii($1)', [text()]],
    [
      'chr(integer)',
      'chr($1)',
      [{ ...ANY_INTEGER, arbitrary: fc.constantFrom(1, 65, 127, 128, 255, 0x7ff, 0x800, 0xffff, 0x10000, 0x10ffff) }],
    ],
    ['to_hex(integer)', 'to_hex($1)', [ANY_INTEGER]],
    [
      'to_bin(bigint)',
      'to_bin($1)',
      [{ type: INT64, postgres: 'int8', arbitrary: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) }],
    ],
    ['md5(varchar)', 'md5($1)', [text(fc.string({ unit: fc.constantFrom('a', 'é', '日'), maxLength: 200 }))]],
    [
      'quote_literal(varchar)',
      'quote_literal($1)',
      [text(fc.string({ unit: fc.constantFrom("'", '\\', 'a', 'é'), maxLength: 9 }))],
    ],
  ])('%s is what PostgreSQL says', async (id, sql, parameters) => {
    await expectLikePostgres(postgres, id, sql, parameters);
  });

  it('byte strings: encodings, digests, bits and parts are what PostgreSQL says', async () => {
    const evaluation = new Evaluation();
    const bytes = fc.array(fc.uint8Array({ maxLength: 150 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(bytes, async (values) => {
        const hex = values.map((value) => [`\\x${Buffer.from(value).toString('hex')}`]);
        for (const [id, sql, format] of [
          ['encode(bytea,varchar)', `encode($1::bytea, 'hex')`, 'hex'],
          ['encode(bytea,varchar)', `encode($1::bytea, 'base64')`, 'base64'],
          ['encode(bytea,varchar)', `encode($1::bytea, 'escape')`, 'escape'],
          ['md5(bytea)', 'md5($1::bytea)', undefined],
          ['reverse(bytea)', 'reverse($1::bytea)', undefined],
          ...[224, 256, 384, 512].map((bits) => [`sha${bits}(bytea)`, `sha${bits}($1::bytea)`, undefined] as const),
        ] as const) {
          evaluation.arena.reset();
          const args = [evaluation.vector(BYTEA, values)];
          if (format) args.push(evaluation.constant(VARCHAR, format, values.length));
          const result = evaluation.call(defaultFunctions().scalarOverload(id)!, args, values.length);
          const texts = evaluation
            .values(result)
            .map((value) => (value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : value));
          const expected = await postgres.map(sql, hex);
          expect(texts, id).toEqual(expected);
          if (!format) continue;
          const decode = defaultFunctions().scalarOverload('decode(varchar,varchar)')!;
          const encoded = evaluation.vector(VARCHAR, expected);
          const decoded = evaluation.call(decode, [encoded, args[1]!], values.length);
          expect(evaluation.values(decoded)).toEqual(values);
        }
      }),
      { numRuns: 10 },
    );
    evaluation.close();
  });

  it('lower and upper follow Unicode for every character', () => {
    const evaluation = new Evaluation();
    const characters = Array.from({ length: 0x11000 }, (_, code) => code)
      .filter((code) => code > 0 && (code < 0xd800 || code > 0xdfff) && code !== BYTE_ORDER_MARK)
      .map((code) => String.fromCodePoint(code));
    const simple = (map: (character: string) => string) =>
      characters.map((character) => {
        const mapped = map(character);
        return [...mapped].length === 1 ? mapped : character === 'İ' && mapped.length === 2 ? 'i' : character;
      });
    const input = evaluation.vector(VARCHAR, characters);
    const result = (id: string) =>
      evaluation.values(evaluation.call(defaultFunctions().scalarOverload(id)!, [input], characters.length));
    expect(result('lower(varchar)')).toEqual(simple((character) => character.toLowerCase()));
    expect(result('upper(varchar)')).toEqual(simple((character) => character.toUpperCase()));
    evaluation.close();
  });

  it('results of slices share the bytes of their input', () => {
    const evaluation = new Evaluation();
    const input = evaluation.vector(VARCHAR, ['  some text, and more  ']);
    const { u32 } = evaluation.memory;
    const start = u32[input.data >>> 2]!;
    const end = start + u32[(input.data >>> 2) + 1]!;
    const number = evaluation.constant(INT32, 3, 1);
    const comma = evaluation.constant(VARCHAR, ',', 1);
    for (const [id, ...args] of [
      ['substring(varchar,integer)', number],
      ['left(varchar,integer)', number],
      ['right(varchar,integer)', number],
      ['btrim(varchar)'],
      ['split_part(varchar,varchar,integer)', comma, evaluation.constant(INT32, 2, 1)],
    ] as const) {
      const result = evaluation.call(defaultFunctions().scalarOverload(id)!, [input, ...args], 1);
      const address = evaluation.memory.u32[result.data >>> 2]!;
      expect(address, id).toBeGreaterThanOrEqual(start);
      expect(address, id).toBeLessThanOrEqual(end);
    }
    evaluation.close();
  });

  it('broken UTF-8 leads to no byte outside of the string', () => {
    const evaluation = new Evaluation();
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20 }), { minLength: 1, maxLength: 20 }), (values) => {
        evaluation.arena.reset();
        const input = evaluation.vector(BYTEA, values).withType(VARCHAR);
        for (const id of [
          'lower(varchar)',
          'upper(varchar)',
          'initcap(varchar)',
          'reverse(varchar)',
          'length(varchar)',
          'btrim(varchar)',
        ]) {
          const result = evaluation.call(defaultFunctions().scalarOverload(id)!, [input], values.length);
          const lengths = evaluation.values(result.withType(id.startsWith('length') ? INT32 : BYTEA));
          lengths.forEach((value, i) => {
            const size = value instanceof Uint8Array ? value.length : Number(value);
            expect(size).toBeLessThanOrEqual(values[i]!.length * 2);
          });
        }
      }),
    );
    evaluation.close();
  });

  it('errors say what PostgreSQL says', async () => {
    for (const [sql, message] of [
      ["substring('abc', 1, -1)", 'negative substring length not allowed'],
      ["split_part('abc', 'b', 0)", 'field position must not be zero'],
      ["repeat('abc', 2000000000)", 'requested length too large'],
      ["overlay('abc' PLACING 'x' FROM 0)", 'negative substring length not allowed'],
    ] as const) {
      expect(await textOfSql(sql)).toBe(`!${message}`);
      expect(await postgres.error(sql)).toBe(message);
    }
    for (const sql of [
      'chr(0)',
      'chr(-1)',
      'chr(1114112)',
      "encode('\\x00', 'x')",
      "decode('1', 'hex')",
      "decode('a', 'base64')",
    ]) {
      expect(await postgres.error(sql), sql).toBeDefined();
      expect(await textOfSql(sql), sql).toMatch(/^!/);
    }
  });
});

it('the alphabet of the tests has characters of every length', () => {
  const lengths = new Set(fc.sample(ANY_TEXT, 200).flatMap((value) => [...value].map((c) => Buffer.byteLength(c))));
  expect([...lengths].sort()).toEqual([1, 2, 3, 4]);
});
