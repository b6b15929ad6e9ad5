import { describe, expect, it } from 'vitest';
import { UnsupportedQueryError } from './engine-adapter.ts';
import { type MeasuredEngine, measureQuery } from './measurement.ts';
import type { ResultRow } from './result-rows.ts';

const QUERY = { id: 'q', title: 'a query', sql: 'SELECT 1', check: { kind: 'rows' } } as const;
const COUNTS = { numRuns: 3, numWarmups: 1, warmupMs: 0 };

/** An engine whose runs are noted in `log`. */
function engine(name: string, log: string[], rows: readonly ResultRow[], numRowsOfRuns = rows.length): MeasuredEngine {
  return {
    engine: name,
    rows: async () => {
      log.push(`${name} rows`);
      return rows;
    },
    run: async () => {
      log.push(name);
      return { numRows: numRowsOfRuns, wallMs: 2, cpuMs: log.length, peakRssBytes: 100 };
    },
    resetPeak: async () => {
      log.push(`${name} reset`);
      return true;
    },
  };
}

function failing(error: Error): MeasuredEngine {
  return { ...engine('failing', [], []), rows: () => Promise.reject(error) };
}

describe('measureQuery', () => {
  it('compares, warms up, and runs by turns', async () => {
    const log: string[] = [];
    const measured = await measureQuery(engine('a', log, [[1]]), engine('b', log, [[1]]), 's/q', QUERY, COUNTS);
    const counted = ['a', 'b', 'a', 'b', 'a', 'b'];
    expect(log).toEqual(['a rows', 'b rows', 'a', 'b', 'a reset', 'b reset', ...counted]);
    expect(measured).toMatchObject({ status: 'measured', numRows: 1 });
    if (measured.status !== 'measured') return;
    expect(measured.engineSamples.map(({ cpuMs }) => cpuMs)).toEqual([7, 9, 11]);
    expect(measured.baselineSamples.map(({ cpuMs }) => cpuMs)).toEqual([8, 10, 12]);
  });

  it('goes on warming up for as long as asked', async () => {
    const log: string[] = [];
    const counts = { ...COUNTS, warmupMs: 9 };
    await measureQuery(engine('a', log, [[1]]), engine('b', log, [[1]]), 's/q', QUERY, counts);
    // Two runs of 2 ms make a round: three rounds reach 9 ms.
    expect(log.indexOf('a reset')).toBe(2 + 3 * 2);
  });

  it('reports a different result, and measures nothing', async () => {
    const log: string[] = [];
    const measured = await measureQuery(engine('a', log, [[1]]), engine('b', log, [[2]]), 's/q', QUERY, COUNTS);
    expect(measured).toEqual({
      status: 'different',
      message: 'the result is not that of b: row 1, column 1: 1, not 2',
    });
    expect(log).toEqual(['a rows', 'b rows']);
  });

  it('reports a run that loses rows', async () => {
    const measured = await measureQuery(engine('a', [], [[1]], 0), engine('b', [], [[1]]), 's/q', QUERY, COUNTS);
    expect(measured).toEqual({ status: 'different', message: 'a later run gave 0 rows, not 1' });
  });

  it('tells what is not supported from what failed', async () => {
    const baseline = engine('b', [], [[1]]);
    expect(
      await measureQuery(failing(new UnsupportedQueryError('no such join')), baseline, 's/q', QUERY, COUNTS),
    ).toEqual({
      status: 'unsupported',
      message: 'no such join',
    });
    expect(await measureQuery(failing(new Error('out of luck')), baseline, 's/q', QUERY, COUNTS)).toEqual({
      status: 'failed',
      message: 'out of luck',
    });
  });

  it('names the baseline when it is the one that failed, whatever it says', async () => {
    const baseline = failing(new UnsupportedQueryError('cannot'));
    expect(await measureQuery(engine('a', [], [[1]]), baseline, 's/q', QUERY, COUNTS)).toEqual({
      status: 'failed',
      message: 'failing: cannot',
    });
  });

  it('ends when it is interrupted', async () => {
    const aborted = failing(new DOMException('interrupted', 'AbortError'));
    await expect(measureQuery(aborted, engine('b', [], []), 's/q', QUERY, COUNTS)).rejects.toThrow('interrupted');
  });
});
