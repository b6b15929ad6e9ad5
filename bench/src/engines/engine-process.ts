import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type EngineQuery, type EngineSetup, UnsupportedQueryError } from './engine-adapter.ts';
import type { EngineAnswers, EngineRequest, EngineResponse, RunSample } from './engine-messages.ts';
import type { EngineName } from './engine-name.ts';
import type { ResultRow } from './result-rows.ts';

const WORKER = fileURLToPath(new URL('./engine-worker.ts', import.meta.url));
/** What the engine's process gets to end by itself before it is killed. */
const CLOSE_TIMEOUT_MS = 10_000;

/** The cores that an engine may use: all, or as many as it is given threads (which takes `taskset`, of util-linux). */
export type EngineCores = 'all' | 'threads';

/** How an engine's process is started. */
export interface EngineProcessOptions {
  readonly engine: EngineName;
  readonly setup: EngineSetup;
  /** A request that takes longer fails, and the process is killed. */
  readonly timeoutMs: number;
  /** A folder that gets V8's CPU profiles of the process's threads. */
  readonly profileDirectory?: string | undefined;
  /** `threads`: it may use as many cores of the machine as the setup has threads, whatever other threads it has. */
  readonly cores: EngineCores;
  readonly signal?: AbortSignal | undefined;
}

/** An engine's process has died or was killed: the next request starts another one. */
export class EngineDiedError extends Error {
  override name = 'EngineDiedError';
}

/**
 * An engine in a process of its own, so that CPU time and memory are its own. The process is started by the first request,
 * and again by the first one after it died. One request at a time.
 */
export class EngineProcess {
  readonly engine: EngineName;
  readonly #options: EngineProcessOptions;
  #child: ChildProcess | undefined;

  constructor(options: EngineProcessOptions) {
    this.engine = options.engine;
    this.#options = options;
  }

  /** The query's result. Rejects with UnsupportedQueryError, EngineDiedError, or an Error with the engine's message. */
  async rows(query: EngineQuery): Promise<readonly ResultRow[]> {
    return await this.#request({ kind: 'rows', query });
  }

  /** Runs a query and measures it. Rejects as `rows` does. */
  async run(query: EngineQuery): Promise<RunSample> {
    return await this.#request({ kind: 'run', query });
  }

  /** Runs a query up to an object for each row and measures it. Rejects as `rows` does. */
  async objects(query: EngineQuery): Promise<RunSample> {
    return await this.#request({ kind: 'objects', query });
  }

  /** Starts a new peak of memory; false when the system cannot. */
  async resetPeak(): Promise<boolean> {
    return await this.#request({ kind: 'reset-peak' });
  }

  /** Ends the process, killing it when it does not end by itself. Never rejects. */
  async close(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_TIMEOUT_MS);
    child.on('error', () => child.kill('SIGKILL'));
    child.send({ kind: 'close' } satisfies EngineRequest);
    await exited.finally(() => clearTimeout(timer));
  }

  /** Kills the process at once. */
  kill(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  async #request<Request extends EngineRequest>(request: Request): Promise<EngineAnswers[Request['kind']]> {
    const child = this.#child ?? (await this.#start());
    return (await this.#ask(child, request)) as EngineAnswers[Request['kind']];
  }

  async #start(): Promise<ChildProcess> {
    const { engine, setup, profileDirectory, cores } = this.#options;
    const profiling = profileDirectory === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDirectory}`];
    // `taskset` becomes the process that it is told to run, so the channel to it stays.
    const pinning = ['--cpu-list', `0-${Math.max(1, setup.numThreads) - 1}`, process.execPath];
    const child =
      cores === 'all'
        ? fork(WORKER, [], { execArgv: profiling, serialization: 'advanced' })
        : fork(WORKER, [], { execPath: 'taskset', execArgv: [...pinning, ...profiling], serialization: 'advanced' });
    this.#child = child;
    try {
      await this.#ask(child, { kind: 'open', engine, setup });
    } catch (error) {
      // Without an engine the process is of no use; the next request tries again.
      this.kill();
      throw error;
    }
    return child;
  }

  async #ask(child: ChildProcess, request: EngineRequest): Promise<EngineAnswers[keyof EngineAnswers]> {
    const { engine, timeoutMs, signal } = this.#options;
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<EngineResponse>();
    const fail = (error: Error) => {
      this.kill();
      reject(error);
    };
    const onAbort = () => fail(signal?.reason);
    const onExit = (code: number | null, name: string | null) =>
      fail(new EngineDiedError(`the process of ${engine} ended (${name ?? `exit code ${code}`})`));
    const onTimeout = () => fail(new EngineDiedError(`${engine} took more than ${timeoutMs / 1000} s`));
    const timer = setTimeout(onTimeout, timeoutMs);
    child.once('message', resolve).once('exit', onExit).once('error', fail);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      child.send(request);
      const response = await promise;
      if (response.ok) return response.answer;
      throw response.isUnsupported ? new UnsupportedQueryError(response.message) : new Error(response.message);
    } finally {
      clearTimeout(timer);
      child.off('message', resolve).off('exit', onExit).off('error', fail);
      signal?.removeEventListener('abort', onAbort);
    }
  }
}
