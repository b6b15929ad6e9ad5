import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  DATE,
  type DataType,
  type DecimalType,
  FLOAT64,
  formatType,
  INT32,
  INTERVAL,
  type LiteralValue,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  VARCHAR,
} from '../../../types/index.ts';
import { castVector } from '../../cast/cast-vector.ts';
import { defaultFunctions } from '../../registry.ts';
import { Evaluation } from '../evaluation.fixture.ts';
import { expectLikePostgres, type Parameter } from '../function-property.fixture.ts';
import { Postgres } from '../postgres.fixture.ts';
import { textOfSql } from '../sql-expression.fixture.ts';

const postgres = new Postgres();
const MICROS_PER_DAY = 86_400_000_000n;

/** Days and moments of all years, but mostly of those that data is about. */
const DAYS = fc.oneof(fc.integer({ min: -40_000, max: 40_000 }), fc.integer({ min: -2_440_000, max: 40_000_000 }));
const MICROS = fc.oneof(
  fc.bigInt({ min: -2_000_000_000_000_000n, max: 4_000_000_000_000_000n }),
  fc.bigInt({ min: -200_000_000_000_000_000n, max: 9_000_000_000_000_000_000n }),
  fc.integer({ min: -40_000, max: 40_000 }).map((days) => BigInt(days) * MICROS_PER_DAY),
);
const PART = fc.oneof(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -100_000, max: 100_000 }));
const INTERVALS = fc.record({
  months: PART,
  days: PART,
  micros: fc.bigInt({ min: -500_000_000_000_000n, max: 500_000_000_000_000n }),
});
const SOURCES: readonly (readonly [type: DataType, arbitrary: fc.Arbitrary<LiteralValue>])[] = [
  [DATE, DAYS],
  [TIME, fc.bigInt({ min: 0n, max: MICROS_PER_DAY - 1n })],
  [TIMESTAMP, MICROS],
  [TIMESTAMPTZ, MICROS],
  [INTERVAL, INTERVALS],
];
const FIELDS =
  'microseconds milliseconds second minute hour day week month quarter year decade century millennium dow isodow doy isoyear epoch julian ' +
  'timezone timezone_hour timezone_minute';
const UNITS = 'microseconds milliseconds second minute hour day week month quarter year decade century millennium';

/** Calls a function with a constant first argument on a column, and compares the texts of the results with PostgreSQL's. */
async function compareByRow(
  evaluation: Evaluation,
  id: string,
  sql: string,
  word: string,
  type: DataType,
  values: readonly LiteralValue[],
): Promise<void> {
  evaluation.arena.reset();
  const overload = defaultFunctions().scalarOverload(id)!;
  const texts = evaluation.cast(type, values, VARCHAR).map((text) => [text as string]);
  evaluation.arena.reset();
  const run = () => {
    const args = [evaluation.constant(VARCHAR, word, values.length), evaluation.vector(type, values)];
    const result = evaluation.call(overload, args, values.length);
    const isNumber = result.type.id === 'decimal';
    return evaluation
      .values(isNumber ? result : castVector(evaluation.context(), result, VARCHAR, false))
      .map((value) => {
        if (!isNumber) return value;
        const { scale } = result.type as DecimalType;
        const digits = String(value)
          .replace('-', '')
          .padStart(scale + 1, '0');
        const whole = digits.slice(0, digits.length - scale);
        return `${String(value).startsWith('-') ? '-' : ''}${whole}${scale > 0 ? `.${digits.slice(-scale)}` : ''}`;
      });
  };
  let expected: (string | null)[];
  try {
    expected = await postgres.map(sql.replaceAll('$1', `$1::${formatType(type)}`), texts);
  } catch {
    expect(run, `${sql} of ${formatType(type)}`).toThrow();
    return;
  }
  // Of a Julian day PostgreSQL gives 20 or 28 digits after the point, Millrace always 20.
  const shown = (text: LiteralValue) =>
    word === 'julian'
      ? String(text)
          .replace(/\.?0+$/, '')
          .slice(0, 24)
      : text;
  expect(run().map(shown), `${sql} of ${formatType(type)}`).toEqual(expected.map(shown));
}

describe('date and time functions', () => {
  afterAll(async () => {
    await postgres.close();
  });

  it.each(['UTC', 'America/New_York'])('extract and date_part give what PostgreSQL gives, in %s', async (zone) => {
    const evaluation = new Evaluation(zone);
    await postgres.rows(`SET TIME ZONE '${zone}'`);
    for (const [type, arbitrary] of SOURCES) {
      for (const field of FIELDS.split(' ')) {
        const [values] = fc.sample(fc.array(arbitrary, { minLength: 30, maxLength: 40 }), { numRuns: 1 });
        const argument = formatType(type);
        await compareByRow(
          evaluation,
          `extract(varchar,${argument})`,
          `extract(${field} FROM $1)`,
          field,
          type,
          values!,
        );
        await compareByRow(
          evaluation,
          `date_part(varchar,${argument})`,
          `date_part('${field}', $1)`,
          field,
          type,
          values!,
        );
      }
    }
    await postgres.rows(`SET TIME ZONE 'UTC'`);
    evaluation.close();
  });

  it.each(['UTC', 'America/New_York', 'Australia/Lord_Howe'])(
    'date_trunc gives what PostgreSQL gives, in %s',
    async (zone) => {
      const evaluation = new Evaluation(zone);
      await postgres.rows(`SET TIME ZONE '${zone}'`);
      for (const [type, arbitrary] of SOURCES) {
        if (type === DATE || type === TIME) continue;
        for (const unit of UNITS.split(' ')) {
          const [values] = fc.sample(fc.array(arbitrary, { minLength: 30, maxLength: 60 }), { numRuns: 1 });
          const argument = formatType(type);
          await compareByRow(
            evaluation,
            `date_trunc(varchar,${argument})`,
            `date_trunc('${unit}', $1)`,
            unit,
            type,
            values!,
          );
        }
      }
      await postgres.rows(`SET TIME ZONE 'UTC'`);
      evaluation.close();
    },
  );

  it('times at changes of the clock convert as in PostgreSQL', async () => {
    const times = ['00:30', '01:00', '01:30', '02:00', '02:15', '03:00', '05:59', '06:00', '07:00', '23:00'];
    const days = ['2024-03-10', '2024-03-31', '2024-11-03', '2024-10-27', '1945-08-14', '2011-12-30'];
    for (const zone of ['America/New_York', 'Europe/London', 'Pacific/Apia', 'UTC+3', 'EST', 'MSK']) {
      for (const day of days) {
        for (const time of times) {
          const local = `timezone('${zone}', timestamp '${day} ${time}')`;
          const utc = `timezone('${zone}', timestamptz '${day} ${time}+00')`;
          expect(await textOfSql(utc), utc).toBe(await postgres.text(utc));
          if (zone !== 'MSK') expect(await textOfSql(local), local).toBe(await postgres.text(local));
        }
      }
    }
  });

  const integer = (min: number, max: number): Parameter => ({
    type: INT32,
    postgres: 'int4',
    arbitrary: fc.integer({ min, max }),
  });
  const seconds: Parameter = {
    type: FLOAT64,
    postgres: 'float8',
    arbitrary: fc.integer({ min: 0, max: 59_999 }).map((ms) => ms / 1000),
  };
  it.each<readonly [id: string, sql: string, parameters: readonly Parameter[]]>([
    ['make_date(integer,integer,integer)', 'make_date($1, $2, $3)', [integer(1, 9999), integer(1, 12), integer(1, 28)]],
    [
      'make_date(integer,integer,integer)',
      'make_date($1, $2, $3)',
      [integer(-4000, -1), integer(1, 12), integer(1, 28)],
    ],
    ['make_time(integer,integer,double precision)', 'make_time($1, $2, $3)', [integer(0, 23), integer(0, 59), seconds]],
    [
      'make_timestamp(integer,integer,integer,integer,integer,double precision)',
      'make_timestamp($1, $2, $3, $4, $5, $6)',
      [integer(1, 9999), integer(1, 12), integer(1, 28), integer(0, 23), integer(0, 59), seconds],
    ],
    [
      'make_interval(integer,integer,integer,integer,integer,integer,double precision)',
      'make_interval($1, $2, $3, $4, $5, $6, $7)',
      [integer(-9, 9), integer(-20, 20), integer(-9, 9), integer(-99, 99), integer(-99, 99), integer(-99, 99), seconds],
    ],
    [
      'to_timestamp(double precision)',
      'to_timestamp($1)',
      [{ type: FLOAT64, postgres: 'float8', arbitrary: fc.double({ min: -2e11, max: 2e11, noNaN: true }) }],
    ],
  ])('%s is what PostgreSQL says', async (id, sql, parameters) => {
    await expectLikePostgres(postgres, id, sql, parameters);
  });

  it('age, date_bin and justify give what PostgreSQL gives', async () => {
    const evaluation = new Evaluation();
    const near = fc.bigInt({ min: -2_000_000_000_000_000n, max: 4_000_000_000_000_000n });
    const step = fc.record({
      months: fc.constant(0),
      days: fc.integer({ min: 0, max: 40 }),
      micros: fc.bigInt({ min: 1n, max: 10_000_000_000n }),
    });
    const rows = fc.array(fc.record({ a: near, b: near, step, interval: INTERVALS }), { minLength: 1, maxLength: 50 });
    await fc.assert(
      fc.asyncProperty(rows, async (drawn) => {
        evaluation.arena.reset();
        const text = (type: DataType, values: readonly LiteralValue[]) =>
          new Evaluation().cast(type, values, VARCHAR) as string[];
        const a = text(
          TIMESTAMP,
          drawn.map((row) => row.a),
        );
        const b = text(
          TIMESTAMP,
          drawn.map((row) => row.b),
        );
        const steps = text(
          INTERVAL,
          drawn.map((row) => row.step),
        );
        const intervals = text(
          INTERVAL,
          drawn.map((row) => row.interval),
        );
        const vectors = {
          a: evaluation.vector(
            TIMESTAMP,
            drawn.map((row) => row.a),
          ),
          b: evaluation.vector(
            TIMESTAMP,
            drawn.map((row) => row.b),
          ),
          step: evaluation.vector(
            INTERVAL,
            drawn.map((row) => row.step),
          ),
          interval: evaluation.vector(
            INTERVAL,
            drawn.map((row) => row.interval),
          ),
        };
        for (const [id, sql, args] of [
          ['age(timestamp,timestamp)', 'age($1::timestamp, $2::timestamp)', ['a', 'b']],
          [
            'date_bin(interval,timestamp,timestamp)',
            'date_bin($3::interval, $1::timestamp, $2::timestamp)',
            ['step', 'a', 'b'],
          ],
          ['justify_hours(interval)', 'justify_hours($4::interval)', ['interval']],
          ['justify_days(interval)', 'justify_days($4::interval)', ['interval']],
          ['justify_interval(interval)', 'justify_interval($4::interval)', ['interval']],
        ] as const) {
          const overload = defaultFunctions().scalarOverload(id)!;
          const result = evaluation.call(
            overload,
            args.map((name) => vectors[name]),
            drawn.length,
          );
          const expected = await postgres.map(
            sql,
            drawn.map((_, i) => [a[i]!, b[i]!, steps[i]!, intervals[i]!]),
          );
          expect(evaluation.values(castVector(evaluation.context(), result, VARCHAR, false)), id).toEqual(expected);
        }
      }),
      { numRuns: 20 },
    );
    evaluation.close();
  });

  it('now and its like are the start of the query in the zone of the session', async () => {
    expect(await textOfSql('now()')).toBe('2024-02-29 12:34:56.789012+00');
    expect(await textOfSql('now()', 'Asia/Kolkata')).toBe('2024-02-29 18:04:56.789012+05:30');
    expect(await textOfSql('current_date', 'Pacific/Auckland')).toBe('2024-03-01');
    expect(await textOfSql('localtimestamp', 'America/New_York')).toBe('2024-02-29 07:34:56.789012');
    expect(await textOfSql('localtime(0)')).toBe('12:34:57');
    expect(await textOfSql('current_timestamp(2)')).toBe('2024-02-29 12:34:56.79+00');
    expect(await textOfSql("age(timestamp '2024-01-28')")).toBe('1 mon 1 day');
  });

  it('errors name what is wrong', async () => {
    for (const sql of [
      "extract(foo FROM date '2020-01-01')",
      "extract(hour FROM date '2020-01-01')",
      "extract(dow FROM time '10:00')",
      "date_trunc('foo', timestamp '2020-01-01')",
      "date_trunc('week', interval '1 day')",
      "date_bin('1 month', timestamp '2020-01-01', timestamp '2020-01-01')",
      "date_bin('-1 day', timestamp '2020-01-01', timestamp '2020-01-01')",
      "timezone('Nowhere/City', now())",
    ]) {
      expect(await textOfSql(sql), sql).toBe(`!${await postgres.error(sql)}`);
    }
    for (const sql of [
      'make_date(2020, 2, 30)',
      'make_date(0, 1, 1)',
      'make_time(24, 0, 1)',
      "make_timestamptz(2020,1,1,1,1,1,'+16')",
    ]) {
      expect(await postgres.error(sql), sql).toBeDefined();
      expect(await textOfSql(sql), sql).toMatch(/^!/);
    }
  });
});
