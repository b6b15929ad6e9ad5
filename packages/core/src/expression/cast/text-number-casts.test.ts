import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BOOLEAN, decimal, FLOAT32, FLOAT64, INT16, INT32, INT64, UINT8, UINT64, VARCHAR } from '../../types/index.ts';
import { Evaluation } from '../scalar/evaluation.fixture.ts';
import { Postgres } from '../scalar/postgres.fixture.ts';

const evaluation = new Evaluation();
const postgres = new Postgres();

/** The message of the error that reading `text` gives. */
function messageOf(text: string, type: Parameters<Evaluation['cast']>[2]): string {
  try {
    evaluation.cast(VARCHAR, [text], type);
    return 'no error';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('casts between text and numbers', () => {
  beforeAll(async () => {
    await postgres.text('1');
  });
  afterAll(async () => {
    await postgres.close();
  });

  it('writes doubles as PostgreSQL does', async () => {
    const double = fc.oneof(
      fc.double({ noNaN: false }),
      fc.double({ min: -1e20, max: 1e20 }),
      fc.integer().map((n) => n / 1000),
      fc
        .bigInt({ min: 0n, max: 2n ** 64n - 1n })
        .map((bits) => new Float64Array(new BigUint64Array([bits]).buffer)[0]!),
      fc.constantFrom(1e23, 5e-324, 2 ** 53, 1e15, 999999999999999, 1e-4, 1e-5, 1.7976931348623157e308, 0, -0, 2e89),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(double, { minLength: 1, maxLength: 200 }), async (values) => {
        const expected = await postgres.map(
          '$1::float8',
          values.map((value) => [Object.is(value, -0) ? '-0' : String(value)]),
        );
        expect(evaluation.cast(FLOAT64, values, VARCHAR)).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  it('writes float32 values as PostgreSQL does', async () => {
    const single = fc.oneof(
      fc.float(),
      fc
        .integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
        .map((bits) => new Float32Array(new Int32Array([bits]).buffer)[0]!),
      fc
        .constantFrom(999999, 1000000, 16777216, 1e-4, 1e-5, 3.4028234663852886e38, 1.401298464324817e-45)
        .map(Math.fround),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(single, { minLength: 1, maxLength: 200 }), async (values) => {
        const expected = await postgres.map(
          '$1::float4',
          values.map((value) => [Object.is(value, -0) ? '-0' : String(value)]),
        );
        expect(evaluation.cast(FLOAT32, values, VARCHAR)).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  it('reads doubles as JavaScript does, correctly rounded', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 30 });
    const text = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc
        .tuple(digits, digits, fc.integer({ min: -340, max: 300 }))
        .map(([whole, fraction, power]) => `${whole}.${fraction}e${power}`),
      fc.bigInt({ min: 1n, max: 2n ** 1023n }).map(String),
      // The middle between two neighbours, and texts just beside it.
      fc
        .tuple(
          fc.bigInt({ min: 2n ** 52n, max: 2n ** 53n - 1n }),
          fc.integer({ min: 1, max: 900 }),
          fc.constantFrom(-1n, 0n, 1n),
        )
        .map(([mantissa, power, beside]) => `${(2n * mantissa + 1n) * 2n ** BigInt(power) + beside}`),
    );
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 100 }), (texts) => {
        const usable = texts.filter((value) => {
          const number = Number(value);
          return Number.isFinite(number) && (number !== 0 || !/[1-9]/.test(value.replace(/e.*/, '')));
        });
        expect(evaluation.cast(VARCHAR, usable, FLOAT64)).toEqual(usable.map(Number));
      }),
      { numRuns: 100 },
    );
  });

  it('reads float32 values from texts that lie at and beside the middle of two', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0x00800000, max: 0x7f000000 }), fc.constantFrom(-1n, 0n, 1n), (bits, beside) => {
        const low = new Float32Array(new Int32Array([bits]).buffer)[0]!;
        const high = new Float32Array(new Int32Array([bits + 1]).buffer)[0]!;
        // The exact decimal digits of the middle, through a power of two.
        const scale = 2n ** 200n;
        const toScaled = (value: number) => {
          const exponent = Math.floor(Math.log2(value)) - 30;
          return exponent >= 0
            ? BigInt(value / 2 ** exponent) * 2n ** BigInt(exponent) * scale
            : (BigInt(value / 2 ** exponent) * scale) / 2n ** BigInt(-exponent);
        };
        const middle = (toScaled(low) + toScaled(high)) / 2n;
        const digits = (middle * 10n ** 200n) / scale + beside;
        const expected = beside < 0n ? low : beside > 0n ? high : bits % 2 === 0 ? low : high;
        expect(evaluation.cast(VARCHAR, [`${digits}e-200`], FLOAT32)).toEqual([expected]);
      }),
    );
  });

  it('reads and refuses numbers as PostgreSQL does', async () => {
    const texts = [
      '1',
      ' 42 ',
      '+7',
      '-0',
      '1_000',
      '1__0',
      '_1',
      '1_',
      '0x1F',
      '0o17',
      '0b101',
      '0b2',
      '0x',
      '',
      ' ',
      '1 2',
      '1.5',
      '.5',
      '5.',
      '.',
      '1e3',
      '1e',
      '1e+3',
      '1E-2',
      '--1',
      '32768',
      '-32768',
      '2147483648',
      '9223372036854775807',
      '9223372036854775808',
      '-9223372036854775808',
      '-9223372036854775809',
      '99999999999999999999999',
      'abc',
      '1a',
      '\t3\n',
      '0x_1F',
      '1e400',
      '1e-400',
      '00012',
      '-.5e1',
      '0.005',
      '0.0049',
      '999.995',
      '1_2.3_4',
    ];
    const types = [
      ['int2', INT16],
      ['int4', INT32],
      ['int8', INT64],
      ['float8', FLOAT64],
      ['float4', FLOAT32],
      ['numeric(10,2)', decimal(10, 2)],
      ['numeric(38,10)', decimal(38, 10)],
    ] as const;
    for (const [name, type] of types) {
      const more = name.startsWith('int') ? [] : ['12345678901234567890.12345', '99999999.99', '99999999.995'];
      for (const text of [...texts, ...more]) {
        // Hexadecimal floats, which PostgreSQL's C library reads, are refused.
        if (name.startsWith('float') && text.includes('0x')) continue;
        const error = await postgres.error(`'${text}'::${name}`);
        if (error !== undefined) {
          // The scale of PostgreSQL's own message about decimals is not told again; the fields of the message are.
          const expected = error === 'numeric field overflow' ? `numeric field overflow: "${text}"` : error;
          expect(`${name} ${messageOf(text, type)}`).toBe(`${name} ${expected}`);
          expect(evaluation.cast(VARCHAR, [text], type, true)).toEqual([null]);
        } else {
          const value = evaluation.cast(VARCHAR, [text], type);
          expect(evaluation.cast(type, value, VARCHAR), `${name} ${text}`).toEqual([
            await postgres.text(`'${text}'::${name}`),
          ]);
        }
      }
    }
  });

  it('writes and reads integers and decimals of every width', () => {
    const wide = fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n });
    const decimalText = (value: bigint, scale: number) => {
      const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
      const whole = digits.slice(0, digits.length - scale);
      return `${value < 0n ? '-' : ''}${whole}${scale > 0 ? `.${digits.slice(digits.length - scale)}` : ''}`;
    };
    fc.assert(
      fc.property(fc.array(wide), fc.integer({ min: 0, max: 38 }), (values, scale) => {
        const texts = values.map((value) => decimalText(value, scale));
        expect(evaluation.cast(decimal(38, scale), values, VARCHAR)).toEqual(texts);
        expect(evaluation.cast(VARCHAR, texts, decimal(38, scale))).toEqual(values);
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })), (values) => {
        expect(evaluation.cast(INT64, values, VARCHAR)).toEqual(values.map(String));
        expect(evaluation.cast(VARCHAR, values.map(String), INT64)).toEqual(values);
      }),
    );
    expect(evaluation.cast(UINT64, [2n ** 64n - 1n, 0n], VARCHAR)).toEqual(['18446744073709551615', '0']);
    expect(evaluation.cast(VARCHAR, ['18446744073709551615', '-0'], UINT64)).toEqual([2n ** 64n - 1n, 0n]);
    expect(messageOf('256', UINT8)).toContain('out of range');
    expect(messageOf('-1', UINT64)).toContain('out of range');
  });

  it('keeps nulls and does not look under them', () => {
    expect(evaluation.cast(VARCHAR, ['1', null, '3'], INT32)).toEqual([1, null, 3]);
    expect(evaluation.cast(INT32, [null, 2], VARCHAR)).toEqual([null, '2']);
    expect(evaluation.cast(VARCHAR, ['x', null, '3'], INT32, true)).toEqual([null, null, 3]);
  });

  it('reads and writes booleans as PostgreSQL does', async () => {
    for (const text of [
      't',
      'TRUE',
      ' tr ',
      'f',
      'fals',
      'y',
      'yes',
      'n',
      'No',
      'on',
      'of',
      'off',
      '1',
      '0',
      'o',
      'yep',
      '',
      '10',
      'truex',
    ]) {
      const error = await postgres.error(`'${text}'::bool`);
      if (error !== undefined) expect(messageOf(text, BOOLEAN)).toBe(error);
      else {
        expect(evaluation.cast(BOOLEAN, evaluation.cast(VARCHAR, [text], BOOLEAN), VARCHAR)).toEqual([
          await postgres.text(`'${text}'::bool`),
        ]);
      }
    }
  });
});
