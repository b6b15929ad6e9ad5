import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  type DataType,
  type DecimalType,
  decimal,
  FLOAT64,
  formatType,
  INT16,
  INT32,
  INT64,
  type LiteralValue,
  VARCHAR,
} from '../../../types/index.ts';
import { castVector } from '../../cast/cast-vector.ts';
import { defaultFunctions } from '../../registry.ts';
import { Evaluation } from '../evaluation.fixture.ts';
import { expectLikePostgres, type Parameter, text } from '../function-property.fixture.ts';
import { Postgres } from '../postgres.fixture.ts';
import { textOfSql } from '../sql-expression.fixture.ts';

const postgres = new Postgres();
const int = (type: DataType, postgresType: string, bits: bigint): Parameter => ({
  type,
  postgres: postgresType,
  arbitrary:
    type === INT64
      ? fc.oneof(
          fc.bigInt({ min: -100n, max: 100n }),
          fc.bigInt({ min: -(2n ** (bits - 1n)), max: 2n ** (bits - 1n) - 1n }),
        )
      : fc.oneof(
          fc.integer({ min: -100, max: 100 }),
          fc.integer({ min: Number(-(2n ** (bits - 1n))), max: Number(2n ** (bits - 1n) - 1n) }),
        ),
});
const I16 = int(INT16, 'int2', 16n);
const I32 = int(INT32, 'int4', 32n);
const I64 = int(INT64, 'int8', 64n);
const SHIFT: Parameter = { type: INT32, postgres: 'int4', arbitrary: fc.integer({ min: 0, max: 31 }) };
const SMALL: Parameter = { type: INT32, postgres: 'int4', arbitrary: fc.integer({ min: -40_000, max: 40_000 }) };
const DOUBLE: Parameter = {
  type: FLOAT64,
  postgres: 'float8',
  arbitrary: fc.double({ min: -1e15, max: 1e15, noNaN: true }),
};

/** Unscaled decimals of a type. */
const unscaled = ({ precision }: DecimalType) => {
  const bound = 10n ** BigInt(precision) - 1n;
  return fc.oneof(
    fc.bigInt({ min: -bound, max: bound }),
    fc.bigInt({ min: bound < 2000n ? -bound : -2000n, max: bound < 2000n ? bound : 2000n }),
  );
};

describe('math functions', () => {
  afterAll(async () => {
    await postgres.close();
  });

  it.each<readonly [id: string, sql: string, parameters: readonly Parameter[]]>([
    ['&(smallint,smallint)', '$1 & $2', [I16, I16]],
    ['|(integer,integer)', '$1 | $2', [I32, I32]],
    ['#(bigint,bigint)', '$1 # $2', [I64, I64]],
    ['~(integer)', '~ $1', [I32]],
    ['~(bigint)', '~ $1', [I64]],
    ['<<(smallint,integer)', '$1 << $2', [I16, SHIFT]],
    ['<<(integer,integer)', '$1 << $2', [I32, SHIFT]],
    ['<<(bigint,integer)', '$1 << $2', [I64, SHIFT]],
    ['>>(integer,integer)', '$1 >> $2', [I32, SHIFT]],
    ['>>(bigint,integer)', '$1 >> $2', [I64, SHIFT]],
    ['gcd(integer,integer)', 'gcd($1, $2)', [SMALL, SMALL]],
    ['lcm(integer,integer)', 'lcm($1, $2)', [SMALL, SMALL]],
    ['ceil(double precision)', 'ceil($1)', [DOUBLE]],
    ['floor(double precision)', 'floor($1)', [DOUBLE]],
    [
      'round(double precision)',
      'round($1)',
      [{ ...DOUBLE, arbitrary: fc.integer({ min: -99, max: 99 }).map((n) => n / 2) }],
    ],
    ['trunc(double precision)', 'trunc($1)', [DOUBLE]],
    ['sign(double precision)', 'sign($1)', [DOUBLE]],
    [
      'sqrt(double precision)',
      'sqrt(abs($1))',
      [{ ...DOUBLE, arbitrary: fc.double({ min: 0, max: 1e300, noNaN: true }) }],
    ],
    ['degrees(double precision)', 'degrees($1)', [DOUBLE]],
  ])('%s is what PostgreSQL says', async (id, sql, parameters) => {
    await expectLikePostgres(postgres, id, sql, parameters);
  });

  it('functions of doubles are as near to PostgreSQL as the last digits of a double', async () => {
    const evaluation = new Evaluation();
    const unit = fc.double({ min: -1, max: 1, noNaN: true });
    const near = fc.double({ min: -700, max: 700, noNaN: true });
    const positive = fc.double({ min: 1e-300, max: 1e300, noNaN: true });
    for (const [name, arbitrary] of [
      ...[
        'sin',
        'cos',
        'tan',
        'atan',
        'sinh',
        'cosh',
        'tanh',
        'asinh',
        'exp',
        'cbrt',
        'radians',
        'sind',
        'cosd',
        'tand',
        'atand',
      ].map((function_) => [function_, near] as const),
      ...['asin', 'acos', 'atanh', 'asind', 'acosd'].map((function_) => [function_, unit] as const),
      ...['ln', 'log', 'log10'].map((function_) => [function_, positive] as const),
      ['cot', fc.double({ min: 0.1, max: 3, noNaN: true })] as const,
      ['acosh', fc.double({ min: 1, max: 1e9, noNaN: true })] as const,
    ]) {
      const overload = defaultFunctions().scalarOverload(`${name}(double precision)`)!;
      const [values] = fc.sample(fc.array(arbitrary, { minLength: 100, maxLength: 200 }), { numRuns: 1, seed: 7 });
      const usable = values!.filter((value) => !Object.is(value, -0) && (name !== 'exp' || Math.abs(value) > 1e-9));
      evaluation.arena.reset();
      const result = evaluation.values(evaluation.call(overload, [evaluation.vector(FLOAT64, usable)], usable.length));
      const expected = await postgres.map(
        `${name}($1::float8)`,
        usable.map((value) => [String(value)]),
      );
      result.forEach((value, i) => {
        const theirs = Number(expected[i]);
        const distance = Math.abs((value as number) - theirs);
        expect(
          distance <= 4e-15 * Math.max(1e-300, Math.abs(theirs)),
          `${name}(${usable[i]}): ${value}, ${theirs}`,
        ).toBe(true);
      });
    }
    evaluation.close();
  });

  it('rounds, cuts and divides decimals of every width as PostgreSQL does', async () => {
    const evaluation = new Evaluation();
    const types = [decimal(3, 1), decimal(9, 4), decimal(18, 6), decimal(18, 0), decimal(25, 10), decimal(38, 20)];
    const digits = fc.integer({ min: -5, max: 12 });
    for (const type of types) {
      await fc.assert(
        fc.asyncProperty(fc.array(unscaled(type), { minLength: 1, maxLength: 40 }), digits, async (values, places) => {
          const texts = (evaluation.cast(type, values, VARCHAR) as string[]).map((value) => [value]);
          const cast = `$1::${formatType(type)}`;
          for (const [name, withDigits] of [
            ['ceil', false],
            ['floor', false],
            ['round', false],
            ['trunc', false],
            ['sign', false],
            ['round', true],
            ['trunc', true],
          ] as const) {
            const expected = await postgres.map(`${name}(${cast}${withDigits ? `, ${places}` : ''})`, texts);
            evaluation.arena.reset();
            const overload = defaultFunctions().scalarOverload(`${name}(decimal${withDigits ? ',integer' : ''})`)!;
            const args = [evaluation.vector(type, values)];
            if (withDigits) args.push(evaluation.constant(INT32, places, values.length));
            let result: LiteralValue[];
            try {
              result = evaluation.values(
                castVector(evaluation.context(), evaluation.call(overload, args, values.length), VARCHAR, false),
              );
            } catch (error) {
              // Decimals end at 38 digits, where PostgreSQL goes on.
              expect((error as Error).message).toBe('value overflows numeric format');
              expect(expected.some((value) => value!.replace(/\D/g, '').length > 37)).toBe(true);
              continue;
            }
            expect(result, `${name} of ${formatType(type)}, ${places}`).toEqual(expected);
          }
        }),
        { numRuns: 15 },
      );
    }
    evaluation.close();
  });

  it('div and min_scale of decimals are what PostgreSQL says', async () => {
    const evaluation = new Evaluation();
    const [a, b] = [decimal(18, 4), decimal(25, 8)];
    const rows = fc.array(
      fc.tuple(
        unscaled(a),
        unscaled(b).filter((value) => value !== 0n),
      ),
      { minLength: 1, maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(rows, async (drawn) => {
        const left = evaluation.cast(
          a,
          drawn.map(([value]) => value),
          VARCHAR,
        ) as string[];
        const right = evaluation.cast(
          b,
          drawn.map(([, value]) => value),
          VARCHAR,
        ) as string[];
        evaluation.arena.reset();
        const vectors = [
          evaluation.vector(
            a,
            drawn.map(([value]) => value),
          ),
          evaluation.vector(
            b,
            drawn.map(([, value]) => value),
          ),
        ];
        const div = evaluation.call(defaultFunctions().scalarOverload('div(decimal,decimal)')!, vectors, drawn.length);
        const scale = evaluation.call(
          defaultFunctions().scalarOverload('min_scale(decimal)')!,
          [vectors[1]!],
          drawn.length,
        );
        const expected = await postgres.map(
          'div($1::numeric, $2::numeric)',
          drawn.map((_, i) => [left[i]!, right[i]!]),
        );
        expect(evaluation.values(div).map(String)).toEqual(expected);
        const scales = await postgres.map(
          'min_scale($1::numeric)',
          right.map((value) => [value]),
        );
        expect(evaluation.values(scale).map(String)).toEqual(scales);
      }),
      { numRuns: 20 },
    );
    evaluation.close();
  });

  it('greatest and least of any type leave nulls out', async () => {
    await expectLikePostgres(postgres, 'greatest(same...)', 'greatest($1, $2, $3)', [text(), text(), text()]);
    await expectLikePostgres(postgres, 'least(same...)', 'least($1, $2)', [I64, I64]);
    await expectLikePostgres(postgres, 'greatest(same...)', 'greatest($1, $2)', [DOUBLE, DOUBLE]);
    await expectLikePostgres(postgres, 'least(same...)', 'least($1, $2, $3)', [I32, I32, I32]);
  });

  it('width_bucket, factorial and their errors are what PostgreSQL says', async () => {
    for (const sql of [
      ...[-1, 0, 0.5, 3, 9.99, 10, 11].flatMap((x) => [`width_bucket(${x}, 0, 10, 4)`, `width_bucket(${x}, 10, 0, 4)`]),
      ...Array.from({ length: 34 }, (_, n) => `factorial(${n})`),
      'width_bucket(1, 1, 1, 4)',
      'sqrt(-1::float8)',
      'ln(0::float8)',
      'ln(-1::float8)',
      'log(0::float8, 2::float8)',
      'gcd(-2147483648, 0)',
      'lcm(2147483647, 2)',
      'factorial(-1)',
      'exp(1000::float8)',
      'exp(-1000::float8)',
    ]) {
      const error = await postgres.error(sql);
      const ours = await textOfSql(sql);
      if (error === undefined) expect(ours, sql).toBe(await postgres.text(sql));
      else expect(ours, sql).toMatch(/^!/);
    }
    for (const sql of [
      'acos(2)',
      'asin(-2)',
      "sin('infinity'::float8)",
      'acosh(0.5)',
      'atanh(2)',
      'width_bucket(1, 0, 1, 0)',
      'factorial(34)',
    ]) {
      expect(await textOfSql(sql), sql).toMatch(/^!/);
    }
  });

  it('random numbers lie between 0 and 1, and differ by row', () => {
    const evaluation = new Evaluation();
    const overload = defaultFunctions().scalarOverload('random()')!;
    const values = evaluation.values(evaluation.call(overload, [], 10_000)) as number[];
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(new Set(values).size).toBe(10_000);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.02);
    evaluation.close();
  });
});
