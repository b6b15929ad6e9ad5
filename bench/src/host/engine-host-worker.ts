/**
 * The process of an engine under load, started by `EngineHost`: takes requests over the channel to its parent, any number at a
 * time, and answers each when it is done.
 */
import { createEngine, type Engine, isQueryError, threadExecutor } from 'millrace';
import { peakRssBytes } from '../engines/process-usage.ts';
import type { HostAnswers, HostRequest, HostResponse, HostSetup, QueryFigures } from './host-messages.ts';
import { openHostStore } from './host-store.ts';
import { type ProfilingExecutor, profilingExecutor } from './profiling-executor.ts';
import { RequestListener } from './recording-store.ts';

const MICROSECONDS = 1_000;

interface OpenHost {
  readonly engine: Engine;
  readonly executor: ProfilingExecutor;
  readonly listener: RequestListener | undefined;
}

let host: OpenHost | undefined;
let usageMark = mark();

interface UsageMark {
  readonly wallMs: number;
  readonly cpu: NodeJS.CpuUsage;
  readonly main: NodeJS.CpuUsage;
}

function mark(): UsageMark {
  return { wallMs: performance.now(), cpu: process.cpuUsage(), main: process.threadCpuUsage() };
}

function since(before: UsageMark): { wallMs: number; cpuMs: number; mainCpuMs: number } {
  const cpu = process.cpuUsage(before.cpu);
  const main = process.threadCpuUsage(before.main);
  return {
    wallMs: performance.now() - before.wallMs,
    cpuMs: (cpu.user + cpu.system) / MICROSECONDS,
    mainCpuMs: (main.user + main.system) / MICROSECONDS,
  };
}

async function open(setup: HostSetup): Promise<OpenHost> {
  const channel = `millrace bench ${process.pid}`;
  const store = await openHostStore(setup, channel);
  const executor = profilingExecutor(threadExecutor({ threads: setup.numWorkers }));
  const engine = createEngine({
    stores: { data: store },
    executor,
    ...(setup.memoryBytes === undefined ? {} : { settings: { memory: setup.memoryBytes } }),
  });
  for (const table of setup.tables) engine.registerTable(table, { location: `data/${table}.parquet` });
  return { engine, executor, listener: setup.recordRequests ? new RequestListener(channel) : undefined };
}

async function runQuery(request: Extract<HostRequest, { kind: 'query' }>): Promise<QueryFigures> {
  const { engine, executor } = opened();
  const { timeoutMs, detailed } = request;
  const before = mark();
  const query = engine.query(request.sql, request.parameters, timeoutMs === undefined ? {} : { timeoutMs });
  let planned = before;
  if (detailed) {
    await query.schema;
    planned = mark();
  }
  let resultBytes = 0;
  for await (const batch of query) {
    for (const { byteLength } of batch.data.children) resultBytes += byteLength;
  }
  const { wallMs, cpuMs, mainCpuMs } = since(before);
  const planCpu = { user: planned.main.user - before.main.user, system: planned.main.system - before.main.system };
  const profile = detailed ? executor.lastProfile() : { stages: [], tasks: [] };
  return {
    serviceMs: wallMs,
    planMs: query.stats.planMs,
    planCpuMs: (planCpu.user + planCpu.system) / MICROSECONDS,
    mainCpuMs,
    processCpuMs: cpuMs,
    resultBytes,
    stats: query.stats,
    ...profile,
  };
}

function opened(): OpenHost {
  if (!host) throw new Error('the host was not opened');
  return host;
}

/** A fixed amount of work for one core. */
function spin(rounds: number): number {
  const startMs = performance.now();
  let state = 1;
  for (let i = 0; i < rounds; i++) state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
  const elapsedMs = performance.now() - startMs;
  // The result is used, so that no compiler leaves the work out.
  return state === 0 ? elapsedMs + 1e-9 : elapsedMs;
}

async function handle(request: HostRequest): Promise<HostAnswers[keyof HostAnswers]> {
  switch (request.kind) {
    case 'open':
      host = await open(request.setup);
      return null;
    case 'query':
      return await runQuery(request);
    case 'usage': {
      const usage = since(usageMark);
      usageMark = mark();
      return { ...usage, peakRssBytes: peakRssBytes() };
    }
    case 'requests':
      return (await opened().listener?.take()) ?? [];
    case 'spin':
      return spin(request.rounds);
    case 'close':
      await host?.engine.close();
      host?.listener?.close();
      host = undefined;
      return null;
  }
}

process.on('message', ({ id, request }: { readonly id: number; readonly request: HostRequest }) => {
  const respond = (response: HostResponse) => process.send?.(response);
  handle(request).then(
    (answer) => {
      respond({ id, ok: true, answer });
      if (request.kind === 'close') process.disconnect();
    },
    (error: unknown) => {
      const code = isQueryError(error) ? error.code : 'INTERNAL';
      respond({ id, ok: false, code, message: error instanceof Error ? error.message : String(error) });
    },
  );
});
// The command's own process decides what an interrupt means, and ends this one.
process.on('SIGINT', () => {});
