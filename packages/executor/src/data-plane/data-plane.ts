import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { internal } from '@millrace/core/error';
import { QueryError, SPILL_STORE, type StoreAccess } from '@millrace/core/storage';
import { inheritedExecArgv } from '../inherited-exec-argv.ts';
import type {
  DataPlaneNote,
  DataPlaneOrder,
  DataPlaneReady,
  DataPlaneThreadData,
  SpillPlace,
  WorkerHello,
} from '../protocol/messages.ts';
import type { ProcessLedger } from '../protocol/process-ledger.ts';
import { WorkerControl } from '../protocol/worker-control.ts';
import { ReadService } from './read-service.ts';
import { openSpillPlace } from './spill-place.ts';

export interface DataPlaneOptions {
  readonly numThreads: number;
  readonly maxInFlight: number;
  /** What the caches of all threads together may take. */
  readonly cacheBytes: number;
  readonly ledger: ProcessLedger;
  readonly resolveFrom: readonly string[];
  /** Where queries spill to; undefined: nowhere. */
  readonly spill: SpillPlace | undefined;
}

/** A thread that dies before it is ready as often as this, one time after another, is not started again. */
const MAX_FAILED_STARTS = 3;

const CLOSE_TIMEOUT_MS = 2000;

interface Thread {
  readonly worker: Worker;
  readonly exited: Promise<void>;
}

/**
 * The threads that read from stores, seen from the main thread, which starts them and introduces compute workers to them. Stores that
 * cannot be rebuilt elsewhere are served by the main thread itself.
 */
export class DataPlane {
  readonly numThreads: number;
  /** Names of the stores that the main thread serves. */
  readonly mainStores: readonly string[];
  readonly #threadData: Omit<DataPlaneThreadData, 'slot'>;
  readonly #ledger: ProcessLedger;
  readonly #mainService: ReadService;
  readonly #threads: (Thread | undefined)[] = [];
  readonly #failedStarts: number[];
  /** What threads have died of. */
  readonly #reasons: string[] = [];
  readonly #workers = new Set<WorkerHello>();
  #isClosed = false;

  /** `stores` come with the policies by which the main thread reads them. */
  constructor(stores: ReadonlyMap<string, StoreAccess>, options: DataPlaneOptions) {
    const { maxInFlight, cacheBytes, ledger, resolveFrom } = options;
    this.#ledger = ledger;
    const entries = [...stores];
    const elsewhere = options.numThreads > 0 ? entries.filter(([, { store }]) => store.capabilities.rebuildable) : [];
    this.numThreads = elsewhere.length > 0 ? options.numThreads : 0;
    this.#failedStarts = new Array<number>(this.numThreads).fill(0);
    this.#threadData = {
      stores: elsewhere.map(([name, { store }]) => ({ name, descriptor: store.descriptor() })),
      maxInFlight: Math.max(1, Math.ceil(maxInFlight / Math.max(1, this.numThreads))),
      cacheBytes: Math.floor(cacheBytes / Math.max(1, this.numThreads)),
      ledger: ledger.shared,
      spill: options.spill,
      resolveFrom,
    };
    const names = new Set(elsewhere.map(([name]) => name));
    const here = new Map(entries.filter(([name]) => !names.has(name)));
    const { spill } = options;
    const mainSpills = spill?.kind === 'store' && here.has(spill.store);
    this.mainStores = [...here.keys(), ...(mainSpills ? [SPILL_STORE] : [])];
    const lookup = (name: string): StoreAccess => {
      const store = here.get(name);
      if (store) return store;
      throw new QueryError('STORE_NOT_FOUND', `There is no store '${name}'.`, { details: { store: name } });
    };
    this.#mainService = new ReadService(lookup, options.spill && openSpillPlace(options.spill, lookup));
  }

  start(): void {
    for (let index = 0; index < this.numThreads; index++) this.#startThread(index);
  }

  /** Lets a compute worker read. */
  connect(hello: WorkerHello): void {
    const { readPorts, memory, control } = hello;
    this.#workers.add(hello);
    this.#mainService.connect(readPorts[this.numThreads]!, memory, control);
    for (let index = 0; index < this.numThreads; index++) {
      if (this.#threads[index]) this.#introduce(index, hello, readPorts[index]!);
      else this.#notify(hello, { kind: 'dataPlane', index, port: undefined, reason: this.#reasons[index]! });
    }
  }

  disconnect(hello: WorkerHello): void {
    this.#workers.delete(hello);
  }

  /** Aborts all reads, closes the stores that the threads built, and ends the threads. Idempotent. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#workers.clear();
    await Promise.all([this.#mainService.close(), ...this.#threads.map((thread) => thread && endThread(thread))]);
  }

  #startThread(index: number): void {
    const slot = this.#ledger.claimSlot();
    if (slot === undefined) throw internal('more threads were started than the ledger has slots for');
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const worker = new Worker(new URL(`./data-plane-thread.${extension}`, import.meta.url), {
      workerData: { ...this.#threadData, slot } satisfies DataPlaneThreadData,
      execArgv: inheritedExecArgv(),
      name: `millrace data plane ${index}`,
    });
    const thread: Thread = { worker, exited: new Promise((resolve) => worker.once('exit', () => resolve())) };
    worker.on('message', ({ kind }: DataPlaneReady) => {
      if (kind === 'ready') this.#failedStarts[index] = 0;
    });
    let reason: string | undefined;
    worker.on('error', (error) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    worker.once('exit', (code) => {
      this.#ledger.freeSlot(slot);
      this.#onExit(index, reason ?? `it has exited with code ${code}`);
    });
    worker.unref();
    this.#threads[index] = thread;
    this.#failedStarts[index]! += 1;
  }

  #onExit(index: number, reason: string): void {
    if (this.#isClosed) return;
    this.#reasons[index] = reason;
    this.#threads[index] = undefined;
    if (this.#failedStarts[index]! < MAX_FAILED_STARTS) this.#startThread(index);
    for (const hello of this.#workers) {
      if (!this.#threads[index]) {
        this.#notify(hello, { kind: 'dataPlane', index, port: undefined, reason });
        continue;
      }
      const { port1, port2 } = new MessageChannel();
      this.#introduce(index, hello, port1);
      this.#notify(hello, { kind: 'dataPlane', index, port: port2, reason });
    }
  }

  #introduce(index: number, { memory, control }: WorkerHello, port: MessagePort): void {
    const order: DataPlaneOrder = { kind: 'connect', port, memory, control };
    this.#threads[index]!.worker.postMessage(order, [port]);
  }

  #notify({ outbox, control }: WorkerHello, note: DataPlaneNote): void {
    outbox.postMessage(note, note.port ? [note.port] : []);
    new WorkerControl(control).wake();
  }
}

async function endThread({ worker, exited }: Thread): Promise<void> {
  const order: DataPlaneOrder = { kind: 'close' };
  worker.ref();
  worker.postMessage(order);
  const timer = setTimeout(() => void worker.terminate(), CLOSE_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}
