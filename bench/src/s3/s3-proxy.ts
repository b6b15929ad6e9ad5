import {
  Agent,
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
  request as sendRequest,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { seededRandom } from '@millrace/core/runtime';
import { type LatencyPreset, type LatencyTable, latencyAt, latencyTable } from '@millrace/core/storage';

/** Chances, from 0 to 1, of what may happen to a GET of an object. */
export interface ProxyFaults {
  /** It is refused with 503 SlowDown. */
  readonly slowDown?: number;
  /** The connection is reset instead of an answer. */
  readonly reset?: number;
  /** The connection ends in the middle of the body. */
  readonly truncated?: number;
  /** The body stops in the middle for {@link STALL_MS}. */
  readonly slowBody?: number;
  /** The answer carries other bytes than those asked for, and says so. */
  readonly wrongRange?: number;
  /** The object seems to have another version than the one asked for. */
  readonly changed?: number;
}

export interface S3ProxySettings {
  /** URL of the server behind it. */
  readonly target: string;
  /** The same seed gives the same fates to the same sequence of requests. */
  readonly seed: number;
  /** Time to the first byte, beside that of the server itself. Default: none. */
  readonly latency?: LatencyPreset | LatencyTable;
  /** Of one connection. Default: no limit. */
  readonly bytesPerSecond?: number;
  /** GETs a second; those beyond are refused with 503 SlowDown. Default: no limit. */
  readonly maxGetsPerSecond?: number;
}

/** What has passed through a proxy. */
export interface ProxyCounts {
  numRequests: number;
  /** GETs of objects. */
  numGets: number;
  numRefused: number;
  /** Faults other than refusals. */
  numFaults: number;
  bytesSent: number;
}

export interface S3Proxy extends AsyncDisposable {
  readonly endpoint: string;
  /** What happens from now on. */
  faults: ProxyFaults;
  readonly counts: ProxyCounts;
  /** Connections of clients that are open now. */
  readonly numConnections: number;
}

const STALL_MS = 200;

/** Parts in which a body is paced. */
const PACE_MS = 10;

const SLOW_DOWN =
  '<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>';
const CHANGED = '<?xml version="1.0"?><Error><Code>PreconditionFailed</Code><Message>Changed.</Message></Error>';

type Fate = keyof ProxyFaults | 'served';

const FATES: readonly (keyof ProxyFaults)[] = ['slowDown', 'reset', 'truncated', 'slowBody', 'wrongRange', 'changed'];

/**
 * A proxy on the loopback interface in front of an S3 server, that makes it as slow as a real one and as unreliable as a test wants. For
 * tests and benchmarks: nothing of the network is left to chance.
 */
export async function startS3Proxy(settings: S3ProxySettings): Promise<S3Proxy> {
  const target = new URL(settings.target);
  const random = seededRandom(settings.seed);
  const table = settings.latency === undefined ? undefined : latencyTable(settings.latency);
  const agent = new Agent({ keepAlive: true });
  const sockets = new Set<Socket>();
  const counts: ProxyCounts = { numRequests: 0, numGets: 0, numRefused: 0, numFaults: 0, bytesSent: 0 };
  const capacity = new GetCapacity(settings.maxGetsPerSecond);
  let faults: ProxyFaults = {};

  const fateOf = (isGet: boolean): Fate => {
    if (!isGet) return 'served';
    if (!capacity.take()) return 'slowDown';
    let share = random.next();
    for (const fate of FATES) {
      share -= faults[fate] ?? 0;
      if (share < 0) return fate;
    }
    return 'served';
  };

  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const isGet =
      incoming.method === 'GET' && !incoming.url!.includes('list-type=') && incoming.url!.split('/').length > 2;
    const fate = fateOf(isGet);
    counts.numRequests += 1;
    if (isGet) counts.numGets += 1;
    if (fate === 'slowDown') counts.numRefused += 1;
    else if (fate !== 'served') counts.numFaults += 1;
    if (table) await pause(latencyAt(table, random.next()));
    if (fate === 'slowDown') return refuse(outgoing, 503, SLOW_DOWN);
    if (fate === 'changed') return refuse(outgoing, 412, CHANGED);
    if (fate === 'reset') return void incoming.socket.resetAndDestroy();
    const answer = await forward(target, agent, incoming);
    const headers: OutgoingHttpHeaders = { ...answer.headers };
    if (fate === 'wrongRange' && headers['content-range']) {
      headers['content-range'] = headers['content-range'].replace(
        /^bytes (\d+)-(\d+)/,
        (_, from, to) => `bytes ${+from + 1}-${+to + 1}`,
      );
    }
    outgoing.writeHead(answer.statusCode ?? 502, headers);
    await sendBody(answer, outgoing, fate, counts, settings.bytesPerSecond);
  };

  const server = createServer((incoming, outgoing) => {
    outgoing.on('error', () => undefined);
    serve(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get faults() {
      return faults;
    },
    set faults(given) {
      faults = given;
    },
    counts,
    get numConnections() {
      return sockets.size;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A bucket of tokens that fills by the second. */
class GetCapacity {
  readonly #perSecond: number;
  #saved: number;
  #countedMs = performance.now();

  constructor(perSecond = Number.POSITIVE_INFINITY) {
    this.#perSecond = perSecond;
    this.#saved = perSecond;
  }

  take(): boolean {
    const nowMs = performance.now();
    this.#saved = Math.min(this.#perSecond, this.#saved + ((nowMs - this.#countedMs) / 1000) * this.#perSecond);
    this.#countedMs = nowMs;
    if (this.#saved < 1) return false;
    this.#saved -= 1;
    return true;
  }
}

/** The request as it came, its Host header included, which the signature covers. */
function forward(target: URL, agent: Agent, incoming: IncomingMessage): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { method, url, headers } = incoming;
    const onward = sendRequest(
      { agent, host: target.hostname, port: target.port, method, path: url, headers },
      resolve,
    );
    onward.on('error', reject);
    incoming.on('error', () => onward.destroy());
    incoming.pipe(onward);
  });
}

function refuse(outgoing: ServerResponse, status: number, text: string): void {
  outgoing.writeHead(status, { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(text) });
  outgoing.end(text);
}

async function sendBody(
  answer: IncomingMessage,
  outgoing: ServerResponse,
  fate: Fate,
  counts: ProxyCounts,
  bytesPerSecond: number | undefined,
): Promise<void> {
  const half = Number(answer.headers['content-length'] ?? 0) / 2;
  const stepBytes = bytesPerSecond === undefined ? Number.POSITIVE_INFINITY : (bytesPerSecond * PACE_MS) / 1000;
  const startMs = performance.now();
  let numSent = 0;
  let mustStall = fate === 'slowBody';
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    for (let position = 0; position < chunk.length; ) {
      if (fate === 'truncated' && numSent >= half) return void outgoing.destroy();
      if (mustStall && numSent >= half) {
        mustStall = false;
        await pause(STALL_MS);
      }
      // Faults strike in the middle, whatever the size of the chunks.
      const limit =
        fate === 'truncated' || mustStall ? Math.max(1, Math.ceil(half - numSent)) : Number.POSITIVE_INFINITY;
      const part = chunk.subarray(position, position + Math.min(stepBytes, limit));
      position += part.length;
      numSent += part.length;
      counts.bytesSent += part.length;
      if (!outgoing.write(part)) await drained(outgoing);
      if (outgoing.destroyed) return;
      const dueMs = bytesPerSecond === undefined ? 0 : startMs + (numSent / bytesPerSecond) * 1000 - performance.now();
      if (dueMs > PACE_MS) await pause(dueMs);
    }
  }
  if (fate === 'truncated') outgoing.destroy();
  else outgoing.end();
}

/** Until it takes more, or nothing any more. */
function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      outgoing.off('drain', done).off('close', done);
      resolve();
    };
    outgoing.on('drain', done).on('close', done);
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
