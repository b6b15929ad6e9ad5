import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine, type Engine, isQueryError, type LocalEngineOptions } from 'millrace';
import { s3Store } from 'millrace/s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateTpch } from '../tpch/generate-tpch.ts';
import { tpchQuery } from '../tpch/query-text.ts';
import { openS3Bucket, type S3Bucket } from './s3-bucket.ts';
import { type ProxyFaults, type S3Proxy, startS3Proxy } from './s3-proxy.ts';

const MIB = 2 ** 20;
const QUERIES = [1, 6];

let directory: string;
let server: S3Bucket;
let proxy: S3Proxy;
let expected: unknown[];
let fileBytes: number;

function engineOver(endpoint: string, options: LocalEngineOptions = {}): Engine {
  const store = s3Store({ bucket: server.bucket, endpoint });
  const engine = createEngine({ compute: { threads: 2 }, ...options, stores: { lake: store } });
  engine.registerTable('lineitem', { location: 'lake/tpch/lineitem.parquet' });
  return engine;
}

const answers = (engine: Engine) => Promise.all(QUERIES.map((number) => engine.query(tpchQuery(number)).toArray()));

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-chaos-'));
  await generateTpch({ scaleFactor: 0.02, directory });
  const file = await readFile(join(directory, 'lineitem.parquet'));
  fileBytes = file.length;
  server = await openS3Bucket('chaos');
  proxy = await startS3Proxy({ target: server.endpoint, seed: 7 });
  const store = s3Store({ bucket: server.bucket, endpoint: server.endpoint });
  await store.put('tpch/lineitem.parquet', file);
  await store.close();
  await using local = createEngine({ compute: { threads: 2 } });
  local.registerTable('lineitem', { location: join(directory, 'lineitem.parquet') });
  expected = await answers(local);
});

afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

test('a scan costs few requests, a second one none, and one that statistics prune none either', async () => {
  proxy.faults = {};
  await using engine = engineOver(proxy.endpoint);
  const before = proxy.counts.numGets;
  const query = engine.query('SELECT sum(l_orderkey), max(l_comment) FROM lineitem');
  const [first] = await query.toArray();
  const numGets = proxy.counts.numGets - before;
  expect(numGets).toBeLessThanOrEqual(Math.ceil(fileBytes / (8 * MIB)) + 2);
  expect(query.stats.numRequests).toBeGreaterThan(0);
  expect(query.stats.storage.bytesRead).toBeLessThanOrEqual(fileBytes);

  const again = engine.query('SELECT sum(l_orderkey), max(l_comment) FROM lineitem');
  expect((await again.toArray())[0]).toEqual(first);
  expect(again.stats.storage).toMatchObject({ numRequests: 0, bytesFetched: 0, bytesFromCache: query.stats.bytesRead });

  const pruned = engine.query('SELECT count(*) AS n FROM lineitem WHERE l_orderkey < 0');
  expect(await pruned.toArray()).toEqual([{ n: 0n }]);
  expect(pruned.stats.numRequests).toBe(0);
  expect(proxy.counts.numGets - before).toBe(numGets);
});

test.each<[string, ProxyFaults]>([
  ['bursts of 503', { slowDown: 0.5 }],
  ['resets', { reset: 0.25 }],
  ['truncated bodies', { truncated: 0.25 }],
  ['slow bodies', { slowBody: 0.5 }],
  ['all of it', { slowDown: 0.2, reset: 0.1, truncated: 0.1, slowBody: 0.1 }],
])('%s: the right answer, and nothing leaks', async (_, faults) => {
  proxy.faults = faults;
  const engine = engineOver(proxy.endpoint, { cache: { memoryBytes: 0 }, storage: { readAheadBytes: 0 } });
  try {
    for (let round = 0; round < 3; round++) expect(await answers(engine)).toEqual(expected);
  } finally {
    proxy.faults = {};
    await engine.close();
  }
  await expect.poll(() => proxy.numConnections).toBe(0);
});

test.each<[string, ProxyFaults, string]>([
  ['an object that is replaced', { changed: 1 }, 'ObjectChanged'],
  ['a server that answers with other bytes', { wrongRange: 1 }, 'Unsupported'],
  ['a server that only resets', { reset: 1 }, 'Unavailable'],
])('%s is a typed error, and the engine still answers', async (_, faults, kind) => {
  const engine = engineOver(proxy.endpoint);
  try {
    // Planned while all was well.
    expect(await engine.query('SELECT count(*) AS n FROM lineitem').toArray()).toHaveLength(1);
    proxy.faults = faults;
    const error: unknown = await engine
      .query(tpchQuery(6))
      .toArray()
      .catch((thrown: unknown) => thrown);
    expect(isQueryError(error) && error.kind).toBe(kind);
    proxy.faults = {};
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(await answers(engine)).toEqual(expected);
  } finally {
    proxy.faults = {};
    await engine.close();
  }
  await expect.poll(() => proxy.numConnections).toBe(0);
});
