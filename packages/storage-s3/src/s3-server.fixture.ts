import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { comparePaths } from '@millrace/core/storage';
import { buildApp } from 'fauxqs';

export const TEST_CREDENTIALS = { accessKeyId: 'test-key', secretAccessKey: 'test-secret' };

export interface S3Server extends AsyncDisposable {
  readonly endpoint: string;
  makeBucket(name: string): Promise<void>;
}

/**
 * An S3 server in this process, on a port of its own of the loopback interface. The emulator sorts its listings by
 * locale, where S3 sorts by the bytes of the key: it is made to compare as S3 does until it is stopped.
 */
export async function startS3Server(): Promise<S3Server> {
  const { localeCompare } = String.prototype;
  String.prototype.localeCompare = function (this: string, other: string) {
    return comparePaths(String(this), other);
  };
  const app = buildApp({ logger: false });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const endpoint = address.replace(/\/$/, '');
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials: TEST_CREDENTIALS });
  return {
    endpoint,
    makeBucket: async (name) => void (await client.send(new CreateBucketCommand({ Bucket: name }))),
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      app.server.closeAllConnections();
      await app.close();
      String.prototype.localeCompare = localeCompare;
    },
  };
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
