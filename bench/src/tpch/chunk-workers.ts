import { Worker } from 'node:worker_threads';
import type { ChunkReply, ChunkTask, ChunkWorkerData } from './chunk-task.ts';
import { TpchError } from './tpch-error.ts';

/** Chunks that may be done or queued beyond those being made, so that no thread waits for the disk. */
const CHUNKS_AHEAD = 2;

interface QueuedTask {
  readonly task: ChunkTask;
  readonly resolve: (bytes: Uint8Array<ArrayBuffer>) => void;
  readonly reject: (reason: unknown) => void;
}

interface PendingChunk<T extends ChunkTask> {
  readonly chunk: T;
  readonly bytes: Promise<Uint8Array<ArrayBuffer>>;
}

async function* settle<T extends ChunkTask>({ chunk, bytes }: PendingChunk<T>) {
  const settled = await bytes;
  yield { chunk, bytes: settled };
  // Detaching frees the megabytes now; the collector, which sees a small object, would let dozens of them pile up.
  settled.buffer.transfer(0);
}

/** Threads that encode chunks. `close` must be called, else they keep the process alive. */
export class ChunkWorkers {
  readonly #workers: Worker[];
  readonly #idle: Worker[];
  readonly #running = new Map<Worker, QueuedTask>();
  readonly #queue: QueuedTask[] = [];
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = () => this.#fail(this.#signal?.reason);
  #failure: { readonly reason: unknown } | undefined;

  constructor(numThreads: number, data: ChunkWorkerData, signal?: AbortSignal) {
    this.#workers = Array.from({ length: numThreads }, () => this.#start(data));
    this.#idle = [...this.#workers];
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort);
  }

  /**
   * Encodes chunks in parallel and yields them in the order of `chunks`, at most a few ahead of the consumer. The bytes
   * of a chunk are valid until the next one is asked for. Rejects with the signal's reason once it is aborted, and with
   * a TpchError when a thread fails.
   */
  async *encode<T extends ChunkTask>(
    chunks: Iterable<T>,
  ): AsyncGenerator<{ chunk: T; bytes: Uint8Array<ArrayBuffer> }> {
    const window: PendingChunk<T>[] = [];
    for (const chunk of chunks) {
      window.push({ chunk, bytes: this.#run(chunk) });
      if (window.length < this.#workers.length + CHUNKS_AHEAD) continue;
      yield* settle(window.shift()!);
    }
    for (const pending of window) yield* settle(pending);
  }

  async close(): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#failure ??= { reason: new TpchError('WORKER_FAILED', 'the workers are closed') };
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #start(data: ChunkWorkerData): Worker {
    const worker = new Worker(new URL('./chunk-worker.ts', import.meta.url), { workerData: data });
    worker.on('message', ({ bytes }: ChunkReply) => {
      this.#running.get(worker)?.resolve(bytes);
      this.#running.delete(worker);
      this.#idle.push(worker);
      this.#dispatch();
    });
    worker.on('error', (cause) => {
      this.#fail(new TpchError('WORKER_FAILED', `a generator thread failed: ${String(cause)}`, { cause }));
    });
    worker.on('exit', (exitCode) => {
      this.#fail(new TpchError('WORKER_FAILED', `a generator thread ended early, with exit code ${exitCode}`));
    });
    return worker;
  }

  #run(task: ChunkTask): Promise<Uint8Array<ArrayBuffer>> {
    const promise = new Promise<Uint8Array<ArrayBuffer>>((resolve, reject) => {
      if (this.#failure !== undefined) reject(this.#failure.reason);
      else this.#queue.push({ task, resolve, reject });
    });
    // The consumer sees the first failure only; the others must not count as unhandled.
    promise.catch(() => {});
    this.#dispatch();
    return promise;
  }

  #dispatch(): void {
    while (this.#idle.length > 0 && this.#queue.length > 0) {
      const worker = this.#idle.pop()!;
      const queued = this.#queue.shift()!;
      this.#running.set(worker, queued);
      worker.postMessage(queued.task);
    }
  }

  /** Fails everything under way and to come; only the first reason counts. */
  #fail(reason: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = { reason };
    for (const { reject } of [...this.#running.values(), ...this.#queue.splice(0)]) reject(reason);
    this.#running.clear();
  }
}
