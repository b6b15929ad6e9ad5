import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { isQueryError } from '@millrace/core/storage';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import type { HttpExchange } from './http-connection.ts';
import { HttpPool } from './http-pool.ts';

const BODY = Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * 31) & 0xff));

let server: Server | undefined;
let pool: HttpPool | undefined;
const sockets = new Set<Socket>();

afterEach(async () => {
  pool?.close();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

/** A server on a bare socket, which answers each request as the test says. */
async function serve(answer: (socket: Socket, numBefore: number) => void, settings = {}): Promise<HttpPool> {
  let numRequests = 0;
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    let text = '';
    socket.on('data', (data) => {
      text += data.toString('latin1');
      while (text.includes('\r\n\r\n')) {
        text = text.slice(text.indexOf('\r\n\r\n') + 4);
        answer(socket, numRequests++);
      }
    });
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  pool = new HttpPool(
    { isSecure: false, hostname: '127.0.0.1', port },
    { maxConnections: 4, connectTimeoutMs: 1000, idleTimeoutMs: 5000, ...settings },
  );
  return pool;
}

function exchange(target: Uint8Array): HttpExchange {
  return {
    request: 'GET / HTTP/1.1\r\nhost: h\r\n\r\n',
    accept: ({ status }) => (status === 200 ? target : undefined),
  };
}

const head = (headers = '', status = '200 OK') =>
  `HTTP/1.1 ${status}\r\ncontent-length: ${BODY.length}\r\n${headers}\r\n`;
const whole = (headers = '') => Buffer.concat([Buffer.from(head(headers)), BODY]);
const never = new AbortController().signal;

async function get(from: HttpPool, signal = never) {
  const target = new Uint8Array(new SharedArrayBuffer(BODY.length));
  const answer = await from.send(exchange(target), signal);
  return { answer, isWhole: Buffer.compare(Buffer.from(target), BODY) === 0 };
}

test('a body arrives whole however the network cuts the answer, one after another on one connection', async () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 60_000 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(fc.array(cuts, { minLength: 1, maxLength: 3 }), async (answers) => {
      const from = await serve(async (socket, numBefore) => {
        const bytes = whole();
        let position = 0;
        for (const length of [...(answers[numBefore] ?? []), bytes.length]) {
          socket.write(bytes.subarray(position, position + length));
          position += length;
          await new Promise((resolve) => setImmediate(resolve));
        }
      });
      for (const _ of answers) expect((await get(from)).isWhole).toBe(true);
      expect(sockets.size).toBe(1);
      from.close();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server!.close(resolve));
    }),
    { numRuns: 30 },
  );
});

test('interim answers are passed over', async () => {
  const from = await serve((socket) => {
    socket.write('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n');
    socket.write(whole());
  });
  expect((await get(from)).isWhole).toBe(true);
});

test.each([
  ['by its length', 'HTTP/1.1 503 Slow\r\ncontent-length: 5\r\n\r\nhello'],
  ['in chunks', 'HTTP/1.1 503 Slow\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=1\r\nllo\r\n0\r\n\r\n'],
])('text of an error comes %s, and the connection is used again', async (_, text) => {
  const from = await serve((socket, numBefore) => {
    if (numBefore > 0) socket.write(whole());
    else for (const letter of text) socket.write(letter);
  });
  expect((await get(from)).answer).toMatchObject({ head: { status: 503 }, text: 'hello' });
  expect((await get(from)).isWhole).toBe(true);
  expect(sockets.size).toBe(1);
});

test('text of an error may end with the connection', async () => {
  const from = await serve((socket) => socket.end('HTTP/1.1 500 Failed\r\nconnection: close\r\n\r\nhello'));
  expect((await get(from)).answer).toMatchObject({ head: { status: 500 }, text: 'hello' });
});

test.each([
  ['in the body', (socket: Socket) => socket.end(whole().subarray(0, 10_000)), 'ECONNRESET'],
  ['in the head', (socket: Socket) => socket.end('HTTP/1.1 200 O'), 'ECONNRESET'],
  ['before the answer', (socket: Socket) => socket.destroy(), 'ECONNRESET'],
])('a connection that ends %s is an error', async (_, answer, code) => {
  const from = await serve(answer);
  await expect(get(from)).rejects.toMatchObject({ code });
});

test.each([
  ['another protocol', 'SSH-2.0-OpenSSH\r\n\r\n', /does not speak/],
  ['another length', `HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\nabcdefg`, /length/],
  ['a head without an end', `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(5000)}`, /too long/],
])('%s is an error', async (_, text, message) => {
  const from = await serve((socket) => socket.write(text));
  await expect(get(from)).rejects.toThrow(message);
  await expect.poll(() => sockets.size).toBe(0);
});

test('a kept connection that the server has closed costs another one, not an error', async () => {
  const from = await serve((socket, numBefore) => {
    // The second request meets a connection that ends just then.
    if (numBefore === 1) socket.destroy();
    else socket.write(whole());
  });
  for (let i = 0; i < 3; i++) expect((await get(from)).isWhole).toBe(true);
});

test('bytes behind the body belong to no other answer', async () => {
  const from = await serve((socket) => socket.write(Buffer.concat([whole(), Buffer.from('more')])));
  expect((await get(from)).isWhole).toBe(true);
  // Met while they are still on their way, they are an error: never a part of the next answer.
  const next = await get(from).catch((error: Error) => error.message);
  if (typeof next === 'string') expect(next).toMatch(/does not speak HTTP|closed|unasked/);
  else expect(next.isWhole).toBe(true);
});

test('an answer without progress is a time-out', async () => {
  const from = await serve((socket) => socket.write(whole().subarray(0, 10_000)), { idleTimeoutMs: 50 });
  await expect(get(from)).rejects.toMatchObject({ name: 'TimeoutError' });
});

test('an abort ends the connection, in the body and in the line', async () => {
  const from = await serve((socket) => socket.write(whole().subarray(0, 10_000)), { maxConnections: 1 });
  const abort = new AbortController();
  const outcomes = Promise.allSettled([get(from, abort.signal), get(from, abort.signal)]);
  await expect.poll(() => sockets.size).toBe(1);
  abort.abort();
  for (const outcome of await outcomes) {
    expect(outcome.status === 'rejected' && isQueryError(outcome.reason) && outcome.reason.code).toBe('ABORTED');
  }
  await expect.poll(() => sockets.size).toBe(0);
});

test('connections are as many as allowed', async () => {
  let most = 0;
  const from = await serve((socket) => {
    most = Math.max(most, sockets.size);
    setImmediate(() => socket.write(whole()));
  });
  const answers = await Promise.all(Array.from({ length: 20 }, () => get(from)));
  expect(answers.every(({ isWhole }) => isWhole)).toBe(true);
  expect(most).toBeLessThanOrEqual(4);
});
