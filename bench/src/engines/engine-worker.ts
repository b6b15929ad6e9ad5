/**
 * The process of one engine, started by `EngineProcess`: takes requests over the channel to its parent, one at a time.
 */
import { type EngineAdapter, type OpenEngine, UnsupportedQueryError } from './engine-adapter.ts';
import type { EngineAnswers, EngineRequest, EngineResponse, RunSample } from './engine-messages.ts';
import type { EngineName } from './engine-name.ts';
import { peakRssBytes, resetPeakRss } from './process-usage.ts';

const MICROSECONDS_PER_MILLISECOND = 1_000;

/** Imported on demand: a process holds the engine it runs and no other. */
const ENGINES: Readonly<Record<EngineName, () => Promise<OpenEngine>>> = {
  millrace: async () => (await import('./millrace-adapter.ts')).openMillrace,
  duckdb: async () => (await import('./duckdb-adapter.ts')).openDuckDb,
  hyparquet: async () => (await import('./hyparquet-adapter.ts')).openHyparquet,
};

let adapter: EngineAdapter | undefined;

function opened(): EngineAdapter {
  if (adapter === undefined) throw new Error('the engine was not opened');
  return adapter;
}

async function handle(request: EngineRequest): Promise<EngineAnswers[keyof EngineAnswers]> {
  switch (request.kind) {
    case 'open': {
      const open = await ENGINES[request.engine]();
      adapter = await open(request.setup);
      return null;
    }
    case 'rows':
      return await opened().rows(request.query);
    case 'run':
    case 'objects': {
      const cpuBefore = process.cpuUsage();
      const startMs = performance.now();
      const facts = await opened()[request.kind](request.query);
      const wallMs = performance.now() - startMs;
      const { user, system } = process.cpuUsage(cpuBefore);
      const cpuMs = (user + system) / MICROSECONDS_PER_MILLISECOND;
      return { ...facts, wallMs, cpuMs, peakRssBytes: peakRssBytes() } satisfies RunSample;
    }
    case 'reset-peak':
      return resetPeakRss();
    case 'close':
      await adapter?.close();
      adapter = undefined;
      return null;
  }
}

function respond(response: EngineResponse): void {
  process.send?.(response);
}

process.on('message', (request: EngineRequest) => {
  handle(request).then(
    (answer) => {
      respond({ ok: true, answer });
      if (request.kind === 'close') process.disconnect();
    },
    (error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      respond({ ok: false, isUnsupported: error instanceof UnsupportedQueryError, message });
    },
  );
});
// The command's own process decides what an interrupt means, and ends this one.
process.on('SIGINT', () => {});
