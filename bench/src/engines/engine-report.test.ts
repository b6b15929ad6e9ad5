import { describe, expect, it } from 'vitest';
import { type EngineReport, geometricMean, type QueryResult, queryResult } from './engine-report.ts';
import { reportPlot } from './report-plot.ts';
import { reportText } from './report-table.ts';

const ABOUT = {
  title: 'a < b & c',
  sql: 'SELECT 1',
  engine: 'millrace',
  baseline: 'duckdb',
} as const;

function samples(...figures: [cpuMs: number, wallMs: number][]) {
  return figures.map(([cpuMs, wallMs]) => ({ cpuMs, wallMs, numRows: 4, peakRssBytes: cpuMs * 1e6, bytesRead: 99 }));
}

const measured: QueryResult = queryResult(
  { ...ABOUT, query: 'q1', numThreads: 1 },
  {
    status: 'measured',
    numRows: 4,
    engineSamples: samples([10, 8], [20, 16], [90, 60]),
    baselineSamples: samples([20, 16], [40, 32], [20, 15]),
  },
);

function reportOf(results: readonly QueryResult[]): EngineReport {
  return {
    schema: 'engines@1',
    startedAt: '2026-01-02T03:04:05.000Z',
    elapsedMs: 1_500,
    suite: 'tpch',
    scaleFactor: 0.1,
    compression: 'snappy',
    writer: 'millrace',
    numRuns: 3,
    numWarmups: 1,
    warmupMs: 2_000,
    cores: 'all',
    machine: {
      cpuModel: 'Some CPU',
      numCores: 2,
      memoryBytes: 2 ** 33,
      system: 'linux 6 x64',
      nodeVersion: 'v24.0.0',
      loadBefore: 0.25,
    },
    versions: { millrace: '0.1.0', duckdb: '1.5.0' },
    tables: [{ name: 'lineitem', bytes: 1_000_000 }],
    results,
  };
}

describe('queryResult', () => {
  it('takes the ratio of each pair of runs, and the median of these', () => {
    expect(measured).toMatchObject({
      status: 'measured',
      numRows: 4,
      engineFigures: { cpuMs: { median: 20 }, wallMs: { median: 16 }, peakRssBytes: 90e6, bytesRead: 99 },
      baselineFigures: { cpuMs: { median: 20 }, wallMs: { median: 16 } },
      ratio: { cpu: { median: 0.5 }, wall: { median: 0.5 } },
    });
  });

  it('keeps the samples', () => {
    expect(measured).toMatchObject({
      engineFigures: {
        samples: [
          { cpuMs: 10, wallMs: 8 },
          { cpuMs: 20, wallMs: 16 },
          { cpuMs: 90, wallMs: 60 },
        ],
      },
    });
  });
});

describe('geometricMean', () => {
  it('is that of the logarithms', () => {
    expect(geometricMean([0.5, 2])).toBeCloseTo(1, 12);
    expect(geometricMean([1, 10, 100])).toBeCloseTo(10, 12);
    expect(() => geometricMean([])).toThrow(RangeError);
  });
});

const unsupported: QueryResult = {
  ...ABOUT,
  query: 'q2',
  numThreads: 2,
  status: 'unsupported',
  message: 'EXISTS is not supported yet.',
};

describe('the report as JSON', () => {
  it('survives being written and read', () => {
    const report = reportOf([measured, unsupported]);
    // Undefined half-widths (too few runs) are left out of JSON.
    expect(JSON.parse(JSON.stringify(report))).toEqual(JSON.parse(JSON.stringify(structuredClone(report))));
    expect(Object.keys(report).sort()).toEqual(
      [
        ...[
          'compression',
          'cores',
          'elapsedMs',
          'machine',
          'numRuns',
          'numWarmups',
          'results',
          'scaleFactor',
          'schema',
        ],
        ...['startedAt', 'suite', 'tables', 'versions', 'warmupMs', 'writer'],
      ].sort(),
    );
  });
});

describe('the report as text', () => {
  it('has a table for each pair and lists what was not measured', () => {
    expect(reportText(reportOf([measured, unsupported]))).toBe(
      `
suite tpch, scale factor 0.1, snappy, written by millrace: 1.0 MB
2 cores (Some CPU), 8 GiB, linux 6 x64, Node v24.0.0, load before 0.25
millrace 0.1.0, duckdb 1.5.0
medians of 3 runs by turns after 2 or more (2.00 s) to warm up; ± is half of the 95 % confidence interval

millrace to duckdb
query  threads  CPU ratio  ±    wall ratio  ±    CPU ms  ±    duckdb CPU  ±    wall ms  duckdb wall  peak MB  duckdb MB  rows
q1           1       0.50  n/a        0.50  n/a    20.0  n/a        20.0  n/a     16.0         16.0       90         40     4
geometric mean of 1 query, 1 thread: CPU 0.50, wall 0.50
q2, 2 threads: unsupported: EXISTS is not supported yet.

1.50 s`.trimStart(),
    );
  });
});

describe('the report as a plot', () => {
  it('shows every measured query', () => {
    const plot = reportPlot(reportOf([measured, unsupported]));
    expect(plot).toMatch(/^<svg [^>]*viewBox="0 0 960 \d+"/);
    expect(plot).toContain('>q1, 1 thread<');
    expect(plot).toContain('0.50 CPU, 0.50 wall');
    expect(plot).toContain('a &lt; b &amp; c');
    expect(plot).not.toContain('q2');
    expect(plot).not.toMatch(/NaN|undefined|Infinity/);
    expect(plot.match(/<circle class="cpu"/g)).toHaveLength(2);
  });

  it('puts 1 between better and worse', () => {
    const plot = reportPlot(reportOf([measured]));
    const one = Number(/<line class="one" x1="([\d.]+)"/.exec(plot)?.[1]);
    const dot = Number(/<circle class="cpu" cx="([\d.]+)" cy="[\d.]+" r="5"\/>\n<text class="small"/.exec(plot)?.[1]);
    expect(dot).toBeLessThan(one);
  });

  it('works without any result', () => {
    expect(reportPlot(reportOf([]))).toMatch(/<\/svg>\n$/);
  });
});
