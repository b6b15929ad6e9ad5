import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A query of the mixture, and how many of ten requests it is. */
interface MixedQuery {
  readonly name: string;
  readonly share: number;
  readonly accept: string;
  readonly sql: (random: number) => string;
}

/** Mostly short questions, some reports, now and then a large result. */
const MIXTURE: readonly MixedQuery[] = [
  { name: 'constant', share: 2, accept: 'application/json', sql: () => 'SELECT 1 AS n' },
  {
    name: 'small',
    share: 4,
    accept: 'application/json',
    sql: (random) =>
      `SELECT o_orderkey, o_totalprice FROM orders WHERE o_orderkey = ${1 + Math.floor(random * 150_000)}`,
  },
  {
    name: 'report',
    share: 3,
    accept: 'text/csv',
    sql: () => 'SELECT l_shipmode, count(*) AS n, sum(l_extendedprice) AS total FROM lineitem GROUP BY l_shipmode',
  },
  {
    name: 'export',
    share: 1,
    accept: 'application/vnd.apache.arrow.stream',
    sql: () => 'SELECT o_orderkey, o_custkey, o_totalprice, o_orderdate FROM orders',
  },
];

export interface ServerLoadOptions {
  readonly clients: number;
  readonly seconds: number;
  /** Requests a second while there is spare capacity. */
  readonly spareRate: number;
  readonly spareSeconds: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (text: string) => void;
}

/** Latencies in milliseconds. */
export interface LatencySummary {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface ServerLoadReport {
  readonly schema: 'server-load@1';
  readonly clients: number;
  readonly seconds: number;
  /** Answers by HTTP status; `failed` are connections that broke and results that were cut off. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Refusals without a Retry-After, and answers that are neither a result nor an honest refusal. */
  readonly dishonest: number;
  readonly latency: Readonly<Record<string, LatencySummary>>;
  /** Resident memory of the server process at the end of each tenth of the run. */
  readonly rssBytes: readonly number[];
  /** The small query at a low rate, when nothing else runs. */
  readonly spare: LatencySummary;
}

const SERVER = join(import.meta.dirname, '..', '..', '..', 'examples', 'query-server', 'src', 'main.ts');
const NUM_MEMORY_SAMPLES = 10;
/** Until what was under way has ended, and the server says no more that it has too much to do. */
const REST_MS = 3000;

/** Starts the query server as a process of its own over its sample data and loads it from this one. */
export async function measureServerLoad(options: ServerLoadOptions): Promise<ServerLoadReport> {
  const { clients, seconds, signal, onProgress } = options;
  const server = await startServer(signal);
  try {
    for (const { sql, accept } of MIXTURE) await ask(server.url, sql(0.5), accept, signal);
    onProgress?.(`${clients} clients for ${seconds} s`);
    const statuses: Record<string, number> = {};
    const times = new Map<string, number[]>(MIXTURE.map(({ name }) => [name, []]));
    const rssBytes: number[] = [];
    let dishonest = 0;
    const endsMs = performance.now() + seconds * 1000;
    const sampler = setInterval(
      () => rssBytes.push(residentBytes(server.process)),
      (seconds * 1000) / NUM_MEMORY_SAMPLES,
    );
    const client = async (number: number) => {
      for (let turn = number; performance.now() < endsMs && !signal.aborted; turn++) {
        const query = pick(turn);
        const answer = await ask(server.url, query.sql(Math.random()), query.accept, signal);
        statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
        if (answer.status === 200) times.get(query.name)!.push(answer.ms);
        else if (answer.retryAfterMs === undefined) dishonest += 1;
        else await new Promise((resolve) => setTimeout(resolve, Math.min(answer.retryAfterMs!, 2000)));
      }
    };
    await Promise.all(Array.from({ length: clients }, (_, i) => client(i)));
    clearInterval(sampler);
    signal.throwIfAborted();
    onProgress?.('small queries with spare capacity');
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
    const spare = await spareLatency(server.url, options);
    const latency = Object.fromEntries([...times].map(([name, values]) => [name, summary(values)]));
    return { schema: 'server-load@1', clients, seconds, statuses, dishonest, latency, rssBytes, spare };
  } finally {
    server.process.kill('SIGTERM');
    if (server.process.exitCode === null) await once(server.process, 'exit');
  }
}

/** An open loop: requests start by the clock, however long those before them take. */
async function spareLatency(
  url: string,
  { spareRate, spareSeconds, signal }: ServerLoadOptions,
): Promise<LatencySummary> {
  const small = MIXTURE.find(({ name }) => name === 'small')!;
  const startMs = performance.now();
  const requests = Array.from({ length: Math.floor(spareRate * spareSeconds) }, async (_, i) => {
    await new Promise((resolve) =>
      setTimeout(resolve, Math.max(0, startMs + (i * 1000) / spareRate - performance.now())),
    );
    // The same few orders, as a dashboard asks for them.
    return ask(url, small.sql((i % 8) / 8), small.accept, signal);
  });
  const answers = await Promise.all(requests);
  if (answers.some(({ status }) => status !== 200))
    throw new Error('a small query has failed though nothing else was running');
  return summary(answers.map(({ ms }) => ms));
}

interface Answer {
  readonly status: number | 'failed';
  readonly ms: number;
  readonly retryAfterMs: number | undefined;
}

async function ask(url: string, sql: string, accept: string, signal: AbortSignal): Promise<Answer> {
  const startMs = performance.now();
  try {
    const response = await fetch(`${url}/v1/queries`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify({ sql }),
      signal,
    });
    // A result that is cut off rejects here.
    await response.arrayBuffer();
    const retryAfter = response.headers.get('retry-after');
    return {
      status: response.status,
      ms: performance.now() - startMs,
      retryAfterMs: retryAfter === null ? undefined : Number(retryAfter) * 1000,
    };
  } catch {
    return { status: 'failed', ms: performance.now() - startMs, retryAfterMs: undefined };
  }
}

function pick(turn: number): MixedQuery {
  let place = turn % MIXTURE.reduce((sum, { share }) => sum + share, 0);
  for (const query of MIXTURE) {
    if (place < query.share) return query;
    place -= query.share;
  }
  return MIXTURE[0]!;
}

function summary(values: readonly number[]): LatencySummary {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: sorted.at(-1) ?? 0 };
}

async function startServer(signal: AbortSignal): Promise<{ url: string; process: ChildProcess }> {
  const process_ = spawn(process.execPath, [SERVER, '--port', '0', '--admin-port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  signal.addEventListener('abort', () => process_.kill('SIGKILL'), { once: true });
  for await (const line of createInterface({ input: process_.stdout! })) {
    const url = /listens at (\S+)/.exec(line)?.[1];
    if (url) return { url, process: process_ };
  }
  throw new Error('the query server did not start');
}

/** Linux tells it in pages of 4 KiB; elsewhere nothing is known. */
function residentBytes({ pid }: ChildProcess): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096;
  } catch {
    return 0;
  }
}
