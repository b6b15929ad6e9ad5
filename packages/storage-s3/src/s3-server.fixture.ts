import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { comparePaths } from '@millrace/core/storage';
import { buildApp } from 'fauxqs';

/** A real server that `npm run test:s3` has started; without one the emulator. */
const REAL_ENDPOINT = process.env.MILLRACE_S3_ENDPOINT;

export const IS_REAL_SERVER = REAL_ENDPOINT !== undefined;

export const TEST_CREDENTIALS = IS_REAL_SERVER
  ? { accessKeyId: process.env.AWS_ACCESS_KEY_ID!, secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY! }
  : { accessKeyId: 'test-key', secretAccessKey: 'test-secret' };

export interface S3Server extends AsyncDisposable {
  readonly endpoint: string;
  makeBucket(name: string): Promise<void>;
}

/**
 * An S3 server in this process, on a port of its own of the loopback interface, or the real one. The emulator sorts its listings by
 * locale, where S3 sorts by the bytes of the key: it is made to compare as S3 does until it is stopped.
 */
export async function startS3Server(): Promise<S3Server> {
  if (REAL_ENDPOINT !== undefined) return realServer(REAL_ENDPOINT);
  const { localeCompare } = String.prototype;
  String.prototype.localeCompare = function (this: string, other: string) {
    return comparePaths(String(this), other);
  };
  const app = buildApp({ logger: false });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const endpoint = address.replace(/\/$/, '');
  const client = testClient(endpoint);
  return {
    endpoint,
    makeBucket: (name) => makeBucket(client, name),
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      app.server.closeAllConnections();
      await app.close();
      String.prototype.localeCompare = localeCompare;
    },
  };
}

function realServer(endpoint: string): S3Server {
  const client = testClient(endpoint);
  return {
    endpoint,
    makeBucket: (name) => makeBucket(client, name),
    [Symbol.asyncDispose]: async () => client.destroy(),
  };
}

function testClient(endpoint: string): S3Client {
  return new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials: TEST_CREDENTIALS });
}

/** On the real server it may be there from another test. */
async function makeBucket(client: S3Client, name: string): Promise<void> {
  await client.send(new CreateBucketCommand({ Bucket: name }));
}

export interface ScriptedServer extends AsyncDisposable {
  readonly endpoint: string;
  /** Connections that are open now, and the most there were at one time. */
  readonly connections: { open: number; peak: number };
  readonly requests: IncomingMessage[];
}

/** A server that answers as a test wants, for what no real server can be made to do. */
export async function startScriptedServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<ScriptedServer> {
  const connections = { open: 0, peak: 0 };
  const requests: IncomingMessage[] = [];
  const server: Server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  server.on('connection', (socket) => {
    connections.open += 1;
    connections.peak = Math.max(connections.peak, connections.open);
    socket.on('close', () => {
      connections.open -= 1;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
