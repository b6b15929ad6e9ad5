/** Something that happened to a query. */
export interface QueryEvent {
  /** Counts up from 1 in each query. */
  readonly id: number;
  readonly event: 'state' | 'progress';
  readonly data: unknown;
}

const MAX_KEPT = 200;

/**
 * What happened to a query, for those who listen and for those who come back. A reader that lost its connection goes on behind the last
 * event that it saw; of very many events the oldest are forgotten.
 */
export class QueryEvents {
  readonly #kept: QueryEvent[] = [];
  #lastId = 0;
  #isOver = false;
  #changed = Promise.withResolvers<void>();

  add(event: QueryEvent['event'], data: unknown): void {
    if (this.#isOver) return;
    this.#lastId += 1;
    // Progress makes the progress before it needless.
    if (event === 'progress' && this.#kept.at(-1)?.event === 'progress') this.#kept.pop();
    this.#kept.push({ id: this.#lastId, event, data });
    if (this.#kept.length > MAX_KEPT) this.#kept.shift();
    this.#wake();
  }

  /** No event will follow. */
  end(): void {
    this.#isOver = true;
    this.#wake();
  }

  /** The events behind one with this id, then those to come; undefined when nothing happened for `idleMs`, which keeps proxies awake. */
  async *after(
    id: number,
    idleMs: number,
    signal: AbortSignal,
  ): AsyncGenerator<QueryEvent | undefined, void, undefined> {
    let last = id;
    while (!signal.aborted) {
      const changed = this.#changed.promise;
      const next = this.#kept.filter((event) => event.id > last);
      for (const event of next) {
        last = event.id;
        yield event;
      }
      if (next.length > 0) continue;
      if (this.#isOver) return;
      if (!(await raced(changed, idleMs, signal))) yield undefined;
    }
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}

/** Whether `promise` came before the time was over. An abort counts as if it had. */
async function raced(promise: Promise<void>, ms: number, signal: AbortSignal): Promise<boolean> {
  const { promise: other, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), ms);
  const onAbort = () => resolve(true);
  signal.addEventListener('abort', onAbort);
  try {
    return await Promise.race([promise.then(() => true), other]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
