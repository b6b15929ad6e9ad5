import { inspect } from 'node:util';
import { getBytes, getText, isQueryError, listAll, type ObjectStore, putText } from '@millrace/core/storage';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { s3Store } from './index.ts';
import { type S3Server, startS3Server, startScriptedServer, TEST_CREDENTIALS } from './s3-server.fixture.ts';

const components = { credentials: TEST_CREDENTIALS };
const MIB = 2 ** 20;

/** An error answer as S3 gives it. */
function s3Answer(code: string, message = 'a message'): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message><StringToSign>AWS4-HMAC-SHA256 secret material</StringToSign><RequestId>R1</RequestId></Error>`;
}

async function rejection(promise: Promise<unknown>) {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isQueryError(error)) throw new Error(`expected a QueryError, got ${inspect(error)}`);
  return error;
}

describe('errors of the server', () => {
  test.each([
    [503, 'SlowDown', 'THROTTLED', true],
    [503, 'ServiceUnavailable', 'THROTTLED', true],
    [429, 'TooManyRequests', 'THROTTLED', true],
    [500, 'InternalError', 'CONNECTION_LOST', true],
    [504, 'GatewayTimeout', 'TIMEOUT', true],
    [400, 'RequestTimeout', 'TIMEOUT', true],
    [404, 'NoSuchKey', 'OBJECT_NOT_FOUND', false],
    [404, 'NoSuchBucket', 'BUCKET_NOT_FOUND', false],
    [403, 'AccessDenied', 'PERMISSION_DENIED', false],
    [403, 'InvalidAccessKeyId', 'PERMISSION_DENIED', false],
    [403, 'SignatureDoesNotMatch', 'PERMISSION_DENIED', false],
    [403, 'RequestTimeTooSkewed', 'PERMISSION_DENIED', false],
    [400, 'ExpiredToken', 'PERMISSION_DENIED', false],
    [403, 'InvalidObjectState', 'PERMISSION_DENIED', false],
    [301, 'PermanentRedirect', 'BAD_SETTING', false],
    [416, 'InvalidRange', 'TRUNCATED_OBJECT', false],
    [501, 'NotImplemented', 'FEATURE_NOT_IMPLEMENTED', false],
    [400, 'SomethingNew', 'BAD_ARGUMENT', false],
  ])('%i %s is %s', async (status, s3Code, code, retryable) => {
    await using server = await startScriptedServer((_, response) => {
      response.writeHead(status, { 'content-type': 'application/xml', 'retry-after': '2' });
      response.end(s3Answer(s3Code));
    });
    const store = s3Store({ bucket: 'bucket', endpoint: server.endpoint }, components);
    const error = await rejection(store.getRanges('some/path', [{ offset: 0, length: 1 }]));
    expect(error).toMatchObject({ code, retryable, details: { path: 'some/path' } });
    if (code === 'THROTTLED') expect(error.details).toMatchObject({ status, retryAfterMs: 2000, bucket: 'bucket' });
    // One request only: whether to try again is not for the adapter to decide.
    expect(server.requests.length).toBe(1);
    const shown = inspect(error, { depth: 10 });
    expect(shown).not.toMatch(/test-secret|test-key|Signature=|secret material/);
    await store.close();
  });

  test('a condition that does not hold is told by what was asked', async () => {
    await using server = await startScriptedServer((request, response) => {
      request.resume();
      response.writeHead(412, { 'content-type': 'application/xml' });
      response.end(request.method === 'HEAD' ? undefined : s3Answer('PreconditionFailed'));
    });
    const settings = { bucket: 'bucket', endpoint: server.endpoint, conditionalWrites: 'create-and-replace' } as const;
    const store = s3Store(settings, components);
    const exists = rejection(putText(store, 'a', 'x', { ifNoneMatch: '*' }));
    expect(await exists).toMatchObject({ code: 'OBJECT_EXISTS', kind: 'AlreadyExists' });
    const changed = [
      () => putText(store, 'a', 'x', { ifMatch: 'v1' }),
      () => store.head('a', { ifMatch: 'v1' }),
      () => store.get('a', { ifMatch: 'v1' }),
      () => store.getRanges('a', [{ offset: 0, length: 1 }], { ifMatch: 'v1' }),
    ];
    for (const call of changed) {
      expect(await rejection(call())).toMatchObject({ code: 'VERSION_MISMATCH', details: { expected: 'v1' } });
    }
    await store.close();
  });

  test('a server that is not there, or has no such bucket, is said so', async () => {
    const store = s3Store({ bucket: 'bucket', endpoint: 'http://127.0.0.1:9' }, components);
    expect(await rejection(store.head('a'))).toMatchObject({
      code: 'CONNECTION_LOST',
      message: expect.stringContaining('http://127.0.0.1:9 does not accept connections'),
    });
    await store.close();
    const nowhere = s3Store({ bucket: 'bucket', endpoint: 'http://nowhere.invalid' }, components);
    expect(await rejection(nowhere.head('a'))).toMatchObject({
      code: 'CONNECTION_LOST',
      message: expect.stringContaining('cannot be found'),
    });
    await nowhere.close();
  });

  test('missing credentials are said so', async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE', 'HOME'])
      vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('AWS_CONFIG_FILE', '/nowhere/config');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere/credentials');
    const store = s3Store({ bucket: 'bucket', endpoint: 'http://127.0.0.1:9' });
    expect(await rejection(store.head('a'))).toMatchObject({ code: 'CREDENTIALS_MISSING', hint: /anonymous/ });
    await store.close();
    vi.unstubAllEnvs();
  });
});

describe('answers that are not what was asked for', () => {
  const bytes = Buffer.alloc(1000, 'x');
  const headers = { etag: '"e1"', 'last-modified': new Date(0).toUTCString() };
  const ask = { offset: 100, length: 200 };

  test.each<[string, number, Record<string, string | number>, Buffer, string]>([
    ['the whole object', 200, { ...headers, 'content-length': 1000 }, bytes, 'FEATURE_NOT_IMPLEMENTED'],
    [
      'another range',
      206,
      { ...headers, 'content-length': 200, 'content-range': 'bytes 0-199/1000' },
      bytes.subarray(0, 200),
      'FEATURE_NOT_IMPLEMENTED',
    ],
    [
      'a shorter range',
      206,
      { ...headers, 'content-length': 50, 'content-range': 'bytes 100-149/150' },
      bytes.subarray(0, 50),
      'TRUNCATED_OBJECT',
    ],
    [
      'an object that is too short',
      200,
      { ...headers, 'content-length': 150 },
      bytes.subarray(0, 150),
      'TRUNCATED_OBJECT',
    ],
    [
      'no ETag',
      206,
      { 'content-length': 200, 'content-range': 'bytes 100-299/1000' },
      bytes.subarray(0, 200),
      'FEATURE_NOT_IMPLEMENTED',
    ],
  ])('%s', async (_, status, answerHeaders, body, code) => {
    await using server = await startScriptedServer((__, response) => {
      response.writeHead(status, answerHeaders);
      response.end(body);
    });
    const store = s3Store({ bucket: 'bucket', endpoint: server.endpoint }, components);
    expect(await rejection(store.getRanges('a', [ask]))).toMatchObject({ code });
    expect(await rejection(store.get('a', { range: ask }))).toMatchObject({ code });
    await store.close();
  });

  test('a body that ends early or too late is a lost connection, in ranges and in streams', async () => {
    for (const sent of [150, 250]) {
      await using server = await startScriptedServer((_, response) => {
        const range = { 'content-range': 'bytes 100-299/1000' };
        response.writeHead(206, { ...headers, ...range, 'content-length': 200 });
        response.flushHeaders();
        // Past the response, which would count the bytes.
        response.socket?.end(bytes.subarray(0, sent));
      });
      const store = s3Store({ bucket: 'bucket', endpoint: server.endpoint }, components);
      const ranges = store.getRanges('a', [ask]);
      if (sent < 200) expect(await rejection(ranges)).toMatchObject({ code: 'CONNECTION_LOST', retryable: true });
      else await ranges;
      const streamed = getBytes(store, 'a', { range: ask });
      if (sent < 200) expect(await rejection(streamed)).toMatchObject({ code: 'CONNECTION_LOST' });
      else expect((await streamed).length).toBe(200);
      await store.close();
    }
  });

  test('an object that is replaced between two ranges is noticed', async () => {
    let numRequests = 0;
    await using server = await startScriptedServer((request, response) => {
      numRequests += 1;
      if (numRequests === 1) {
        response.writeHead(206, { ...headers, 'content-range': 'bytes 0-99/1000', 'content-length': 100 });
        response.end(bytes.subarray(0, 100));
      } else {
        expect(request.headers['if-match']).toBe('"e1"');
        response.writeHead(412, { 'content-type': 'application/xml' });
        response.end(s3Answer('PreconditionFailed'));
      }
    });
    const store = s3Store({ bucket: 'bucket', endpoint: server.endpoint }, components);
    const ranges = [0, 200, 400].map((offset) => ({ offset, length: 100 }));
    expect(await rejection(store.getRanges('a', ranges))).toMatchObject({ code: 'VERSION_MISMATCH' });
    await store.close();
  });
});

describe('connections', () => {
  test('are as many as allowed and not more, and are used again', async () => {
    const waiting: (() => void)[] = [];
    await using server = await startScriptedServer((_, response) => {
      waiting.push(() => {
        response.writeHead(200, { etag: '"e"', 'content-length': 3 });
        response.end();
      });
      if (waiting.length >= 4) for (const answer of waiting.splice(0)) answer();
    });
    const store = s3Store({ bucket: 'bucket', endpoint: server.endpoint, maxConnections: 4 }, components);
    for (let round = 0; round < 3; round++) await Promise.all(Array.from({ length: 16 }, () => store.head('a')));
    expect(server.requests.length).toBe(48);
    expect(server.connections.peak).toBe(4);
    await store.close();
    await expect.poll(() => server.connections.open).toBe(0);
  });

  test('are given up when a body is cancelled or aborted, and when the server hangs', async () => {
    await using server = await startScriptedServer((_, response) => {
      response.writeHead(200, { etag: '"e"', 'content-length': 10 * MIB });
      response.write(Buffer.alloc(MIB));
    });
    const store = s3Store({ bucket: 'bucket', endpoint: server.endpoint }, components);
    const cancelled = await store.get('a');
    await cancelled.body.cancel();
    const controller = new AbortController();
    const aborted = await store.get('a', { signal: controller.signal });
    const range = { offset: 0, length: 10 * MIB };
    const reading = store.getRanges('a', [range], { signal: controller.signal });
    await expect.poll(() => server.requests.length).toBe(3);
    controller.abort();
    expect(await rejection(reading)).toMatchObject({ code: 'ABORTED' });
    expect(await rejection(aborted.body.pipeTo(new WritableStream()))).toMatchObject({ code: 'ABORTED' });
    await expect.poll(() => server.connections.open).toBe(0);
    const forgotten = await store.get('a');
    await store.close();
    expect(await rejection(forgotten.body.pipeTo(new WritableStream()))).toMatchObject({ code: 'ENGINE_CLOSED' });
    await expect.poll(() => server.connections.open).toBe(0);
  });

  test('a server that says nothing is a time-out', async () => {
    await using server = await startScriptedServer(() => undefined);
    const store = s3Store({ bucket: 'bucket', endpoint: server.endpoint, idleTimeoutMs: 50 }, components);
    expect(await rejection(store.head('a'))).toMatchObject({ code: 'TIMEOUT', retryable: true });
    await store.close();
  });
});

describe('over a server', () => {
  let server: S3Server;
  let store: ObjectStore;
  beforeAll(async () => {
    server = await startS3Server();
    await server.makeBucket('bucket');
    store = s3Store(
      { bucket: 'bucket', endpoint: server.endpoint, partBytes: 5 * MIB, multipartThresholdBytes: 5 * MIB },
      components,
    );
  });
  afterAll(async () => {
    await store.close();
    await server[Symbol.asyncDispose]();
  });

  test('a bucket that does not exist', async () => {
    const other = s3Store({ bucket: 'other', endpoint: server.endpoint }, components);
    expect(await rejection(listAll(other))).toMatchObject({ code: 'BUCKET_NOT_FOUND' });
    expect(await rejection(putText(other, 'a', 'x'))).toMatchObject({ code: 'BUCKET_NOT_FOUND' });
    await other.close();
  });

  test('keys that are no paths are left out of a listing', async () => {
    const { S3Client, PutObjectCommand } = await import('@aws-sdk/client-s3');
    const client = new S3Client({
      endpoint: server.endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      ...components,
    });
    for (const Key of ['odd/', 'odd/folder/', 'odd/a//b', 'odd/./c', 'odd/good']) {
      await client.send(new PutObjectCommand({ Bucket: 'bucket', Key, Body: 'x' }));
    }
    client.destroy();
    expect((await listAll(store, 'odd/')).map(({ path }) => path)).toEqual(['odd/good']);
  });

  test.each([0, 1, 5 * MIB - 1, 5 * MIB, 5 * MIB + 1, 10 * MIB, 17 * MIB + 3])(
    'a body of %i bytes arrives whole, whatever the size of its parts',
    async (size) => {
      const bytes = Buffer.alloc(size);
      for (let i = 0; i < size; i += 997) bytes[i] = i % 251;
      async function* parts() {
        for (let i = 0; i < size; i += 1_234_567) yield bytes.subarray(i, i + 1_234_567);
      }
      for (const body of [bytes, parts()]) {
        const written = await store.put('sized', body);
        expect(written.size).toBe(size);
        expect(Buffer.from(await getBytes(store, 'sized')).equals(bytes)).toBe(true);
        expect(await store.head('sized')).toMatchObject({ size, version: written.version });
      }
    },
  );
});

test('an upload in parts that fails is aborted, so that its parts are not paid for', async () => {
  await using server = await startS3Server();
  await server.makeBucket('bucket');
  const log: string[] = [];
  const { createServer, request } = await import('node:http');
  const target = new URL(server.endpoint);
  // A proxy that loses the second part.
  const proxy = createServer((incoming, outgoing) => {
    log.push(`${incoming.method} ${incoming.url}`);
    if (incoming.url?.includes('partNumber=2')) {
      incoming.socket.destroy();
      return;
    }
    const onward = request(
      {
        host: target.hostname,
        port: target.port,
        method: incoming.method,
        path: incoming.url,
        headers: incoming.headers,
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.on('error', () => outgoing.destroy());
    incoming.on('error', () => onward.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as { port: number };
  const settings = {
    bucket: 'bucket',
    endpoint: `http://127.0.0.1:${port}`,
    partBytes: 5 * MIB,
    multipartThresholdBytes: 5 * MIB,
  };
  const store = s3Store(settings, components);
  expect(await rejection(store.put('a', new Uint8Array(21 * MIB)))).toMatchObject({ code: 'CONNECTION_LOST' });
  expect(log.at(-1)).toMatch(/^DELETE .*uploadId=/);
  expect(log.some((line) => line.startsWith('POST') && line.includes('uploadId='))).toBe(false);
  expect(await rejection(store.head('a'))).toMatchObject({ code: 'OBJECT_NOT_FOUND' });
  await store.close();
  proxy.closeAllConnections();
  proxy.close();
});

describe('requests', () => {
  async function headersOf(settings: object, given: object, call: (store: ObjectStore) => Promise<unknown>) {
    await using server = await startScriptedServer((_, response) => {
      response.writeHead(200, { etag: '"e"', 'content-length': 0 });
      response.end();
    });
    const store = s3Store({ bucket: 'bucket', endpoint: server.endpoint, ...settings }, given);
    await call(store);
    await store.close();
    return server.requests[0]!;
  }

  test('are signed, unless they are to be anonymous', async () => {
    const signed = await headersOf({}, components, (store) => store.head('a b/ä'));
    expect(signed.headers.authorization).toMatch(`AWS4-HMAC-SHA256 Credential=${TEST_CREDENTIALS.accessKeyId}/`);
    expect(signed.url).toBe('/bucket/a%20b/%C3%A4');
    const anonymous = await headersOf({ credentials: 'anonymous' }, {}, (store) => store.head('a'));
    expect(anonymous.headers.authorization).toBeUndefined();
  });

  test('carry what the settings ask for: payer, encryption, customer key, conditions', async () => {
    const settings = {
      requesterPays: true,
      encryption: { kind: 'kms', keyId: 'key-1' },
      conditionalWrites: 'create-and-replace',
    };
    const put = await headersOf(settings, components, (store) => putText(store, 'a', 'x', { ifMatch: 'v1' }));
    expect(put.headers).toMatchObject({
      'x-amz-request-payer': 'requester',
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': 'key-1',
      'if-match': '"v1"',
    });
    const customerKey = new Uint8Array(32).fill(7);
    const head = await headersOf({}, { ...components, customerKey }, (store) => store.head('a'));
    expect(head.headers).toMatchObject({
      'x-amz-server-side-encryption-customer-algorithm': 'AES256',
      'x-amz-server-side-encryption-customer-key': Buffer.from(customerKey).toString('base64'),
    });
    const create = await headersOf({ conditionalWrites: 'create' }, components, (store) =>
      putText(store, 'a', 'x', { ifNoneMatch: '*' }),
    );
    expect(create.headers['if-none-match']).toBe('*');
  });

  test('ask for credentials when they are needed', async () => {
    const credentials = vi.fn(async () => TEST_CREDENTIALS);
    await headersOf({}, { credentials }, async (store) => {
      expect(credentials).not.toHaveBeenCalled();
      await store.head('a');
      await store.head('b');
    });
    expect(credentials).toHaveBeenCalledTimes(1);
  });
});

test('text comes back as it went', async () => {
  await using server = await startS3Server();
  await server.makeBucket('bucket');
  const store = s3Store({ bucket: 'bucket', endpoint: server.endpoint }, components);
  await putText(store, 'a', 'ä text');
  expect(await getText(store, 'a')).toBe('ä text');
  await store.close();
});
