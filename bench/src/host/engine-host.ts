import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type {
  HostAnswers,
  HostRequest,
  HostResponse,
  HostSetup,
  HostUsage,
  QueryFigures,
  RequestRecord,
} from './host-messages.ts';

const WORKER = fileURLToPath(new URL('./engine-host-worker.ts', import.meta.url));
/** What a host gets to end by itself before it is killed. */
const CLOSE_TIMEOUT_MS = 10_000;

/** A query failed in the host, with the code of its `QueryError`; `HOST_DIED` when the host is gone. */
class HostQueryError extends Error {
  override name = 'HostQueryError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

/** An engine in a process of its own, which takes any number of queries at a time: the load generator and what it loads never share a thread. */
export class EngineHost {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #death: Error | undefined;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (response: HostResponse) => {
      const waiting = this.#waiting.get(response.id);
      this.#waiting.delete(response.id);
      if (response.ok) waiting?.resolve(response.answer as never);
      else waiting?.reject(new HostQueryError(response.code, response.message));
    });
    child.on('exit', (code, signal) => this.#die(`the engine's process ended (${signal ?? `exit code ${code}`})`));
    child.on('error', (error) => this.#die(error.message));
  }

  /** Starts a process and opens an engine in it. Rejects with what opening failed with. */
  static async start(setup: HostSetup, signal?: AbortSignal): Promise<EngineHost> {
    signal?.throwIfAborted();
    const host = new EngineHost(fork(WORKER, [], { serialization: 'advanced', execArgv: [] }));
    try {
      await host.#ask({ kind: 'open', setup });
    } catch (error) {
      host.kill();
      throw error;
    }
    return host;
  }

  /** Runs a query. Rejects with {@link HostQueryError}. */
  query(request: Omit<Extract<HostRequest, { kind: 'query' }>, 'kind'>): Promise<QueryFigures> {
    return this.#ask({ kind: 'query', ...request });
  }

  /** CPU and memory since the last call. */
  usage(): Promise<HostUsage> {
    return this.#ask({ kind: 'usage' });
  }

  /** Requests to the store since the last call; empty unless they are recorded. */
  requests(): Promise<readonly RequestRecord[]> {
    return this.#ask({ kind: 'requests' });
  }

  /** Milliseconds that a fixed amount of work takes on the main thread. */
  spin(rounds: number): Promise<number> {
    return this.#ask({ kind: 'spin', rounds });
  }

  /** Ends the process, killing it when it does not end by itself. Never rejects. */
  async close(): Promise<void> {
    if (this.#death) return;
    const exited = once(this.#child, 'exit');
    const timer = setTimeout(() => this.kill(), CLOSE_TIMEOUT_MS);
    this.#ask({ kind: 'close' }).catch(() => this.kill());
    await exited.finally(() => clearTimeout(timer));
  }

  /** Kills the process at once. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #ask<Request extends HostRequest>(request: Request): Promise<HostAnswers[Request['kind']]> {
    if (this.#death) return Promise.reject(this.#death);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as Waiting['resolve'], reject });
      this.#child.send({ id, request });
    });
  }

  #die(reason: string): void {
    this.#death ??= new HostQueryError('HOST_DIED', reason);
    for (const { reject } of this.#waiting.values()) reject(this.#death);
    this.#waiting.clear();
  }
}
