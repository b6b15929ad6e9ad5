import { QueryError } from '../../error/index.ts';
import { MemoryAccount } from '../../runtime/index.ts';
import { defaultCacheBytes, RequestPolicies, type StoreAccess, sharedCache } from '../../storage/index.ts';
import { LinearMemory } from '../../vector/index.ts';
import type { ExecuteOptions, Execution, Executor, ExecutorEnvironment, MemoryUse } from './executor.ts';
import { InlineExecution } from './inline-execution.ts';
import type { InlineTaskHost } from './inline-task.ts';
import type { StageGraph } from './stage.ts';

/** What an {@link InlineExecutor} works with. */
export type InlineComponents = Omit<InlineTaskHost, 'memory' | 'stores'>;

/** Reads from one store at a time. */
const MAX_READS = 16;

/**
 * Runs tasks on the calling thread, one at a time for each query and only while its result is being pulled. It computes in turns of a few
 * milliseconds, so that the thread stays responsive; bytes are fetched while it computes. For tests, small data, and places
 * without threads.
 */
export class InlineExecutor implements Executor {
  readonly name = 'inline';
  readonly numWorkers = 1;
  readonly #components: InlineComponents;
  readonly #running = new Set<InlineExecution>();
  #host: InlineTaskHost | undefined;
  #account: MemoryAccount | undefined;
  #isClosed = false;

  constructor(components: InlineComponents) {
    this.#components = components;
  }

  async start(environment: ExecutorEnvironment): Promise<void> {
    this.#requireOpen();
    const stores = new Map<string, StoreAccess>();
    const { clock } = this.#components;
    const { memoryBytes } = environment;
    this.#account = new MemoryAccount('engine', { limitBytes: memoryBytes });
    const cache = sharedCache(this.#account.child('cache'), memoryBytes, defaultCacheBytes(memoryBytes));
    for (const [name, store] of environment.stores) {
      const policies = new RequestPolicies({ maxInFlight: MAX_READS }, { clock });
      stores.set(name, { name, store, policies, cache });
    }
    const functions = environment.functions ?? this.#components.functions;
    this.#host = { ...this.#components, functions, stores, memory: new LinearMemory() };
  }

  execute(graph: StageGraph, options: ExecuteOptions): Execution {
    this.#requireOpen();
    if (!this.#host || !this.#account) {
      throw new QueryError('BAD_ARGUMENT', 'An executor must be started before it runs a query.');
    }
    const execution = new InlineExecution(graph, options, this.#host, this.#account, () =>
      this.#running.delete(execution),
    );
    this.#running.add(execution);
    return execution;
  }

  memory(): MemoryUse {
    const account = this.#account;
    const parts = [...this.#running].map((execution) => execution.memory());
    if (!account) return { name: 'engine', usedBytes: 0, parts };
    const { usedBytes, peakBytes, limitBytes } = account;
    return { name: 'engine', usedBytes, peakBytes, limitBytes, parts };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const reason = new QueryError('ENGINE_CLOSED', 'The engine was closed while the query was running.');
    await Promise.all([...this.#running].map((execution) => execution.cancel(reason)));
    this.#host = undefined;
    this.#account?.close();
  }

  #requireOpen(): void {
    if (this.#isClosed) {
      throw new QueryError('ENGINE_CLOSED', 'The executor has been closed.', { hint: 'Create a new engine.' });
    }
  }
}
