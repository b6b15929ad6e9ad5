import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectStore } from '@millrace/core/storage';
import { createEngine } from 'millrace';
import { s3Store } from 'millrace/s3';
import { generateTpch } from '../tpch/generate-tpch.ts';
import { tpchQuery } from '../tpch/query-text.ts';
import type { S3ServerAddress, S3ServerSettings } from './s3-server-process.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;

export interface S3MeasureOptions {
  readonly scaleFactor: number;
  /** Where generated data are kept. */
  readonly dataDirectory: string;
  /** Bytes that each way to read fetches. */
  readonly bytes: number;
  /** Requests in flight. */
  readonly concurrency: number;
  /** Of one connection of the shaped link. */
  readonly bytesPerSecond: number;
  readonly onProgress: (text: string) => void;
}

/** What reading costs the client, without the server. */
export interface ReadCost {
  readonly way: string;
  readonly rangeBytes: number;
  readonly numRequests: number;
  readonly cpuSecondsPerGib: number;
  readonly cpuMicrosPerRequest: number;
  readonly megabytesPerSecond: number;
}

/** A query over the shaped link: cold, and once more. */
export interface ColdQuery {
  readonly query: string;
  readonly run: 'cold' | 'again';
  readonly elapsedMs: number;
  readonly numRequests: number;
  readonly bytesFetched: number;
  readonly bytesFromCache: number;
  readonly peakInFlight: number;
  readonly numHedges: number;
}

export interface S3Report {
  readonly schema: 's3@1';
  readonly reads: readonly ReadCost[];
  readonly queries: readonly ColdQuery[];
}

/** The ways to get a range: straight into given memory, as the data plane does, and as a stream of the SDK. */
const WAYS: Readonly<Record<string, (store: ObjectStore, offset: number, into: Uint8Array) => Promise<unknown>>> = {
  'into memory': (store, offset, into) => store.getRanges('blob', [{ offset, length: into.length }], { into }),
  'stream of the SDK': async (store, offset, into) => {
    const { body } = await store.get('blob', { range: { offset, length: into.length } });
    let position = 0;
    for await (const part of body) {
      into.set(part, position);
      position += part.length;
    }
  },
};

/** Measures the S3 adapter against the server of `MILLRACE_S3_ENDPOINT`, or an emulator in another process. */
export async function measureS3(options: S3MeasureOptions): Promise<S3Report> {
  process.env.AWS_ACCESS_KEY_ID ??= 'emulated';
  process.env.AWS_SECRET_ACCESS_KEY ??= 'emulated';
  const bucket = `bench-${process.pid}`;
  const server = await startServer({
    bucket,
    seed: 1,
    latency: 's3-standard',
    bytesPerSecond: options.bytesPerSecond,
  });
  try {
    const reads = await measureReads(s3Store({ bucket, endpoint: server.direct }), options);
    const queries = await measureQueries(bucket, server, options);
    return { schema: 's3@1', reads, queries };
  } finally {
    server.stop();
  }
}

async function measureReads(store: ObjectStore, options: S3MeasureOptions): Promise<ReadCost[]> {
  const { bytes, concurrency, onProgress } = options;
  const objectBytes = 64 * MIB;
  const costs: ReadCost[] = [];
  try {
    onProgress('writing an object');
    await store.put('blob', randomBytes(objectBytes));
    for (const rangeBytes of [8 * MIB, 4096]) {
      const numRequests = Math.ceil(rangeBytes === 4096 ? 4000 : bytes / rangeBytes);
      for (const [way, read] of Object.entries(WAYS)) {
        onProgress(`${numRequests} ranges of ${rangeBytes} bytes, ${way}`);
        const run = (count: number) => readMany(store, read, { count, rangeBytes, objectBytes, concurrency });
        // Connections, and code that is compiled by then.
        await run(concurrency * 4);
        const cpu = process.cpuUsage();
        const startMs = performance.now();
        await run(numRequests);
        const elapsedMs = performance.now() - startMs;
        const { user, system } = process.cpuUsage(cpu);
        const total = numRequests * rangeBytes;
        costs.push({
          way,
          rangeBytes,
          numRequests,
          cpuSecondsPerGib: ((user + system) / 1e6 / total) * GIB,
          cpuMicrosPerRequest: (user + system) / numRequests,
          megabytesPerSecond: total / 1e3 / elapsedMs,
        });
      }
    }
  } finally {
    await store.close();
  }
  return costs;
}

async function readMany(
  store: ObjectStore,
  read: (typeof WAYS)[string],
  work: {
    readonly count: number;
    readonly rangeBytes: number;
    readonly objectBytes: number;
    readonly concurrency: number;
  },
): Promise<void> {
  const { count, rangeBytes, objectBytes, concurrency } = work;
  let next = 0;
  const one = async () => {
    const into = new Uint8Array(new SharedArrayBuffer(rangeBytes));
    while (next < count) await read(store, (next++ * rangeBytes) % (objectBytes - rangeBytes), into);
  };
  await Promise.all(Array.from({ length: concurrency }, one));
}

async function measureQueries(
  bucket: string,
  server: S3ServerAddress,
  { scaleFactor, dataDirectory, onProgress }: S3MeasureOptions,
): Promise<ColdQuery[]> {
  const directory = join(dataDirectory, `tpch-sf${scaleFactor}`);
  const file = join(directory, 'lineitem.parquet');
  onProgress('generating and uploading lineitem');
  const bytes = await readFile(file).catch(async () => {
    await generateTpch({ scaleFactor, directory });
    return readFile(file);
  });
  const upload = s3Store({ bucket, endpoint: server.direct });
  await upload.put('tpch/lineitem.parquet', bytes);
  await upload.close();
  const results: ColdQuery[] = [];
  for (const number of [6, 1]) {
    // A new engine: nothing is known of the file.
    await using engine = createEngine({ stores: { lake: s3Store({ bucket, endpoint: server.shaped }) } });
    engine.registerTable('lineitem', { location: 'lake/tpch/lineitem.parquet' });
    await engine.query('SELECT 1').toArray();
    for (const run of ['cold', 'again'] as const) {
      onProgress(`Q${number}, ${run}`);
      const query = engine.query(tpchQuery(number));
      await query.toArray();
      const { elapsedMs, storage, numPlanRequests } = query.stats;
      const { bytesFetched, bytesFromCache, peakInFlight, numHedges, numRequests } = storage;
      results.push({
        query: `Q${number}`,
        run,
        elapsedMs,
        numRequests: numRequests + numPlanRequests,
        bytesFetched,
        bytesFromCache,
        peakInFlight,
        numHedges,
      });
    }
  }
  return results;
}

async function startServer(settings: S3ServerSettings): Promise<S3ServerAddress & { stop(): void }> {
  const child = fork(new URL('./s3-server-process.ts', import.meta.url), [JSON.stringify(settings)]);
  const address = await new Promise<S3ServerAddress>((resolve, reject) => {
    child.once('message', (message) => resolve(message as S3ServerAddress));
    child.once('exit', (code) => reject(new Error(`The S3 server has ended with code ${code}.`)));
  });
  return { ...address, stop: () => child.disconnect() };
}
