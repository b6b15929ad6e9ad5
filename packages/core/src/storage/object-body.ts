import { abortError } from '../error/index.ts';
import type { ObjectBody } from './object-store.ts';
import { badArgument } from './store-error.ts';

/**
 * The parts of a body that is to be written, each checked to be bytes. Rejects as soon as `signal` aborts, also while
 * the body keeps the writer waiting. Leaving the loop early ends the body.
 */
export async function* readBody(body: ObjectBody, signal?: AbortSignal): AsyncGenerator<Uint8Array, void> {
  if (signal?.aborted) throw abortError(signal);
  if (body instanceof Uint8Array) {
    if (body.length > 0) yield body;
    return;
  }
  if (typeof body?.[Symbol.asyncIterator] !== 'function') {
    throw badArgument('A body must be a Uint8Array or an async iterable of Uint8Array, such as a ReadableStream.');
  }
  const iterator = body[Symbol.asyncIterator]();
  let ended = false;
  try {
    while (true) {
      let next: IteratorResult<Uint8Array>;
      try {
        next = await untilAborted(iterator.next(), signal);
      } catch (error) {
        // What has thrown is over. What was still running when the signal aborted has yet to be ended.
        ended = !signal?.aborted;
        throw error;
      }
      if (next.done) {
        ended = true;
        return;
      }
      if (!(next.value instanceof Uint8Array)) {
        throw badArgument(`A body must consist of Uint8Array, not of ${typeof next.value}.`);
      }
      if (next.value.length > 0) yield next.value;
    }
  } finally {
    if (!ended) {
      // Not awaited: a body that hangs would make the writer hang with it.
      void (async () => iterator.return?.())().catch(() => undefined);
    }
  }
}

/** All parts of a body in one array. Throws `BAD_ARGUMENT` as soon as they pass `maxBytes`. */
export async function collectBody(
  body: ObjectBody,
  options: { readonly maxBytes?: number; readonly signal?: AbortSignal | undefined } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { maxBytes = Number.POSITIVE_INFINITY, signal } = options;
  const parts: Uint8Array[] = [];
  let total = 0;
  for await (const part of readBody(body, signal)) {
    total += part.length;
    if (total > maxBytes) throw badArgument(`The body is longer than ${maxBytes} bytes.`, { maxBytes });
    // A source may reuse its buffer for the next part.
    parts.push(part.slice());
  }
  const bytes = new Uint8Array(total);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

export interface BodySource {
  /** The next part, or undefined at the end. Called again only after it has answered. */
  pull(): Promise<Uint8Array | undefined>;
  /** Called exactly once: after the end, after an error, or when the consumer cancels or the signal aborts. */
  release(): void | Promise<void>;
}

/**
 * A web stream over a {@link BodySource}: nothing is read before the consumer asks, and the source is released in every
 * case. When `signal` aborts, the stream errors with its {@link abortError}.
 */
export function bodyStream(source: BodySource, signal?: AbortSignal): ReadableStream<Uint8Array> {
  let released: Promise<void> | undefined;
  const release = () => {
    if (!released) {
      signal?.removeEventListener('abort', onAbort);
      released = Promise.resolve(source.release());
      // A failed clean-up after an abort has nobody to hear of it; `pull` and `cancel` await the same promise.
      released.catch(() => undefined);
    }
    return released;
  };
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const onAbort = () => {
    controller.error(abortError(signal!));
    void release();
  };
  return new ReadableStream<Uint8Array>(
    {
      start(given) {
        controller = given;
        if (signal?.aborted) onAbort();
        else signal?.addEventListener('abort', onAbort, { once: true });
      },
      async pull() {
        if (released) return;
        let part: Uint8Array | undefined;
        try {
          part = await source.pull();
        } catch (error) {
          await release().catch(() => undefined);
          // A stream that has errored already keeps its first error; that is the abort.
          controller.error(error);
          return;
        }
        if (released) return;
        if (part === undefined) {
          await release();
          controller.close();
        } else {
          controller.enqueue(part);
        }
      },
      cancel: release,
    },
    { highWaterMark: 0 },
  );
}

/** What a wrapper sees of a body that passes through it. */
export interface BodyObserver {
  /** Sees each part, and may put another in its place or throw in order to cut the body off. */
  part?(bytes: Uint8Array): Uint8Array;
  /** Called when reading the body failed. */
  error?(): void;
  /** Called exactly once, however the body ends. */
  end?(): void;
}

/** The same body under the eyes of a wrapper. Ending the result early ends the body itself. */
export function observeBody(
  body: ReadableStream<Uint8Array>,
  observer: BodyObserver,
  signal?: AbortSignal,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let ended = false;
  return bodyStream(
    {
      async pull() {
        let next: ReadableStreamReadResult<Uint8Array>;
        try {
          next = await reader.read();
        } catch (error) {
          ended = true;
          observer.error?.();
          throw error;
        }
        if (next.done) {
          ended = true;
          return undefined;
        }
        return observer.part ? observer.part(next.value) : next.value;
      },
      async release() {
        observer.end?.();
        if (!ended) await reader.cancel();
      },
    },
    signal,
  );
}

/** The outcome of `promise`, or the abort, whichever comes first. The loser's rejection is heard by nobody. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(abortError(signal));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    promise.then(
      (value) => {
        signal.removeEventListener('abort', onAbort);
        resolve(value);
      },
      (error) => {
        signal.removeEventListener('abort', onAbort);
        reject(error);
      },
    );
  });
}
