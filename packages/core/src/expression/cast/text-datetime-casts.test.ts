import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { DATE, type DataType, INTERVAL, TIME, TIMESTAMP, TIMESTAMPTZ, VARCHAR } from '../../types/index.ts';
import { Evaluation } from '../scalar/evaluation.fixture.ts';
import { Postgres } from '../scalar/postgres.fixture.ts';

const evaluation = new Evaluation();
const postgres = new Postgres();

/** What comes of reading `text` and writing it again; a message starts with `!`. */
function roundTrip(text: string, type: DataType, on = evaluation): string {
  try {
    return String(on.cast(type, on.cast(VARCHAR, [text], type), VARCHAR)[0]);
  } catch (error) {
    return `!${(error as Error).message}`;
  }
}

async function expected(text: string, type: string): Promise<string> {
  try {
    return (await postgres.text(`'${text}'::${type}`))!;
  } catch (error) {
    return `!${(error as Error).message}`;
  }
}

/** Of a message only what it says is compared: PostgreSQL has further words for fields that are too large. */
function compare(type: string, text: string, ours: string, theirs: string): void {
  if (theirs.startsWith('!')) expect(ours, `${type} '${text}': ${theirs}`).toMatch(/^!/);
  else expect(ours, `${type} '${text}'`).toBe(theirs);
}

const DATES = `1999-01-08|19990108|990108|January 8, 1999|8 January 1999|Jan-08-1999|08-Jan-1999|1999-Jan-08|1/8/1999|1/18/1999|18/1/1999
|1999.008|J2451187|J2451187.5|January 8, 99 BC|1999-01-08 BC|0044-03-15 BC|2000-02-30|2001-02-29|2000-13-01|0000-01-01|99-01-08|1999 Jan 08
|Jan 8 1999|8-1-1999|1999-1-8|epoch|infinity|-infinity|abc||2020-01-01 12:34:56|2020-01-01T12:34:56Z|5874897-12-31|5874898-01-01|4714-11-24 BC
|4714-11-23 BC|1999-01-08x|today 1|Monday January 8 1999|sept 3 2020|2020/02/03|2020.02.03|2020-060|12-31-69|12-31-70| 2020-01-01 |12345-06-07
|2020-01|2020|01/02/03|January 1999|2020-1-1-1|y2001m02d04|20200229|20210229`;

const TIMESTAMPS = `2020-01-02 03:04:05|2020-01-02 03:04:05.678|2020-01-02T03:04:05|2020-01-02 03:04|2020-01-02 24:00:00|2020-01-02 24:00:01|2020-01-02 23:59:60
|2020-01-02 03:04:05+02|2020-01-02 03:04:05 PST|2020-01-02 03:04:05 America/New_York|2020-07-02 03:04:05 America/New_York|20200102T030405|20200102 030405
|20200102T030405.678|Jan 2 2020 3:04 PM|2020-01-02 12:30 AM|2020-01-02 13:30 AM|2020-01-02 03:04:05.1234567|2020-01-02 03:04:05.9999996|294247-01-10 04:00:54.775806
|294277-01-01|4714-11-24 00:00:00 BC|4714-11-23 23:59:59 BC|infinity|-infinity|epoch|2020-01-02|Thu Jan 02 03:04:05 2020|Thu Jan 02 03:04:05 PST 2020
|2020-01-02 03:04:05-08:30|2020-01-02 03:04:05+0530|2020-01-02 03:04:05+16|2020-01-02 03:04:05 Nowhere/City|2020-01-02 03|2020-01-02 3:4:5|2020-01-02 25:00:00
|2020-01-02 03:60:00|J2451187 03:04:05|20200102T030405-08|2020-01-02 030405-08|2020-01-02 03:04:05 BC|2020-01-02 03:04:05Z|2020-01-02 03:04:05 UTC+3|allballs
|2020-02-30 00:00:00|2020-01-02 03:04:05 z|2020-01-02t03:04:05|1999-12-31 23:59:59.5|2020-01-02 03:04:05,678|2020 Jan 2 03:04:05 EST|12/25/2020 10:11:12 PM|0001-01-01 00:00:00`;

const TIMES = `03:04|03:04:05|03:04:05.678|030405|0304|3:04 PM|12:00 AM|24:00:00|24:00:01|23:59:60|allballs|03:04:05+02|2020-01-02 03:04:05|25:00|abc||1:2:3|03:04:05.9999999
|T030405|030405.678`;

const INTERVALS = `1 day|1 day 02:03:04|1 year 2 mons 3 days 04:05:06.789|-1 day|1 day -02:03|-1 mon +2 days|1.5 days|1.5 months|1.5 years|1.25 weeks|0.5 hours|2 decades|1 century
|1 millennium|P1Y2M3DT4H5M6.789S|P1W|PT36H|P0001-02-03T04:05:06|1-2|1-2 3 4:05:06|-1-2|@ 1 minute|1 day ago|@ 1 day 2 hours ago|5|5.5|1:30|1:30:45.5|100:00:00|-100:00:00|1 us
|1.5 ms|3 usec|1 day 1 day|day|1|abc||1 dayx|1e3 days|999999999999 years|2147483648 days|1 month -1 day 00:00:01|-00:00:01|6 years 5 months|1 y 2 m|1h 2m 3s|1y 2mon|12 hours 5
|P1.5D|PT0.5S|P-1DT-2H|P|PT|3 weeks|1 hour -1 minute|0.0000005 seconds|178000000 years|1 qtr|infinity days|+1 day|- 1 day|1 day 2|12:34.5|P1Y2D3M`;

const cases = (list: string) => list.replaceAll('\n', '').split('|');

describe('casts between text and dates, times and intervals', () => {
  afterAll(async () => {
    await postgres.close();
  });

  it.each([
    ['date', DATE, DATES],
    ['timestamp', TIMESTAMP, TIMESTAMPS],
    ['timestamptz', TIMESTAMPTZ, TIMESTAMPS],
    ['time', TIME, TIMES],
    ['interval', INTERVAL, INTERVALS],
  ] as const)('reads and writes %s as PostgreSQL does', async (name, type, list) => {
    for (const text of cases(list)) compare(name, text, roundTrip(text, type), await expected(text, name));
  });

  it('reads and writes timestamps in the zone of the session as PostgreSQL does', async () => {
    for (const zone of [
      'America/New_York',
      'Europe/Dublin',
      'Asia/Kolkata',
      'Australia/Lord_Howe',
      'America/St_Johns',
    ]) {
      const local = new Evaluation(zone);
      await postgres.rows(`SET TIME ZONE '${zone}'`);
      const moments = fc.bigInt({ min: -2_000_000_000_000_000n, max: 18_000_000_000_000_000n });
      await fc.assert(
        fc.asyncProperty(fc.array(moments, { minLength: 1, maxLength: 100 }), async (values) => {
          const texts = await postgres.map(
            `timestamptz 'epoch' + ($1 || ' us')::interval`,
            values.map((value) => [String(value)]),
          );
          expect(local.cast(TIMESTAMPTZ, values, VARCHAR)).toEqual(texts);
          expect(local.cast(VARCHAR, texts, TIMESTAMPTZ)).toEqual(values);
        }),
        { numRuns: 10 },
      );
      // Local times around changes: those left out and those repeated.
      const days = ['2020-03-08', '2020-11-01', '2021-03-28', '2021-10-31', '2021-04-04', '2021-10-03'];
      const times = ['00:30', '01:00', '01:30', '01:59:59', '02:00', '02:15', '02:30', '03:00'];
      for (const text of days.flatMap((day) => times.map((time) => `${day} ${time}`))) {
        compare(
          `timestamptz in ${zone}`,
          text,
          roundTrip(text, TIMESTAMPTZ, local),
          await expected(text, 'timestamptz'),
        );
      }
      local.close();
    }
    await postgres.rows(`SET TIME ZONE 'UTC'`);
  });

  it('writes every date and timestamp as PostgreSQL does', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -2440588, max: 2145042905 }), { minLength: 1, maxLength: 100 }),
        fc.array(fc.bigInt({ min: -210_866_803_200_000_000n, max: 9_223_372_036_854_775_806n }), {
          minLength: 1,
          maxLength: 100,
        }),
        async (days, micros) => {
          const dates = await postgres.map(
            `date '1970-01-01' + $1::int`,
            days.map((day) => [String(day)]),
          );
          expect(evaluation.cast(DATE, days, VARCHAR)).toEqual(dates);
          expect(evaluation.cast(VARCHAR, dates, DATE)).toEqual(days);
          const stamps = await postgres.map(
            `timestamp 'epoch' + make_interval(days => ($1::int8 / 86400000000)::int) + ($1::int8 % 86400000000 || ' us')::interval`,
            micros.map((value) => [String(value)]),
          );
          expect(evaluation.cast(TIMESTAMP, micros, VARCHAR)).toEqual(stamps);
          expect(evaluation.cast(VARCHAR, stamps, TIMESTAMP)).toEqual(micros);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('writes and reads every interval as PostgreSQL does', async () => {
    const part = fc.oneof(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -(2 ** 31) + 1, max: 2 ** 31 - 1 }));
    const micros = fc.oneof(
      fc.bigInt({ min: -(10n ** 11n), max: 10n ** 11n }),
      fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
    );
    const interval = fc.record({ months: part, days: part, micros });
    await fc.assert(
      fc.asyncProperty(fc.array(interval, { minLength: 1, maxLength: 100 }), async (values) => {
        const texts = await postgres.map(
          `make_interval(months => $1::int, days => $2::int) + ($3 || ' us')::interval`,
          values.map((value) => [String(value.months), String(value.days), String(value.micros)]),
        );
        expect(evaluation.cast(INTERVAL, values, VARCHAR)).toEqual(texts);
        expect(evaluation.cast(VARCHAR, texts, INTERVAL)).toEqual(values);
      }),
      { numRuns: 20 },
    );
  });

  it('makes nulls of what a safe cast cannot read', () => {
    const texts = ['2020-01-01', 'x', null, '2020-02-30', '2020-01-01 00:00 Nowhere/City'];
    expect(evaluation.cast(VARCHAR, texts, DATE, true)).toEqual([18262, null, null, null, null]);
    expect(evaluation.cast(VARCHAR, texts, TIMESTAMPTZ, true)).toEqual([1577836800000000n, null, null, null, null]);
    expect(evaluation.cast(VARCHAR, ['x', '1 day'], INTERVAL, true)).toEqual([
      null,
      { months: 0, days: 1, micros: 0n },
    ]);
  });
});
