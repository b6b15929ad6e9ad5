import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from 'millrace';
import { ensureWorkloadData, runWorkload } from '../driver/run-workload.ts';
import { describeMachine } from '../engines/machine.ts';
import { EngineHost } from '../host/engine-host.ts';
import type { HostSetup, QueryFigures, RequestRecord, StageShape, StoreChoice } from '../host/host-messages.ts';
import { storeText } from '../host/store-choice.ts';
import { writeJson } from '../json-output.ts';
import { estimateMedian } from '../statistics/median.ts';
import { TPCH_TABLE_NAMES } from '../tpch/index.ts';
import { QueryMix } from '../workload/query-mix.ts';
import type { Workload } from '../workload/workload-schema.ts';
import { probeNoise } from './noise-probe.ts';
import type { NoiseProbe, Profile, QueryProfile, QueryRun, RequestSample, ScalingPoint } from './profile.ts';
import { requestRounds } from './request-rounds.ts';

export interface CalibrateOptions {
  readonly workload: Workload;
  readonly store: StoreChoice;
  readonly dataDirectory: string;
  /** Fewest and most runs of each query alone. */
  readonly minRuns: number;
  readonly maxRuns: number;
  /** Worker counts of the closed loops, each with twice as many clients. */
  readonly workers: readonly number[];
  readonly secondsPerPoint: number;
  /** Where what is done is kept, so that an interrupted calibration goes on from there. */
  readonly resumeFile: string;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (text: string) => void;
}

/** The half-width of the median's 95 % interval at which a query has run often enough. */
const ENOUGH = 0.05;
const WARM_MS = 1500;
const NUM_COLD_STARTS = 3;

/** What is done so far. */
interface Progress {
  readonly key: string;
  noise?: NoiseProbe;
  coldStartMs: number[];
  baseRssBytes: number;
  queries: { name: string; stages: readonly StageShape[]; runs: QueryRun[]; peakRssBytes: number }[];
  requests: RequestSample[];
  references: { key: string; bytes: number }[];
  scaling: ScalingPoint[];
}

/**
 * Measures what a workload costs on this machine with this store: each query alone (one worker, in a process of its own, in random order,
 * until its median is known to 5 %), the mix in closed loops at several numbers of workers, and how an engine starts. Rejects when a query
 * fails. An interrupted calibration with the same options goes on where it was.
 */
export async function calibrate(options: CalibrateOptions): Promise<Profile> {
  const { workload, store, signal, onProgress, resumeFile } = options;
  const machine = describeMachine();
  const directory = await ensureWorkloadData(workload, options.dataDirectory, signal, onProgress);
  const key = createHash('sha256')
    .update(
      JSON.stringify([workload, store, options.minRuns, options.maxRuns, options.workers, options.secondsPerPoint]),
    )
    .digest('hex');
  const progress = loadProgress(resumeFile, key);
  const save = () => writeJson(resumeFile, progress);
  const setup: HostSetup = { numWorkers: 1, directory, tables: TPCH_TABLE_NAMES, store, recordRequests: true };
  await measureStart(setup, workload, progress, options);
  await save();
  if (progress.queries.length === 0) {
    await measureQueries(setup, workload, progress, options);
    await save();
  }
  const points = [
    { numWorkers: 1, concurrency: 1 },
    ...options.workers.map((numWorkers) => ({ numWorkers, concurrency: 2 * numWorkers })),
  ];
  for (const { numWorkers, concurrency } of points) {
    if (progress.scaling.some((point) => point.numWorkers === numWorkers && point.concurrency === concurrency))
      continue;
    onProgress(`closed loop: ${numWorkers} workers, ${concurrency} clients`);
    progress.scaling.push(await measureScaling(numWorkers, concurrency, options));
    await save();
  }
  await rm(resumeFile, { force: true });
  return {
    schema: 'profile@1',
    workload: workload.name,
    createdAt: new Date().toISOString(),
    machine,
    store: storeText(store),
    scaleFactor: workload.data.scaleFactor,
    seed: workload.seed,
    noise: progress.noise!,
    queries: progress.queries.map(({ name, ...measured }): QueryProfile => {
      const { tenant, weight } = workload.queries.find((query) => query.name === name)!;
      return { name, tenant, weight, ...measured };
    }),
    requests: progress.requests,
    references: progress.references,
    scaling: progress.scaling,
    coldStartMs: progress.coldStartMs,
    baseRssBytes: progress.baseRssBytes,
    dataBytes: await bytesOfTables(directory),
  };
}

async function bytesOfTables(directory: string): Promise<number> {
  const sizes = await Promise.all(
    TPCH_TABLE_NAMES.map(async (table) => (await stat(join(directory, `${table}.parquet`))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function loadProgress(file: string, key: string): Progress {
  const fresh: Progress = {
    key,
    coldStartMs: [],
    baseRssBytes: 0,
    queries: [],
    requests: [],
    references: [],
    scaling: [],
  };
  if (!existsSync(file)) return fresh;
  try {
    const saved = JSON.parse(readFileSync(file, 'utf8')) as Progress;
    return saved.key === key ? saved : fresh;
  } catch {
    // Cut short while it was written: measuring again is right.
    return fresh;
  }
}

async function measureStart(
  setup: HostSetup,
  workload: Workload,
  progress: Progress,
  options: CalibrateOptions,
): Promise<void> {
  if (progress.noise && progress.coldStartMs.length >= NUM_COLD_STARTS) return;
  const { sql, parameters } = new QueryMix(workload.queries, seededRandom(workload.seed)).draw(0);
  progress.coldStartMs = [];
  for (let i = 0; i < NUM_COLD_STARTS; i++) {
    options.onProgress('cold start');
    const startedMs = performance.now();
    const host = await EngineHost.start(setup, options.signal);
    try {
      await host.query({ sql, parameters });
      progress.coldStartMs.push(performance.now() - startedMs);
      if (i > 0) continue;
      progress.baseRssBytes = (await host.usage()).peakRssBytes;
      options.onProgress('noise of the machine');
      progress.noise = await probeNoise(host);
    } finally {
      await host.close();
    }
  }
}

/** All queries by turns in random order, each in its own process. */
async function measureQueries(
  setup: HostSetup,
  workload: Workload,
  progress: Progress,
  options: CalibrateOptions,
): Promise<void> {
  const { signal, onProgress, minRuns, maxRuns } = options;
  const random = seededRandom(workload.seed).fork('calibration order');
  const mix = new QueryMix(workload.queries, seededRandom(workload.seed).fork('calibration'));
  const hosts: EngineHost[] = [];
  const kill = () => {
    for (const host of hosts) host.kill();
  };
  signal?.addEventListener('abort', kill);
  const measured = workload.queries.map(({ name }) => ({
    name,
    stages: [] as readonly StageShape[],
    runs: [] as QueryRun[],
    peakRssBytes: 0,
  }));
  try {
    for (const [index, { name }] of workload.queries.entries()) {
      onProgress(`${name}: warming up`);
      const host = await EngineHost.start(setup, signal);
      hosts.push(host);
      const untilMs = performance.now() + WARM_MS;
      do await host.query({ ...mix.draw(index), detailed: true });
      while (performance.now() < untilMs);
      await host.requests();
      await host.usage();
    }
    for (let round = 0; round < maxRuns; round++) {
      const open = [...measured.keys()].filter((index) => round < minRuns || !isSteady(measured[index]!.runs));
      if (open.length === 0) break;
      for (const index of shuffled(open, random)) {
        onProgress(`round ${round + 1}: ${measured[index]!.name}`);
        const host = hosts[index]!;
        const figures = await host.query({ ...mix.draw(index), detailed: true });
        takeDown(measured[index]!, figures, await host.requests(), progress);
      }
    }
    for (const [index, host] of hosts.entries()) measured[index]!.peakRssBytes = (await host.usage()).peakRssBytes;
    progress.queries = measured;
  } finally {
    signal?.removeEventListener('abort', kill);
    await Promise.all(hosts.map((host) => host.close()));
  }
  signal?.throwIfAborted();
}

function isSteady(runs: readonly QueryRun[]): boolean {
  const { median, halfWidth } = estimateMedian(runs.map(({ processCpuMs }) => processCpuMs));
  return halfWidth !== undefined && halfWidth < ENOUGH * median;
}

function takeDown(
  query: { stages: readonly StageShape[]; runs: QueryRun[] },
  figures: QueryFigures,
  records: readonly RequestRecord[],
  progress: Progress,
): void {
  const sorted = [...records].sort((a, b) => a.startedMs - b.startedMs);
  const planning = sorted.slice(0, figures.stats.numPlanRequests);
  const data = sorted.slice(figures.stats.numPlanRequests).filter(({ operation }) => operation === 'get');
  const getsByPath: Record<string, { count: number; bytes: number }> = {};
  for (const { path, bytes } of data) {
    getsByPath[path] ??= { count: 0, bytes: 0 };
    const entry = getsByPath[path];
    entry.count += 1;
    entry.bytes += bytes;
  }
  const add = (record: RequestRecord, forPlanning: boolean) => {
    if (record.outcome !== 'done') return;
    const kind = record.operation === 'get' ? 'get' : 'other';
    progress.requests.push([kind, record.bytes, record.firstByteMs, record.totalMs, forPlanning]);
    if (kind === 'get') progress.references.push({ key: `${record.path}:${record.offset}`, bytes: record.bytes });
  };
  for (const record of planning) add(record, true);
  for (const record of data) add(record, false);
  query.stages = figures.stages;
  query.runs.push({
    serviceMs: figures.serviceMs,
    planMs: figures.planMs,
    planCpuMs: figures.planCpuMs,
    mainCpuMs: figures.mainCpuMs,
    processCpuMs: figures.processCpuMs,
    peakBytes: figures.stats.peakBytes,
    resultBytes: figures.resultBytes,
    numRetries: figures.stats.numRetries,
    planRounds: requestRounds(planning),
    numGets: data.length,
    bytes: data.reduce((sum, { bytes }) => sum + bytes, 0),
    getsByPath,
    tasks: figures.tasks.map(({ stage, task, cpuMs, waitMs }) => [stage, task, cpuMs, waitMs]),
  });
}

async function measureScaling(
  numWorkers: number,
  concurrency: number,
  options: CalibrateOptions,
): Promise<ScalingPoint> {
  const { workload, store, dataDirectory, secondsPerPoint, signal } = options;
  const run = await runWorkload({
    workload,
    store,
    numWorkers,
    dataDirectory,
    durationMs: secondsPerPoint * 1000,
    warmupMs: 0,
    seed: workload.seed + numWorkers,
    arrivals: { kind: 'closed', clients: concurrency, think: 0 },
    recordRequests: false,
    signal,
  });
  if (run.numFailed > 0) {
    throw new Error(
      `a query failed while the closed loop of ${concurrency} clients was measured: ${JSON.stringify(run.failures)}`,
    );
  }
  return {
    numWorkers,
    concurrency,
    throughputPerSecond: run.throughputPerSecond,
    cpuMsPerQuery: run.cpuMsPerQuery,
    cpuUtilisation: run.cpuUtilisation,
    p50Ms: run.responseMs.p50,
    counts: run.queries.map((_, index) => run.samples.filter(([query]) => query === index).length),
  };
}

function shuffled<T>(items: readonly T[], random: { next(): number }): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1));
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}
