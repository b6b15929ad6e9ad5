import { resolve } from 'node:path';
import { seededRandom } from 'millrace';
import { createArrivals } from '../arrivals/create-arrivals.ts';
import { ensureDataSet } from '../engines/data-set.ts';
import { describeMachine } from '../engines/machine.ts';
import { EngineHost } from '../host/engine-host.ts';
import type { RequestRecord, StoreChoice } from '../host/host-messages.ts';
import { storeText } from '../host/store-choice.ts';
import { TPCH_TABLE_NAMES } from '../tpch/index.ts';
import { QueryMix } from '../workload/query-mix.ts';
import type { ArrivalSpec, Workload } from '../workload/workload-schema.ts';
import { realClock } from './load-clock.ts';
import { runOpenLoop } from './open-loop.ts';
import { type RunReport, type StorageSummary, summarize } from './run-report.ts';

export interface RunWorkloadOptions {
  readonly workload: Workload;
  readonly store: StoreChoice;
  readonly numWorkers: number;
  readonly dataDirectory: string;
  readonly durationMs: number;
  readonly warmupMs: number;
  readonly seed: number;
  /** In place of the workload's own. */
  readonly arrivals?: ArrivalSpec | undefined;
  readonly recordRequests: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((text: string) => void) | undefined;
}

const MAX_IN_FLIGHT = 5_000;
/** Runs of each query before the clock starts: V8 compiles what runs often. */
const NUM_WARM_RUNS = 6;

/** Makes the tables that a workload reads, unless they are there; answers with their folder. */
export async function ensureWorkloadData(
  { data }: Workload,
  dataDirectory: string,
  signal: AbortSignal | undefined,
  onProgress: ((text: string) => void) | undefined,
): Promise<string> {
  const files = await ensureDataSet({
    directory: dataDirectory,
    tables: [...TPCH_TABLE_NAMES],
    scaleFactor: data.scaleFactor,
    compression: data.compression,
    writer: 'millrace',
    signal,
    onProgress,
  });
  return resolve(files[0]!.path, '..');
}

/** Runs a workload against a live engine in a process of its own. Rejects when the engine cannot be started, or on an abort. */
export async function runWorkload(options: RunWorkloadOptions): Promise<RunReport> {
  const { workload, store, numWorkers, durationMs, warmupMs, seed, signal, onProgress } = options;
  const startedAt = new Date().toISOString();
  const machine = describeMachine();
  const directory = await ensureWorkloadData(workload, options.dataDirectory, signal, onProgress);
  const { recordRequests } = options;
  const host = await EngineHost.start(
    { numWorkers, directory, tables: TPCH_TABLE_NAMES, store, recordRequests },
    signal,
  );
  const abort = () => host.kill();
  signal?.addEventListener('abort', abort);
  try {
    const random = seededRandom(seed);
    const mix = new QueryMix(workload.queries, random);
    onProgress?.('warming up');
    await warmUp(host, workload, random.fork('warm-up').next());
    await host.usage();
    await host.requests();
    const endMs = warmupMs + durationMs;
    const { timeout, retries, backoff } = workload.client;
    const result = await runOpenLoop({
      arrivals: createArrivals(options.arrivals ?? workload.arrivals, random),
      mix,
      names: workload.queries.map(({ name }) => name),
      client: { retries, backoffMs: backoff },
      warmupMs,
      endMs,
      maxInFlight: MAX_IN_FLIGHT,
      clock: realClock(),
      send: ({ sql, parameters }) => host.query({ sql, parameters, timeoutMs: timeout }),
      signal,
      onProgress: (done, nowMs) =>
        onProgress?.(`${done} queries answered, ${(nowMs / 1000).toFixed(0)} s of ${endMs / 1000} s`),
    });
    const usage = await host.usage();
    const storage = recordRequests ? summarizeRequests(await host.requests()) : undefined;
    const { samples, numArrivals, numDone, numAnswered, numFailed, numRetried, numDropped, failures } = result;
    return {
      schema: 'run@1',
      kind: 'measured',
      workload: workload.name,
      seed,
      startedAt,
      machine,
      store: storeText(store),
      numWorkers,
      queries: workload.queries.map(({ name }) => name),
      durationMs,
      warmupMs,
      numArrivals,
      numDone,
      numFailed,
      numRetried,
      numDropped,
      offeredPerSecond: numArrivals / (durationMs / 1000),
      throughputPerSecond: answeredBy(samples, warmupMs, endMs) / (durationMs / 1000),
      responseMs: summarize(samples.map((sample) => sample[4])),
      serviceMs: summarize(samples.map((sample) => sample[3])),
      startDelayMs: summarize(samples.map((sample) => sample[2])),
      cpuUtilisation: usage.cpuMs / (usage.wallMs * machine.numCores),
      cpuMsPerQuery: usage.cpuMs / Math.max(1, numAnswered),
      numAnswered,
      peakRssBytes: usage.peakRssBytes,
      storage,
      failures,
      samples,
    };
  } finally {
    signal?.removeEventListener('abort', abort);
    await host.close();
  }
}

/** Answers within the counted part. */
function answeredBy(samples: RunReport['samples'], startMs: number, endMs: number): number {
  return samples.filter(
    ([, intendedMs, , , responseMs]) => intendedMs + responseMs >= startMs && intendedMs + responseMs < endMs,
  ).length;
}

async function warmUp(host: EngineHost, workload: Workload, seed: number): Promise<void> {
  const mix = new QueryMix(workload.queries, seededRandom(Math.floor(seed * 2 ** 31)));
  for (let round = 0; round < NUM_WARM_RUNS; round++) {
    for (let index = 0; index < workload.queries.length; index++) {
      const { sql, parameters } = mix.draw(index);
      await host.query({ sql, parameters });
    }
  }
}

/** Sums up recorded requests. */
function summarizeRequests(records: readonly RequestRecord[]): StorageSummary {
  const gets = records.filter(({ operation }) => operation === 'get');
  return {
    numGets: gets.length,
    numOthers: records.length - gets.length,
    bytes: gets.reduce((sum, { bytes, outcome }) => sum + (outcome === 'done' ? bytes : 0), 0),
    numThrottled: records.filter(({ outcome }) => outcome === 'throttled').length,
    numFailed: records.filter(({ outcome }) => outcome === 'failed').length,
    firstByteMs: summarize(gets.filter(({ outcome }) => outcome === 'done').map(({ firstByteMs }) => firstByteMs)),
  };
}
