import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tableFromIPC } from 'apache-arrow';
import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { announceDeprecations } from '../src/http/deprecation.ts';
import type { QueryServer } from '../src/query-server.ts';
import { post, startServer, type TestData, testData } from './server.fixture.ts';

const curl = promisify(execFile);
let data: TestData;
let server: QueryServer;

/** As many rows as keep two workers busy for some seconds; cancelled long before. */
const SLOW = 'SELECT count(*) AS n FROM numbers a, numbers b WHERE a.id * b.id % 7 = 3';

beforeAll(async () => {
  data = await testData();
  await data.write(
    'numbers',
    "SELECT i AS id, (i * 1.25)::decimal(20,2) AS price, CASE WHEN i % 10 = 0 THEN NULL ELSE 'name, \"' || i || '\"' END AS name FROM range(50000) r(i)",
  );
  await data.write(
    'kinds',
    `SELECT 9007199254740993 AS big, 'NaN'::double AS nan, 0.1::double AS f, true AS b, DATE '2024-02-29' AS d, TIMESTAMP '2024-02-29 13:05:09.25' AS ts,
     '' AS empty, NULL::varchar AS nothing, 'Ж' AS t, 123456789012345678901234.50::decimal(30,2) AS dec, '\\x00\\xFF'::blob AS bytes, [1, 2] AS list`,
  );
  server = await startServer(data.directory, ['numbers', 'kinds'], {
    resourceGroups: {
      default: { maxRunning: 4 },
      narrow: { maxRunning: 1, maxQueued: 1, queueTimeoutMs: 400 },
      cheap: { maxBytesRead: 1000 },
    },
    limits: { keptResultMs: 60_000, resultBytes: '64MiB' },
  });
});

afterAll(async () => {
  await server.close();
  data[Symbol.dispose]();
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(server.url + path, { headers });
const json = async (response: Response) => (await response.json()) as Record<string, unknown>;

async function submit(sql: string, more: object = {}): Promise<string> {
  const response = await post(server, { sql, ...more }, { prefer: 'respond-async' });
  expect(response.status).toBe(202);
  return response.headers.get('location')!;
}

async function finished(location: string, state = 'FINISHED') {
  const response = await get(`${location}/events`);
  const text = await response.text();
  expect(text).toContain(`"state":"${state}"`);
  return json(await get(location));
}

describe('formats', () => {
  const sql = 'SELECT id, price, name FROM numbers WHERE id < 25 ORDER BY id';

  test('JSON has the digits of 64-bit integers and decimals, and the types', async () => {
    const response = await post(server, 'SELECT * FROM kinds');
    expect(response.headers.get('content-type')).toBe('application/json');
    const { columns, rows, numRows } = await json(response);
    expect((columns as { name: string; type: string }[]).slice(0, 2)).toEqual([
      { name: 'big', type: 'bigint', nullable: true },
      { name: 'nan', type: 'double precision', nullable: true },
    ]);
    expect(rows).toEqual([
      {
        big: '9007199254740993',
        nan: 'NaN',
        f: 0.1,
        b: true,
        d: '2024-02-29',
        ts: '2024-02-29 13:05:09.25',
        empty: '',
        nothing: null,
        t: 'Ж',
        dec: '123456789012345678901234.50',
        bytes: '\\x00ff',
        list: [1, 2],
      },
    ]);
    expect(numRows).toBe(1);
  });

  test('an empty result has its columns in every format', async () => {
    const none = 'SELECT id FROM numbers WHERE id < 0';
    expect(await json(await post(server, none))).toEqual({
      columns: [{ name: 'id', type: 'bigint', nullable: true }],
      rows: [],
      numRows: 0,
    });
    expect(await (await post(server, none, { accept: 'text/csv' })).text()).toBe('id\r\n');
    expect(await (await post(server, none, { accept: 'application/x-ndjson' })).text()).toBe('');
    const arrow = tableFromIPC(
      new Uint8Array(await (await post(server, none, { accept: 'application/vnd.apache.arrow.stream' })).arrayBuffer()),
    );
    expect([arrow.numRows, arrow.schema.fields.map(({ name }) => name)]).toEqual([0, ['id']]);
  });

  test('DuckDB reads the Parquet and the CSV response', async () => {
    const expected = await data.rows(
      `SELECT * FROM (SELECT id, price, name FROM '${data.directory}/numbers.parquet' WHERE id < 25) ORDER BY id`,
    );
    for (const [accept, file] of [
      ['application/vnd.apache.parquet', 'answer.parquet'],
      ['text/csv', 'answer.csv'],
    ] as const) {
      const response = await post(server, sql, { accept });
      expect(response.headers.get('content-type')).toContain(accept);
      writeFileSync(join(data.directory, file), Buffer.from(await response.arrayBuffer()));
      expect(
        await data.rows(`SELECT id, price::decimal(20,2), name FROM '${data.directory}/${file}' ORDER BY id`),
      ).toEqual(expected);
    }
  });

  test('apache-arrow reads the Arrow stream, DuckDB has the same rows', async () => {
    const response = await post(server, sql, { accept: 'application/vnd.apache.arrow.stream' });
    const table = tableFromIPC(new Uint8Array(await response.arrayBuffer()));
    const rows = table.toArray().map((row) => [String(row.id), row.name as string | null]);
    expect(rows).toEqual(
      await data.rows(`SELECT id, name FROM '${data.directory}/numbers.parquet' WHERE id < 25 ORDER BY id`),
    );
  });

  test('NDJSON and text', async () => {
    const lines = (await (await post(server, sql, { accept: 'application/x-ndjson' })).text()).trimEnd().split('\n');
    expect(lines).toHaveLength(25);
    expect(JSON.parse(lines[1]!)).toEqual({ id: '1', price: '1.25', name: 'name, "1"' });
    expect(await (await post(server, 'SELECT 1 AS n', { accept: 'text/plain' })).text()).toContain('│ n │');
  });

  test('an unknown format is 406 and runs nothing', async () => {
    const response = await post(server, sql, { accept: 'image/png' });
    expect(response.status).toBe(406);
    expect((await json(response)).candidates).toContain('text/csv');
  });

  test.each(['gzip', 'br', 'zstd'])('curl reads it compressed with %s, once', async (encoding) => {
    const { stdout } = await curl('curl', [
      '-s',
      '-i',
      '-H',
      `accept-encoding: ${encoding}`,
      '-H',
      'content-type: application/json',
      '-d',
      '{"sql":"SELECT * FROM numbers"}',
      '-o',
      '/dev/null',
      '-D',
      '-',
      `${server.url}/v1/queries`,
    ]);
    expect(stdout).toMatch(new RegExp(`content-encoding: ${encoding}`, 'i'));
    expect(stdout).toMatch(/vary: .*accept-encoding/i);
    const parquet = await curl('curl', [
      '-s',
      '-H',
      `accept-encoding: ${encoding}`,
      '-H',
      'accept: application/vnd.apache.parquet',
      '-H',
      'content-type: application/json',
      '-d',
      '{"sql":"SELECT * FROM numbers"}',
      '-o',
      '/dev/null',
      '-D',
      '-',
      `${server.url}/v1/queries`,
    ]);
    expect(parquet.stdout).not.toMatch(/content-encoding/i);
  });

  test('curl: the last thing that comes is the number of rows', async () => {
    const { stdout } = await curl('curl', [
      '-s',
      '-D',
      '-',
      '-o',
      '/dev/null',
      '-H',
      'content-type: application/json',
      '-d',
      '{"sql":"SELECT id FROM numbers"}',
      `${server.url}/v1/queries`,
    ]);
    expect(stdout.trim()).toMatch(/millrace-row-count: 50000$/);
  });
});

describe('errors', () => {
  test.each([
    ['SELECT nope FROM numbers', 400, 'UNKNOWN_COLUMN', 8],
    ['SELECT\n  1 +', 400, 'SYNTAX', undefined],
    ['SELECT 1 / (id - 7) FROM numbers', 422, 'DIVISION_BY_ZERO', 10],
    ['SELECT 1 FROM nowhere', 400, 'UNKNOWN_TABLE', 15],
    ["SELECT 1 FROM read_parquet('lake/none.parquet')", 422, 'NO_FILES_MATCH', 15],
    ['DROP TABLE numbers', 403, 'PERMISSION_DENIED', undefined],
  ])('%s', async (sql, status, code, column) => {
    const response = await post(server, sql);
    const problem = await json(response);
    if (code) {
      expect(response.status, JSON.stringify(problem)).toBe(status);
      expect(problem.code).toBe(code);
    } else expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(problem.type).toMatch(/^\/problems\//);
    if (column) expect((problem.position as { column: number }).column).toBe(column);
  });

  test.each([
    ['{', 'BAD_JSON', 400],
    ['{}', 'BAD_REQUEST', 400],
    ['{"sql": 5}', 'BAD_REQUEST', 400],
    ['{"sql": "SELECT 1", "mode": "fast"}', 'BAD_REQUEST', 400],
    [JSON.stringify({ sql: 'x'.repeat(200_000) }), 'SQL_TOO_LONG', 413],
    [`{"sql":"SELECT 1","params":${'['.repeat(40)}${']'.repeat(40)}}`, 'TOO_DEEP', 400],
  ])('a body like %.30s', async (body, code, status) => {
    const response = await post(server, '', {}, { body });
    expect([response.status, (await json(response)).code]).toEqual([status, code]);
  });

  test('what costs more than its group allows is refused before it reads', async () => {
    const response = await post(server, { sql: 'SELECT sum(price) AS s FROM numbers', resourceGroup: 'cheap' });
    expect([response.status, (await json(response)).code]).toEqual([422, 'COST_LIMIT']);
  });

  test('a time limit is 504 and can be tried again', async () => {
    const response = await post(server, { sql: SLOW, timeoutMs: 50 });
    expect([response.status, await json(response)]).toEqual([
      504,
      expect.objectContaining({ code: 'TIMEOUT', retryable: true }),
    ]);
  });
});

describe('parameters', () => {
  test('keep their types, 64 bits included', async () => {
    const response = await post(server, {
      sql: 'SELECT $1 + 1 AS a, $2 AS b, $3 AS c, $4 = ANY($5) AS d',
      params: [{ bigint: '9007199254740993' }, null, 'x', 2, [1, 2]],
    });
    expect((await json(response)).rows).toEqual([{ a: '9007199254740994', b: null, c: 'x', d: true }]);
  });
});

describe('queries that are accepted', () => {
  test('parts do not change, have an ETag and lead to the next', async () => {
    const location = await submit('SELECT id, name FROM numbers');
    const status = await finished(location);
    expect(status).toMatchObject({ state: 'FINISHED', progress: { numRows: 50_000 } });
    const numParts = status.numParts as number;
    const ids: string[] = [];
    for (let path: string | undefined = `${location}/results?part=0`; path; ) {
      const response: Response = await get(path);
      expect(response.status).toBe(200);
      const etag = response.headers.get('etag')!;
      expect((await get(path, { 'if-none-match': etag })).status).toBe(304);
      for (const { id } of (await json(response)).rows as { id: string }[]) ids.push(id);
      path = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
    }
    expect(ids.map(Number).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50_000 }, (_, i) => i));
    expect((await get(`${location}/results?part=${numParts}`)).status).toBe(204);
    expect((await get(`${location}/results?part=${numParts + 1}`)).status).toBe(404);
    const whole = await get(`${location}/results?format=csv`);
    expect((await whole.text()).trimEnd().split('\r\n')).toHaveLength(50_001);
  });

  test('Prefer: wait answers with the result when it is there in time, else with 202', async () => {
    const quick = await post(server, 'SELECT 1 AS n', { prefer: 'wait=10' });
    expect([quick.status, (await json(quick)).rows]).toEqual([200, [{ n: 1 }]]);
    const slow = await post(server, SLOW, { prefer: 'wait=0' });
    expect([slow.status, slow.headers.get('retry-after')]).toEqual([202, '1']);
    const location = slow.headers.get('location')!;
    const waiting = await get(`${location}/results?part=0`, { prefer: 'wait=0' });
    expect(waiting.status).toBe(202);
    const failed = await post(server, 'SELECT nope', { prefer: 'wait=10' });
    expect(failed.status).toBe(400);
    await fetch(server.url + location, { method: 'DELETE' });
  });

  test('an Idempotency-Key names one query', async () => {
    const headers = { 'idempotency-key': 'once-1' };
    const first = await post(server, 'SELECT random() AS r', headers);
    const second = await post(server, 'SELECT random() AS r', headers);
    expect(second.headers.get('millrace-query-id')).toBe(first.headers.get('millrace-query-id'));
    expect(await second.text()).toBe(await first.text());
    const other = await post(server, 'SELECT 2', headers);
    expect([other.status, (await json(other)).code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
  });

  test('cancelling is DELETE, can be repeated, and stops the query', async () => {
    const location = await submit(SLOW);
    for (let i = 0; i < 2; i++) {
      const response = await fetch(server.url + location, { method: 'DELETE' });
      expect([response.status, (await json(response)).state]).toEqual([200, 'CANCELLED']);
    }
    const results = await get(`${location}/results?part=0`);
    expect([results.status, (await json(results)).code]).toEqual([409, 'ABORTED']);
    expect((await get('/v1/queries/00000000-0000-0000-0000-000000000000')).status).toBe(404);
  });

  test('events go on where a reader left', async () => {
    const location = await submit('SELECT sum(id) AS s FROM numbers');
    const all = (await (await get(`${location}/events`)).text()).split('\n\n').filter((text) => text.startsWith('id:'));
    expect(all[0]).toContain('"state":"QUEUED"');
    expect(all.at(-1)).toContain('"state":"FINISHED"');
    const rest = await (await get(`${location}/events`, { 'last-event-id': '2' })).text();
    expect(rest.split('\n\n').filter((text) => text.startsWith('id:'))).toEqual(
      all.filter((text) => Number(/id: (\d+)/.exec(text)![1]) > 2),
    );
  });

  test('the profile has what every task did', async () => {
    const location = await submit('SELECT name, count(*) AS n FROM numbers GROUP BY name');
    await finished(location);
    const profile = (await json(await get(`${location}/profile`))) as unknown as {
      plan: { stages: unknown[] };
      tasks: unknown[];
      stats: { numTasks: number };
    };
    expect(profile.tasks).toHaveLength(profile.stats.numTasks);
    expect(profile.plan.stages.length).toBeGreaterThan(0);
  });
});

describe('admission', () => {
  test('over quota is 429 with Retry-After: a full queue, and a queue that takes too long', async () => {
    const blocker = await submit(SLOW, { resourceGroup: 'narrow' });
    const waiting = post(server, { sql: 'SELECT 1 AS n', resourceGroup: 'narrow' });
    await expect
      .poll(async () => (await json(await get('/v1/resource-groups'))).resourceGroups)
      .toContainEqual(expect.objectContaining({ name: 'narrow', numRunning: 1, numQueued: 1 }));
    const full = await post(server, { sql: 'SELECT 1 AS n', resourceGroup: 'narrow' });
    expect([full.status, (await json(full)).code]).toEqual([429, 'QUEUE_FULL']);
    expect(Number(full.headers.get('retry-after'))).toBeGreaterThan(0);
    const late = await waiting;
    expect([late.status, (await json(late)).code]).toEqual([429, 'QUEUE_TIMEOUT']);
    await fetch(server.url + blocker, { method: 'DELETE' });
    expect((await post(server, { sql: 'SELECT 1 AS n', resourceGroup: 'narrow' })).status).toBe(200);
  });

  test('a client that goes away stops its query', async () => {
    const leaving = new AbortController();
    const gone = post(server, { sql: SLOW, resourceGroup: 'narrow' }, {}, { signal: leaving.signal }).catch(
      () => 'gone',
    );
    await expect
      .poll(async () => JSON.stringify((await json(await get('/v1/resource-groups'))).resourceGroups))
      .toContain('"numRunning":1');
    leaving.abort();
    expect(await gone).toBe('gone');
    await expect
      .poll(async () => (await json(await get('/v1/queries'))).queries as unknown)
      .toContainEqual(expect.objectContaining({ sql: SLOW, state: 'CANCELLED', resourceGroup: 'narrow' }));
  });
});

test('EXPLAIN by HTTP runs nothing and tells bytes, requests and dollars', async () => {
  const response = await fetch(`${server.url}/v1/queries:explain`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sql: 'SELECT sum(price) AS s FROM numbers' }),
  });
  const { cost, columns, stages } = await json(response);
  expect(columns).toEqual([{ name: 's', type: 'decimal(38,2)', nullable: true }]);
  expect((stages as unknown[]).length).toBeGreaterThan(0);
  const location = await submit('SELECT sum(price) AS s FROM numbers');
  const { progress } = await finished(location);
  expect((progress as { bytesRead: number }).bytesRead).toBeGreaterThanOrEqual((cost as { bytes: number }).bytes);
});

test('the catalog has tables and columns', async () => {
  expect((await json(await get('/v1/tables'))).tables).toEqual([
    { name: 'kinds', kind: 'table' },
    { name: 'numbers', kind: 'table' },
  ]);
  expect((await json(await get('/v1/tables/numbers'))).columns).toEqual([
    { name: 'id', type: 'bigint', nullable: true },
    { name: 'price', type: 'decimal(20,2)', nullable: true },
    { name: 'name', type: 'varchar', nullable: true },
  ]);
  expect((await get('/v1/tables/none')).status).toBe(404);
});

test('the admin port tells life, readiness and metrics', async () => {
  expect((await fetch(`${server.adminUrl}/livez`)).status).toBe(200);
  expect((await fetch(`${server.adminUrl}/readyz`)).status).toBe(200);
  const text = await (await fetch(`${server.adminUrl}/metrics`)).text();
  expect(text).toMatch(/millrace_queries_total\{group="default",outcome="finished",code="OK"\} \d+/);
  expect(text).toMatch(/millrace_slo_queries_total\{slo="storage",outcome="good"\} \d+/);
});

test('traceparent comes back with the trace that was sent', async () => {
  const trace = '0af7651916cd43dd8448eb211c80319c';
  const response = await post(server, 'SELECT 1', { traceparent: `00-${trace}-b7ad6b7169203331-01` });
  expect(response.headers.get('traceparent')).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`));
});

test('a deprecated route says so by its headers', async () => {
  const app = Fastify();
  announceDeprecations(app);
  const since = new Date('2026-01-01T00:00:00Z');
  app.get(
    '/old',
    { config: { deprecation: { since, sunset: new Date('2027-01-01T00:00:00Z'), link: '/docs' } } },
    async () => 'x',
  );
  const { headers } = await app.inject('/old');
  expect(headers).toMatchObject({
    deprecation: '@1767225600',
    sunset: 'Fri, 01 Jan 2027 00:00:00 GMT',
    link: '</docs>; rel="deprecation"',
  });
  await app.close();
});

test('the contract is the one that was agreed', async () => {
  const agreed = join(import.meta.dirname, '..', 'openapi.json');
  const now = await json(await get('/openapi.json'));
  if (process.env.UPDATE_OPENAPI) writeFileSync(agreed, `${JSON.stringify(now, null, 2)}\n`);
  const help =
    'The HTTP contract has changed. If no client breaks, accept it: UPDATE_OPENAPI=1 npx vitest run examples/query-server/test/api.test.ts';
  expect(now, help).toEqual(JSON.parse(readFileSync(agreed, 'utf8')));
});

test('closing a connection in the middle of a stream leaves nothing running', async () => {
  const { default: net } = await import('node:net');
  const { port } = new URL(server.url);
  const socket = net.connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  const body = JSON.stringify({ sql: 'SELECT a.id, b.name FROM numbers a, numbers b' });
  socket.write(
    `POST /v1/queries HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  await once(socket, 'data');
  socket.destroy();
  await expect
    .poll(async () => JSON.stringify((await json(await get('/v1/resource-groups'))).resourceGroups))
    .not.toContain('"numRunning":1');
});
