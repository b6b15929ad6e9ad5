import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { fileSystemStore, type ObjectStore, QueryError } from 'millrace';
import { request } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type QueryServer, startQueryServer } from '../src/query-server.ts';
import { post, startServer, type TestData, testData } from './server.fixture.ts';

const NUM_ROWS = 240_000;
let data: TestData;

beforeAll(async () => {
  data = await testData();
  // Text that does not compress, so that no buffer on the way holds the result.
  await data.write(
    'wide',
    `SELECT i AS id, md5(i::text) || md5((i + 1)::text) || md5((i + 2)::text) AS text FROM range(${NUM_ROWS}) r(i)`,
    ', ROW_GROUP_SIZE 10000',
  );
});

afterAll(() => data[Symbol.dispose]());

/** A server whose store answers until it is switched off. */
async function withSwitch(): Promise<{ server: QueryServer; switchOff: () => void; switchOn: () => void }> {
  const inner = fileSystemStore({ root: data.directory });
  let isOff = false;
  const store = new Proxy<ObjectStore>(inner, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      // What is switched off must be this object, not one that another thread has built.
      if (name === 'capabilities') return { ...inner.capabilities, rebuildable: false };
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        if (isOff && ['get', 'getRanges', 'head', 'list'].includes(String(name))) {
          throw new QueryError('CONNECTION_LOST', 'The store does not answer.');
        }
        return (value as (...args: unknown[]) => unknown).apply(target, args);
      };
    },
  });
  const server = await startServer(
    data.directory,
    ['wide'],
    { engine: { threads: 2, memory: '128MiB', readAhead: '1MiB' } },
    { stores: { lake: store } },
  );
  return {
    server,
    switchOff: () => {
      isOff = true;
    },
    switchOn: () => {
      isOff = false;
    },
  };
}

const FORMATS = ['application/json', 'application/x-ndjson', 'text/csv', 'application/vnd.apache.arrow.stream'];

test.each([
  ...FORMATS.map((format) => [format, 'identity'] as const),
  ['application/json', 'gzip'],
  ['text/csv', 'zstd'],
] as const)('a store that goes away in the middle of %s (%s) is never taken for the end', async (accept, encoding) => {
  const { server, switchOff, switchOn } = await withSwitch();
  await using _ = server;
  const response = await request(`${server.url}/v1/queries`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, 'accept-encoding': encoding },
    body: JSON.stringify({ sql: 'SELECT * FROM wide' }),
  });
  if (response.statusCode !== 200) throw new Error(await response.body.text());
  let text = '';
  const reading = (async () => {
    for await (const chunk of response.body) {
      if (text === '') switchOff();
      if (encoding === 'identity') text = (text + Buffer.from(chunk as Uint8Array).toString('latin1')).slice(-4000);
      else text = 'compressed';
    }
  })();
  await expect(reading).rejects.toThrow();
  if (accept === 'application/x-ndjson' && encoding === 'identity') {
    const last = JSON.parse(text.trimEnd().split('\n').at(-1)!) as { $error: { code: string } };
    expect(last.$error.code).toMatch(/^[A-Z_]+$/);
  }
  switchOn();
  const after = await post(server, 'SELECT count(*) AS n FROM wide');
  expect([after.status, await after.json()]).toEqual([
    200,
    expect.objectContaining({ rows: [{ n: String(NUM_ROWS) }] }),
  ]);
});

test('curl says that the transfer was cut', async () => {
  const { server, switchOff } = await withSwitch();
  await using _ = server;
  const body = '{"sql":"SELECT * FROM wide"}';
  const transfer = spawn('curl', [
    '-sN',
    '-H',
    'content-type: application/json',
    '-d',
    body,
    `${server.url}/v1/queries`,
  ]);
  transfer.stdout.once('data', switchOff).resume();
  const [code] = (await once(transfer, 'exit')) as [number];
  // "Partial file."
  expect(code).toBe(18);
});

test('a file that was replaced in the middle gives the rows that it had, or an error; never a mixture', async () => {
  await data.write(
    'moving',
    `SELECT i AS id, md5(i::text) || md5((i + 1)::text) AS text FROM range(${NUM_ROWS}) r(i)`,
    ', ROW_GROUP_SIZE 10000',
  );
  await data.write(
    'other',
    `SELECT i + 7 AS id, md5((i + 5)::text) AS text FROM range(${NUM_ROWS}) r(i)`,
    ', ROW_GROUP_SIZE 10000',
  );
  await using server = await startServer(data.directory, ['moving'], {
    engine: { memory: '128MiB', readAhead: '1MiB' },
  });
  const response = await request(`${server.url}/v1/queries`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/x-ndjson' },
    body: JSON.stringify({ sql: 'SELECT * FROM moving' }),
  });
  const chunks: Buffer[] = [];
  const reading = (async () => {
    for await (const chunk of response.body) {
      if (chunks.length === 0)
        renameSync(join(data.directory, 'other.parquet'), join(data.directory, 'moving.parquet'));
      chunks.push(Buffer.from(chunk as Uint8Array));
    }
  })();
  const failure: unknown = await reading.then(
    () => undefined,
    (error: unknown) => error,
  );
  const lines = Buffer.concat(chunks).toString().trimEnd().split('\n');
  if (failure)
    expect(JSON.parse(lines.pop()!)).toMatchObject({ $error: { code: 'VERSION_MISMATCH', retryable: true } });
  // Who still has the old file open may read it to its end.
  else expect(lines).toHaveLength(NUM_ROWS);
  expect(lines.filter((line) => (JSON.parse(line) as { text: string }).text.length !== 64)).toEqual([]);
});

test('workers that are killed during requests: right answers or problems, and the server lives on', async () => {
  const workers: Worker[] = [];
  const onWorker = (worker: Worker) => void workers.push(worker);
  process.on('worker', onWorker);
  try {
    await data.write('short', 'SELECT i AS id, md5(i::text) AS text FROM range(40000) r(i)', ', ROW_GROUP_SIZE 4000');
    await using server = await startServer(data.directory, ['short'], { engine: { threads: 2, memory: '256MiB' } });
    await (await post(server, 'SELECT count(text) AS n FROM short')).json();
    const expected = await data.rows(
      `SELECT count(*), max(text) FROM '${data.directory}/short.parquet' WHERE text LIKE '%ab%'`,
    );
    const sql = "SELECT count(*) AS n, max(text) AS m FROM short WHERE text LIKE '%ab%'";
    const answers = Array.from({ length: 8 }, () => post(server, sql));
    for (const worker of workers.slice(0, 3)) await worker.terminate();
    const outcomes = await Promise.all(
      answers.map(async (answer) => {
        const response = await answer;
        const body = (await response.json()) as { rows?: object[]; code?: string; retryable?: boolean };
        return response.status === 200 ? Object.values(body.rows![0]!).map(String) : body;
      }),
    );
    for (const outcome of outcomes) {
      if (Array.isArray(outcome)) expect([outcome]).toEqual(expected);
      else expect(outcome).toMatchObject({ retryable: true });
    }
    const after = (await (await post(server, sql)).json()) as { rows: object[] };
    expect(after.rows.map((row) => Object.values(row).map(String))).toEqual(expected);
  } finally {
    process.off('worker', onWorker);
  }
});

test('a reader that takes nothing is let go, and memory stays flat meanwhile', async () => {
  await using server = await startServer(data.directory, ['wide'], {
    limits: { slowReaderMs: 500 },
    engine: { memory: '128MiB' },
  });
  const response = await request(`${server.url}/v1/queries`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/csv' },
    body: JSON.stringify({ sql: 'SELECT id, text, text AS more, text AS most FROM wide' }),
  });
  const id = response.headers['millrace-query-id'] as string;
  const status = async () =>
    (await (await fetch(`${server.url}/v1/queries/${id}`)).json()) as {
      state: string;
      progress: { peakBytes: number };
    };
  await expect.poll(async () => (await status()).state, { timeout: 20_000 }).toBe('CANCELLED');
  expect((await status()).progress.peakBytes).toBeLessThan(128 * 2 ** 20);
  await expect(response.body.text()).rejects.toThrow();
});

test('draining: what was admitted ends and is delivered, what comes later is told to come back', async () => {
  const server = await startServer(data.directory, ['wide'], { limits: { drainMs: 120_000 } });
  const running = post(server, "SELECT count(*) AS n FROM wide WHERE text LIKE '%abc%'");
  const location = (await post(server, 'SELECT id FROM wide LIMIT 100', { prefer: 'respond-async' })).headers.get(
    'location',
  )!;
  const streamed = await post(server, 'SELECT id, text FROM wide', { accept: 'text/csv' });
  const { adminUrl } = server;
  const drained = server.drain();
  expect((await fetch(`${adminUrl}/readyz`)).status).toBe(503);
  const refused = await post(server, 'SELECT 1');
  expect([refused.status, refused.headers.get('retry-after'), await refused.json()]).toEqual([
    503,
    '5',
    expect.objectContaining({ code: 'DRAINING', retryable: true }),
  ]);
  expect((await (await running).json()) as object).toMatchObject({ numRows: 1 });
  expect((await streamed.text()).split('\r\n')).toHaveLength(NUM_ROWS + 2);
  const kept = (await (await fetch(`${server.url}${location}/results`)).json()) as { numRows: number };
  expect(kept.numRows).toBe(100);
  await drained;
  await expect(post(server, 'SELECT 1')).rejects.toThrow();
});

test('what is not done when draining is over ends with a problem that says to try again', async () => {
  const server = await startServer(data.directory, ['wide'], { limits: { drainMs: 100 } });
  const running = post(server, 'SELECT count(*) AS n FROM wide a, wide b WHERE a.id * b.id % 7 = 3');
  await expect
    .poll(
      async () => ((await (await fetch(`${server.url}/v1/queries`)).json()) as { queries: unknown[] }).queries.length,
    )
    .toBe(1);
  await server.drain();
  const response = await running;
  expect([response.status, await response.json()]).toEqual([
    503,
    expect.objectContaining({ code: 'SHUTTING_DOWN', retryable: true }),
  ]);
});

test('results are kept in a directory that goes away with the server', async () => {
  await using server = await startQueryServer({
    stores: { lake: { type: 'fs', root: data.directory } },
    tables: { wide: { location: 'lake/wide.parquet' } },
    listen: { port: 0, adminPort: 0 },
    limits: { keptResultBytes: '1MiB', eventLoopDelayMs: 0 },
    telemetry: { log: 'silent' },
  });
  const response = await post(server, 'SELECT text FROM wide', { prefer: 'wait=20' });
  const seen: unknown = await response.text().catch((error: Error) => error);
  if (response.status === 200) expect(seen).toBeInstanceOf(Error);
  else expect([response.status, seen]).toEqual([503, expect.stringContaining('RESULT_STORE_FULL')]);
  expect(existsSync(data.directory)).toBe(true);
});
