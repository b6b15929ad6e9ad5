import { createHash } from 'node:crypto';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { QueryServer } from '../src/query-server.ts';
import { startQueryServer } from '../src/query-server.ts';
import { verifyAuditLog } from '../src/telemetry/audit-log.ts';
import { post, startServer, type TestData, testData } from './server.fixture.ts';

const KEYS = {
  alice: 'key-of-alice-0123456789',
  bob: 'key-of-bob-0123456789',
  root: 'key-of-root-0123456789',
  old: 'expired-key-0123456789',
  nobody: 'key-without-a-role-012',
};
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

let data: TestData;
let server: QueryServer;
let privateKey: CryptoKey;
let foreignKey: CryptoKey;

beforeAll(async () => {
  data = await testData();
  await data.write(
    'sales',
    "SELECT i AS id, CASE WHEN i % 2 = 0 THEN 'acme' ELSE 'umbra' END AS tenant, 'secret-' || i AS card, i * 10 AS amount FROM range(100) r(i)",
  );
  await data.write('payroll', 'SELECT 1 AS id, 5000 AS salary');
  await data.write('open', 'SELECT 7 AS n');
  symlinkSync('/etc/passwd', join(data.directory, 'link.parquet'));
  const pair = await generateKeyPair('ES256');
  privateKey = pair.privateKey;
  foreignKey = (await generateKeyPair('ES256')).privateKey;
  const jwk = { ...(await exportJWK(pair.publicKey)), alg: 'ES256', kid: 'one', use: 'sig' };
  writeFileSync(join(data.directory, 'jwks.json'), JSON.stringify({ keys: [jwk] }));
  const key = (name: keyof typeof KEYS, roles: string[], more: object = {}) => ({
    name,
    sha256: sha256(KEYS[name]),
    roles,
    ...more,
  });
  server = await startServer(data.directory, ['sales', 'payroll', 'open'], {
    roles: {
      analyst: {
        tables: {
          sales: { rowFilter: 'tenant = $1', parameters: [{ claim: 'tenant' }], masks: { card: "'****'" } },
          open: {},
        },
        locations: ['lake/open*'],
        deniedFunctions: ['repeat'],
        resourceGroups: ['small'],
      },
      clerk: { tables: { sales: { columns: ['id', 'amount'] } }, resourceGroups: ['small'] },
      admin: { tables: { '*': {} }, resourceGroups: ['*'], seesAllQueries: true },
    },
    auth: {
      apiKeys: [
        key('alice', ['analyst'], { attributes: { tenant: 'acme' } }),
        key('bob', ['clerk']),
        key('root', ['admin']),
        key('old', ['admin'], { expires: '2020-01-01T00:00:00Z' }),
        key('nobody', ['analyst-of-nothing']),
      ],
      jwt: { issuer: 'https://issuer.test', audience: 'millrace', jwksFile: 'jwks.json', algorithms: ['ES256'] },
    },
    resourceGroups: { small: { maxRunning: 2 }, large: { maxRunning: 2 } },
    limits: { bodyBytes: '64KiB' },
    telemetry: { auditLog: 'audit.jsonl', log: 'silent' },
  });
});

afterAll(async () => {
  await server.close();
  data[Symbol.dispose]();
});

const as = (token: string | undefined): Record<string, string> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };
const ask = async (token: string | undefined, body: object | string, headers: Record<string, string> = {}) => {
  const response = await post(server, body, { ...as(token), ...headers });
  return {
    status: response.status,
    body: (await response.json()) as { code?: string; rows?: object[]; numRows?: number; detail?: string },
  };
};
const token = (
  claims: object,
  {
    key = privateKey,
    issuer = 'https://issuer.test',
    audience = 'millrace',
    expires = '5m',
    alg = 'ES256',
  }: { key?: CryptoKey | Uint8Array; issuer?: string; audience?: string; expires?: string; alg?: string } = {},
) =>
  new SignJWT({ ...claims })
    .setProtectedHeader({ alg, kid: 'one' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject('carol')
    .setExpirationTime(expires)
    .sign(key);

const INVALID: readonly (readonly [string, () => string | undefined | Promise<string>])[] = [
  ['no token', () => undefined],
  ['a wrong key', () => 'key-of-alice-0123456780'],
  ['an expired key', () => KEYS.old],
  ['a token of another issuer', () => token({ roles: ['admin'] }, { issuer: 'https://evil.test' })],
  ['a token for another audience', () => token({ roles: ['admin'] }, { audience: 'other' })],
  ['an expired token', () => token({ roles: ['admin'] }, { expires: '-1h' })],
  ['a token signed by another key', () => token({ roles: ['admin'] }, { key: foreignKey })],
  [
    'a token without a signature',
    () =>
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify({ iss: 'https://issuer.test', aud: 'millrace', sub: 'x', exp: 9e9, roles: ['admin'] })).toString('base64url')}.`,
  ],
  [
    'a token signed with the public key as a secret',
    () =>
      token(
        { roles: ['admin'] },
        {
          alg: 'HS256',
          key: new TextEncoder().encode(readFileSync(join(data.directory, 'jwks.json'), 'utf8')),
        },
      ),
  ],
];

describe('who asks', () => {
  test.each(INVALID)('%s: 401, and logged', async (_, make) => {
    const { status, body } = await ask(await make(), 'SELECT 1 AS n');
    expect([status, body.code]).toEqual([401, 'UNAUTHENTICATED']);
    expect(readFileSync(join(data.directory, 'audit.jsonl'), 'utf8')).toContain('UNAUTHENTICATED');
  });

  test('every address but the contract and the console wants to know', async () => {
    for (const path of [
      '/v1/queries',
      '/v1/tables',
      '/v1/tables/sales',
      '/v1/resource-groups',
      '/v1/queries/x',
      '/v1/queries/x/results',
      '/v1/queries/x/events',
      '/v1/queries/x/profile',
    ]) {
      expect((await fetch(server.url + path)).status, path).toBe(401);
    }
    for (const path of ['/openapi.json', '/']) expect((await fetch(server.url + path)).status).toBe(200);
  });

  test('a role that the server does not know gives nothing, the operator role neither', async () => {
    expect(await ask(KEYS.nobody, 'SELECT 1 AS n')).toMatchObject({ status: 403, body: { code: 'NO_ROLE' } });
    expect(await ask(await token({ roles: ['operator'] }), 'SELECT 1 AS n')).toMatchObject({
      status: 403,
      body: { code: 'NO_ROLE' },
    });
  });

  test('without auth, and not on loopback, there is a random token', async () => {
    await using open = await startQueryServer({
      stores: { lake: { type: 'fs', root: data.directory } },
      listen: { host: '0.0.0.0', port: 0, adminPort: 0 },
    });
    expect(open.token).toMatch(/^[\w-]{43}$/);
    expect((await post(open, 'SELECT 1')).status).toBe(401);
    expect((await post(open, 'SELECT 1', as(open.token))).status).toBe(200);
  });
});

describe('what may be seen', () => {
  const count = 'SELECT count(*) AS n, min(tenant) AS low, max(tenant) AS high, min(card) AS card FROM sales';
  test.each([
    ['alice', () => KEYS.alice, count, { n: '50', low: 'acme', high: 'acme', card: '****' }],
    [
      'carol of umbra',
      () => token({ roles: ['analyst'], tenant: 'umbra' }),
      count,
      { n: '50', low: 'umbra', high: 'umbra', card: '****' },
    ],
    ['root', () => KEYS.root, count, { n: '100', low: 'acme', high: 'umbra', card: 'secret-0' }],
    ['bob', () => KEYS.bob, 'SELECT count(*) AS n, sum(amount) AS s FROM sales', { n: '100', s: '49500' }],
    ['alice, a file she may name', () => KEYS.alice, "SELECT n FROM read_parquet('lake/open.parquet')", { n: 7 }],
  ] as const)('%s', async (_, make, sql, expected) => {
    expect((await ask(await make(), sql)).body.rows).toEqual([expected]);
  });

  test.each([
    ['alice', 'SELECT * FROM payroll'],
    ['alice', "SELECT * FROM read_parquet('lake/payroll.parquet')"],
    ['alice', "SELECT * FROM read_parquet('lake/sales.parquet')"],
    ['alice', 'SELECT * FROM "lake/open/../payroll.parquet"'],
    ['alice', "SELECT * FROM read_parquet('lake/*.parquet')"],
    ['alice', "SELECT * FROM read_parquet(ARRAY['lake/open.parquet', 'lake/payroll.parquet'])"],
    ['alice', "SELECT repeat('x', 1000000)"],
    ['alice', 'SELECT * FROM open WHERE EXISTS (SELECT FROM payroll)'],
    ['alice', 'WITH x AS (SELECT * FROM payroll) SELECT 1 FROM x'],
    ['alice', 'EXPLAIN SELECT * FROM payroll'],
    ['alice', 'EXPLAIN (COST) SELECT * FROM payroll'],
    ['bob', 'SELECT card FROM sales'],
    ['bob', 'SELECT * FROM sales'],
    ['bob', "SELECT count(*) FROM sales WHERE card LIKE 'secret-1%'"],
    ['bob', 'SELECT count(*) FROM sales ORDER BY max(card)'],
    ['bob', 'SELECT 1 FROM open'],
    ['bob', 'CREATE VIEW v AS SELECT * FROM sales'],
    ['bob', "CREATE FOREIGN TABLE x () SERVER lake OPTIONS (location 'payroll.parquet')"],
    ['bob', 'DROP TABLE sales'],
    ['bob', "SET timezone = 'Asia/Tokyo'"],
  ] as const)('%s is refused: %s', async (who, sql) => {
    const { status, body } = await ask(KEYS[who], sql);
    expect([status, body.code], JSON.stringify(body)).toEqual([403, 'PERMISSION_DENIED']);
    expect(JSON.stringify(body)).not.toMatch(/5000|secret-\d/);
  });

  test('a claim that the row filter needs and the token lacks means that there is nothing to see', async () => {
    expect(await ask(await token({ roles: ['analyst'] }), 'SELECT 1 FROM sales')).toMatchObject({ status: 403 });
    expect(
      await ask(await token({ roles: ['analyst'], tenant: "x' OR '1'='1" }), 'SELECT count(*) AS n FROM sales'),
    ).toMatchObject({ body: { rows: [{ n: '0' }] } });
  });

  test('the catalog has what the caller may read', async () => {
    const names = async (who: keyof typeof KEYS) =>
      (
        (await (await fetch(`${server.url}/v1/tables`, { headers: as(KEYS[who]) })).json()) as {
          tables: { name: string }[];
        }
      ).tables.map(({ name }) => name);
    expect(await names('alice')).toEqual(['open', 'sales']);
    expect(await names('bob')).toEqual(['sales']);
    expect((await fetch(`${server.url}/v1/tables/payroll`, { headers: as(KEYS.bob) })).status).toBe(404);
    const sales = (await (await fetch(`${server.url}/v1/tables/sales`, { headers: as(KEYS.bob) })).json()) as {
      columns: { name: string }[];
    };
    expect(sales.columns.map(({ name }) => name)).toEqual(['id', 'amount']);
  });

  test('groups and queries of others are out of reach', async () => {
    expect(await ask(KEYS.alice, { sql: 'SELECT 1', resourceGroup: 'large' })).toMatchObject({
      status: 403,
      body: { code: 'RESOURCE_GROUP_DENIED' },
    });
    const response = await post(server, 'SELECT n FROM open', { ...as(KEYS.alice), prefer: 'respond-async' });
    const location = server.url + response.headers.get('location');
    for (const path of ['', '/results', '/events', '/profile'])
      expect((await fetch(location + path, { headers: as(KEYS.bob) })).status).toBe(404);
    expect((await fetch(location, { method: 'DELETE', headers: as(KEYS.bob) })).status).toBe(404);
    expect((await fetch(location, { headers: as(KEYS.root) })).status).toBe(200);
  });

  test('an Idempotency-Key of one caller is not that of another', async () => {
    const headers = { 'idempotency-key': 'shared' };
    const first = await ask(KEYS.alice, 'SELECT count(*) AS n FROM sales', headers);
    const second = await ask(KEYS.root, 'SELECT count(*) AS n FROM sales', headers);
    expect([first.body.rows, second.body.rows]).toEqual([[{ n: '50' }], [{ n: '100' }]]);
  });
});

describe('out of the stores', () => {
  test.each([
    "SELECT * FROM read_parquet('/etc/passwd')",
    "SELECT * FROM read_parquet('file:///etc/passwd')",
    "SELECT * FROM read_parquet('lake/../../etc/passwd')",
    'SELECT * FROM "lake/link.parquet"',
    "SELECT * FROM read_parquet('http://127.0.0.1:1/x.parquet')",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT getenv('PATH')",
    "SELECT current_setting('data_directory')",
    "COPY sales TO '/tmp/out.csv'",
    "SELECT lo_import('/etc/passwd')",
    'SELECT 1; DROP TABLE sales',
  ])('%s', async (sql) => {
    await using local = await startServer(data.directory, ['sales']);
    const response = await post(local, sql);
    const text = await response.text();
    expect(response.status, text).toBeGreaterThanOrEqual(400);
    expect(response.status).not.toBe(500);
    expect(text).not.toMatch(/root:|PATH=/);
  });
});

/** Sends bytes as they are; what came back until the server closed. */
function raw(text: string, { end = true } = {}): Promise<string> {
  const socket = net.connect(Number(new URL(server.url).port), '127.0.0.1');
  return new Promise((resolve, reject) => {
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve(answer) : reject(error),
    );
    socket.write(text);
    if (end) socket.end();
  });
}

describe('requests that are not as they should be', () => {
  const body = '{"sql":"SELECT 1"}';
  const head = (lines: string) =>
    `POST /v1/queries HTTP/1.1\r\n${lines}Content-Type: application/json\r\nConnection: close\r\nAuthorization: Bearer ${KEYS.root}\r\n`;
  const host = 'Host: 127.0.0.1\r\n';

  test.each([
    [
      'another host name',
      `${head('Host: evil.test\r\n')}Content-Length: ${body.length}\r\n\r\n${body}`,
      /^HTTP\/1.1 421/,
    ],
    ['no host name', `${head('')}Content-Length: ${body.length}\r\n\r\n${body}`, /^HTTP\/1.1 400/],
    [
      'two host names',
      `${head(`${host}Host: evil.test\r\n`)}Content-Length: ${body.length}\r\n\r\n${body}`,
      /^HTTP\/1.1 4/,
    ],
    [
      'two lengths',
      `${head(host)}Content-Length: ${body.length}\r\nContent-Length: 3\r\n\r\n${body}`,
      /^HTTP\/1.1 400/,
    ],
    [
      'a length and chunks',
      `${head(host)}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      /^HTTP\/1.1 400/,
    ],
    [
      'a header that folds',
      `${head(host)}X-A: 1\r\n folded\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      /^HTTP\/1.1 4/,
    ],
    ['too many header bytes', `${head(host)}X-A: ${'x'.repeat(40_000)}\r\n\r\n`, /^HTTP\/1.1 431/],
    [
      'a page of another site',
      `${head(`${host}Origin: https://evil.test\r\n`)}Content-Length: ${body.length}\r\n\r\n${body}`,
      /^HTTP\/1.1 403/,
    ],
    [
      'HTTP/1.0',
      `${head(host)}Content-Length: ${body.length}\r\n\r\n${body}`.replace('HTTP/1.1', 'HTTP/1.0'),
      /^HTTP\/1.1 505/,
    ],
    ['no HTTP', 'SELECT 1;\r\n\r\n', /^HTTP\/1.1 400/],
  ])('%s', async (_, text, expected) => {
    expect(await raw(text, { end: false })).toMatch(expected);
  });

  test.each([
    ['a body that is too large', { body: JSON.stringify({ sql: 'x'.repeat(100_000) }) }, 413],
    ['a body that nests too deeply', { body: `{"sql":"SELECT 1","params":${'['.repeat(5000)}` }, 400],
    [
      'SQL that nests too deeply',
      { body: JSON.stringify({ sql: `SELECT ${'('.repeat(20_000)}1${')'.repeat(20_000)}` }) },
      422,
    ],
    ['text', { headers: { 'content-type': 'text/plain', ...as(KEYS.root) } }, 415],
    ['a form', { headers: { 'content-type': 'application/x-www-form-urlencoded', ...as(KEYS.root) } }, 415],
    ['a NUL', { body: JSON.stringify({ sql: 'SELECT \u0000' }) }, 400],
  ])('%s', async (_, init, status) => {
    const response = await fetch(`${server.url}/v1/queries`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...as(KEYS.root) },
      body: '{"sql":"SELECT 1"}',
      ...init,
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      status,
      expect.stringContaining('application/problem+json'),
    ]);
    await response.text();
  });

  test('GET never runs SQL', async () => {
    for (const path of ['/v1/queries?sql=SELECT%201', '/v1/queries:explain?sql=SELECT%201', '/?sql=SELECT%201']) {
      const response = await fetch(server.url + path, { headers: as(KEYS.root) });
      expect(await response.text()).not.toContain('"rows"');
    }
  });

  test('no CORS header is sent, and a preflight gets none', async () => {
    const response = await fetch(`${server.url}/v1/queries`, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.test', 'access-control-request-method': 'POST' },
    });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });
});

test('the audit log is a chain, and a change of it is found', async () => {
  const path = join(data.directory, 'audit.jsonl');
  const text = readFileSync(path, 'utf8');
  expect(await verifyAuditLog(path)).toBe(text.trimEnd().split('\n').length);
  expect(text).toContain('"principal":"key:bob"');
  for (const secret of Object.values(KEYS)) expect(text).not.toContain(secret);
  const changed = join(data.directory, 'changed.jsonl');
  writeFileSync(changed, text.replace('key:bob', 'key:bop'));
  await expect(verifyAuditLog(changed)).rejects.toThrow(/Line \d+/);
  const lines = text.trimEnd().split('\n');
  writeFileSync(changed, `${[...lines.slice(0, 2), ...lines.slice(3)].join('\n')}\n`);
  await expect(verifyAuditLog(changed)).rejects.toThrow('Line 3');
});
