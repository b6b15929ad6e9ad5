import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareEngines } from './compare-engines.ts';
import { ensureDataSet } from './data-set.ts';
import { EngineDiedError, EngineProcess } from './engine-process.ts';

let directory = '';
let lineitem = '';

const DATA = { tables: ['lineitem'], scaleFactor: 0.001, compression: 'snappy', writer: 'millrace' } as const;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-engines-'));
  const [file] = await ensureDataSet({ ...DATA, directory });
  lineitem = file!.path;
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

function duckdb(timeoutMs = 60_000): EngineProcess {
  return new EngineProcess({
    engine: 'duckdb',
    setup: { numThreads: 1, tables: { lineitem } },
    timeoutMs,
    cores: 'all',
  });
}

const COUNT = { name: 'test/count', sql: 'SELECT count(*) AS n FROM lineitem' };
const ENDLESS = {
  name: 'test/endless',
  sql: 'SELECT count(*) FROM range(100000000000) AS a, range(100000000000) AS b',
};

describe('EngineProcess', () => {
  it('answers and measures', async () => {
    const engine = duckdb();
    expect(await engine.rows(COUNT)).toEqual([['6005']]);
    await engine.resetPeak();
    const sample = await engine.run(COUNT);
    expect(sample.numRows).toBe(1);
    expect(sample.cpuMs).toBeGreaterThan(0);
    expect(sample.wallMs).toBeGreaterThan(0);
    expect(sample.peakRssBytes).toBeGreaterThan(10e6);
    expect((await engine.objects(COUNT)).numRows).toBe(1);
    await engine.close();
  });

  it('passes on what the engine complains about, and goes on', async () => {
    const engine = duckdb();
    await expect(engine.rows({ name: 'test/bad', sql: 'SELECT nothing' })).rejects.toThrow(/nothing/);
    expect(await engine.rows(COUNT)).toEqual([['6005']]);
    await engine.close();
  });

  it('says why an engine does not start, each time', async () => {
    const setup = { numThreads: 1, tables: { lineitem: join(directory, 'missing.parquet') } };
    const engine = new EngineProcess({ engine: 'duckdb', setup, timeoutMs: 60_000, cores: 'all' });
    await expect(engine.rows(COUNT)).rejects.toThrow(/missing\.parquet/);
    await expect(engine.run(COUNT)).rejects.toThrow(/missing\.parquet/);
    await engine.close();
  });

  it('ends a query that takes too long, and starts anew', async () => {
    const engine = duckdb(3_000);
    await expect(engine.run(ENDLESS)).rejects.toThrow(EngineDiedError);
    expect(await engine.rows(COUNT)).toEqual([['6005']]);
    await engine.close();
  });

  it('ends when it is aborted', async () => {
    const controller = new AbortController();
    const setup = { numThreads: 1, tables: { lineitem } };
    const engine = new EngineProcess({
      engine: 'duckdb',
      setup,
      timeoutMs: 60_000,
      cores: 'all',
      signal: controller.signal,
    });
    await engine.rows(COUNT);
    const running = engine.run(ENDLESS);
    controller.abort();
    await expect(running).rejects.toThrow('aborted');
    await engine.close();
  });
});

describe('compareEngines', () => {
  it('compares an engine with DuckDB, and lists what it does not answer', async () => {
    const report = await compareEngines({
      suite: 'scan',
      cores: process.platform === 'linux' ? 'threads' : 'all',
      scaleFactor: 0.001,
      queries: ['q1', 'q6', 'like', 'count_distinct', 'group_shipmode', 'group_prefix', 'count'],
      threads: [1],
      engines: ['hyparquet', 'duckdb'],
      compression: 'zstd',
      writer: 'duckdb',
      numRuns: 1,
      numWarmups: 1,
      warmupMs: 0,
      dataDirectory: directory,
      timeoutMs: 60_000,
    });
    expect(report).toMatchObject({ schema: 'engines@1', suite: 'scan', numRuns: 1, tables: [{ name: 'lineitem' }] });
    const states = report.results.map(({ query, status }) => [query, status]);
    expect(Object.fromEntries(states)).toEqual({
      q1: 'measured',
      q6: 'measured',
      like: 'measured',
      count_distinct: 'measured',
      group_shipmode: 'measured',
      group_prefix: 'measured',
      count: 'unsupported',
    });
  });
});
