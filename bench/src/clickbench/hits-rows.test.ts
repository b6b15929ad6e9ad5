import { describe, expect, it } from 'vitest';
import { hitsRows, numHits } from './hits-rows.ts';

const NUM_ROWS = 20_000;
const table = hitsRows(0, NUM_ROWS, NUM_ROWS);

function values(name: string): unknown[] {
  return [...table.getChild(name)!];
}

function share(name: string, has: (value: unknown) => boolean): number {
  return values(name).filter(has).length / NUM_ROWS;
}

describe('hitsRows', () => {
  it('gives the same rows whatever was asked before', () => {
    const part = hitsRows(7_000, 50, NUM_ROWS);
    expect(part.toArray().map(String)).toEqual(table.slice(7_000, 7_050).toArray().map(String));
  });

  it('has the columns that the queries use, none of them nullable', () => {
    expect(table.schema.fields).toHaveLength(25);
    expect(table.schema.fields.filter((field) => field.nullable)).toEqual([]);
  });

  it('has about the shares of the published table', () => {
    expect(share('searchphrase', (text) => text !== '')).toBeCloseTo(0.13, 1);
    expect(share('mobilephonemodel', (text) => text !== '')).toBeCloseTo(0.056, 1);
    expect(share('referer', (text) => text === '')).toBeCloseTo(0.19, 1);
    expect(share('counterid', (id) => id === 62)).toBeCloseTo(0.0074, 2);
    expect(new Set(values('watchid')).size).toBe(NUM_ROWS);
    expect(new Set(values('userid')).size).toBeGreaterThan(0.12 * NUM_ROWS);
  });

  it('lies in the order of counters and of days', () => {
    const counters = values('counterid') as number[];
    const days = values('eventdate').map(Number);
    for (let row = 1; row < NUM_ROWS; row++) {
      expect(counters[row]).toBeGreaterThanOrEqual(counters[row - 1]!);
      if (counters[row] === counters[row - 1]) expect(days[row]).toBeGreaterThanOrEqual(days[row - 1]!);
    }
  });

  it('dates each row on the day of its time, in July 2013', () => {
    const times = values('eventtime').map(Number);
    const days = values('eventdate').map(Number);
    for (let row = 0; row < NUM_ROWS; row++) {
      expect(Math.floor(times[row]! / 86_400_000)).toBe(days[row]! / 86_400_000);
    }
    expect(new Date(Math.min(...times)).toISOString()).toMatch(/^2013-07-01/);
    expect(new Date(Math.max(...times)).toISOString()).toMatch(/^2013-07-31/);
  });

  it('has what the queries look for', () => {
    expect(values('userid')).toContain(435_090_932_899_640_449n);
    const popular = table.toArray().filter((row) => row.counterid === 62);
    expect(popular.some((row) => row.urlhash === 2_868_770_270_353_813_622n)).toBe(true);
    expect(popular.some((row) => row.refererhash === 3_594_120_000_172_545_465n)).toBe(true);
    expect(values('url').some((url) => String(url).includes('google'))).toBe(true);
  });

  it('scales', () => {
    expect(numHits(0.25)).toBe(250_000);
  });
});
