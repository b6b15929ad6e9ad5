import { afterAll, describe, expect, it } from 'vitest';
import { Postgres } from '../postgres.fixture.ts';
import { textOfSql } from '../sql-expression.fixture.ts';

const postgres = new Postgres();

const NUMBERS = ['0', '0.1', '-0.1', '1', '12', '-12.5', '485', '482', '1234.5678', '-1234.5678', '99.995', '999999'];
const NUMBER_TEMPLATES =
  '9|999|9999|0999|099.9|9.9|99.99|FM99.99|FM9.9|FM0.9|9,999.99|9G999D99|FM9,999.00|999MI|MI999|PL999|999PL|SG999|S999|999S|FMS999|9.9S|' +
  '999PR|FM999PR|RN|FMRN|rn|99V9|99V999|999th|999TH|9 9 9|"x:"999|L999|B9.9|00.00|FM000.000|999.009|FM999.009|0.000|.99|99.|S.99|9D9S';
const TIMESTAMPS = [
  '2001-02-03 04:05:06.789',
  '1999-12-31 23:59:59.999999',
  '0044-03-15 00:30:00 BC',
  '2020-12-28 13:14:15',
  '12345-06-07 01:02:03',
];
const TIMESTAMP_TEMPLATES =
  'YYYY-MM-DD|HH24:MI:SS|HH12:MI:SS AM|HH:MI pm|a.m. P.M.|FMDay FMDD FMMonth|DAY Day day DY Dy dy|MONTH Month month MON Mon mon|DDD DD D|' +
  'IYYY-IW-ID|IYYY IYY IY I IDDD|Y,YYY YYY YY Y|CC|J|Q|WW W|RM rm FMRM|MS US|FF1 FF2 FF3 FF4 FF5 FF6|SSSS SSSSS|AD B.C. ad|DDth DDTH FMDDth|' +
  'YYYYth|"quoted YYYY" YYYY|\\"YYYY\\"|YYYYMMDDHH24MISS|OF TZH TZM|TMMonth|FMHH24 FMMI FMSS FMMS|YYYY"T"MM|xyz mm';
const INTERVALS = [
  '1 day 02:03:04.5',
  '-1 day -02:03:04',
  '100 hours',
  '1 year 2 mons 3 days',
  '-1 year -2 mons',
  '0',
  '-5 mons',
];
const INTERVAL_TEMPLATES = 'YYYY MM DD HH24 MI SS|HH12 AM|MS US FF3|DDD J|Q|RM|CC|SSSS|W WW|FMHH24:FMMI';

/** Texts and templates of `to_timestamp`. */
const READINGS: readonly (readonly [text: string, template: string])[] = [
  ['0097/Feb/16 --> 08:14:30', 'YYYY/Mon/DD --> HH:MI:SS'],
  ['97/2/16 8:14:30', 'FMYYYY/FMMM/FMDD FMHH:FMMI:FMSS'],
  ['2011$03!18 23_38_15', 'YYYY-MM-DD HH24:MI:SS'],
  ['1985 January 12', 'YYYY FMMonth DD'],
  ['My birthday-> Year: 1976, Month: May, Day: 16', '"My birthday-> Year:" YYYY, "Month:" FMMonth, "Day:" DD'],
  ['1,582nd VIII 21', 'Y,YYYth FMRM DD'],
  ['15 "text between quote marks" 98 54 45', 'HH24 "\\"text between quote marks\\"" YY MI SS'],
  ['05121445482000', 'MMDDHH24MISSYYYY'],
  ['2000January09Sunday', 'YYYYFMMonthDDFMDay'],
  ['97/Feb/16', 'YY/Mon/DD'],
  ['9-12-31', 'Y-MM-DD'],
  ['19971116', 'YYYYMMDD'],
  ['20000-1116', 'YYYY-MMDD'],
  ['1997 AD 11 16', 'YYYY BC MM DD'],
  ['1997 B.C. 11 16', 'YYYY B.C. MM DD'],
  ['9-1116', 'Y-MMDD'],
  ['2005 10 30', 'YYYY MM DD'],
  ['200401', 'IYYYIW'],
  ['2005-01-1', 'IYYY-IW-ID'],
  ['2005300', 'YYYYDDD'],
  ['2005 002', 'IYYY IDDD'],
  ['  20050302', 'YYYYMMDD'],
  ['2012-12-12 12:00', 'YYYY-MM-DD HH24:MI'],
  ['2012-12-12 43200', 'YYYY-MM-DD SSSSS'],
  ['2012-12-12 12:00 PM', 'YYYY-MM-DD HH12:MI PM'],
  ['2011-12-18 11:38 -05:20', 'YYYY-MM-DD HH12:MI TZH:TZM'],
  ['2018-11-02 12:34:56.025', 'YYYY-MM-DD HH24:MI:SS.MS'],
  ['2018-11-02 12:34:56.7', 'YYYY-MM-DD HH24:MI:SS.FF1'],
  ['2018-11-02 12:34:56.123456', 'YYYY-MM-DD HH24:MI:SS.US'],
  ['2458872', 'J'],
  ['3 4 21 01', 'W MM CC YY'],
  ['  2000 + JUN', 'YYYY/MON'],
  ['2000+   JUN', 'YYYY//MON'],
  ['2000 JUN', 'YYYY MON'],
  ['20000203', 'FXYYYYMMDD'],
  ['2000  02', 'FXYYYY MM'],
  ['0000-02-01', 'YYYY-MM-DD'],
  ['2015-02-11 10:70', 'YYYY-MM-DD HH24:MI'],
  ['2015-02-30', 'YYYY-MM-DD'],
  ['2016 367', 'YYYY DDD'],
  ['abc', 'YYYY'],
  ['Foo', 'Mon'],
  ['19971', 'YYYYMMDD'],
  ['2015 13', 'YYYY MM'],
  ['2005-01-01 25:00', 'YYYY-MM-DD HH24:MI'],
  ['13 PM', 'HH12 PM'],
  ['2005 IW 1', 'YYYY "IW" IW'],
  ['1 365', 'D DDD'],
];

/** Both give the same text, or both refuse. */
async function expectSame(sql: string): Promise<void> {
  const error = await postgres.error(sql);
  const ours = await textOfSql(sql);
  if (error === undefined) expect(ours, sql).toBe(await postgres.text(sql));
  else expect(ours, `${sql}: ${error}`).toMatch(/^!/);
}

describe('functions by templates', () => {
  afterAll(async () => {
    await postgres.close();
  });

  it.each(NUMBER_TEMPLATES.split('|'))('to_char of numbers by %s is what PostgreSQL says', async (template) => {
    for (const number of NUMBERS) await expectSame(`to_char(${number}::numeric, '${template}')`);
    await expectSame(`to_char(125, '${template}')`);
  });

  it.each(TIMESTAMP_TEMPLATES.split('|'))('to_char of timestamps by %s is what PostgreSQL says', async (template) => {
    for (const value of TIMESTAMPS) {
      await expectSame(`to_char(timestamp '${value}', '${template}')`);
      await expectSame(`to_char(timestamptz '${value}', '${template} TZ tz')`);
    }
  });

  it.each(INTERVAL_TEMPLATES.split('|'))('to_char of intervals by %s is what PostgreSQL says', async (template) => {
    for (const value of INTERVALS) await expectSame(`to_char(interval '${value}', '${template}')`);
  });

  it.each(READINGS)('to_timestamp and to_date read %j by %j as PostgreSQL does', async (text, template) => {
    const quoted = `'${text}', '${template}'`;
    await expectSame(`to_timestamp(${quoted})`);
    await expectSame(`to_date(${quoted})`);
  });

  it('refuses templates that mean nothing', async () => {
    for (const sql of [
      "to_char(1, '9.9.9')",
      "to_char(1, 'S9S')",
      "to_char(1, 'S9MI')",
      "to_char(1, '9PR9')",
      "to_char(interval '1 day', 'Day')",
      "to_char(interval '1 day', 'AD')",
    ]) {
      expect(await postgres.error(sql), sql).toBeDefined();
      expect(await textOfSql(sql), sql).toMatch(/^!/);
    }
  });

  it('shows the zone of the session', async () => {
    expect(await textOfSql("to_char(timestamptz '2024-07-01 12:00+00', 'HH24 OF')", 'America/New_York')).toBe('08 -04');
    expect(await textOfSql("to_timestamp('2024-07-01 08:00', 'YYYY-MM-DD HH24:MI')", 'America/New_York')).toBe(
      '2024-07-01 08:00:00-04',
    );
  });
});
