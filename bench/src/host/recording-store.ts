import { BroadcastChannel } from 'node:worker_threads';
import {
  type ByteRange,
  type GetOptions,
  type GetRangesOptions,
  type GetRangesResult,
  type GetResult,
  isQueryError,
  type ObjectStore,
  type OpenStore,
  observeBody,
  type PlainData,
  type StoreDescriptor,
  validateRanges,
  versionMismatch,
  viewsOfRanges,
} from '@millrace/core/storage';
import type { RequestRecord } from './host-messages.ts';

/** Records are sent in packs of this many, and after 20 ms. */
const PACK = 64;
const PACK_MS = 20;

/**
 * A store that tells every request to the store it wraps, one by one, on a `BroadcastChannel`: whichever thread it is rebuilt in, one
 * listener hears of all of them. Ranges of one call become requests of their own, as they are on a network.
 */
export function recordingStore(inner: ObjectStore, channel: string): ObjectStore {
  const recorder = new Recorder(channel);

  async function timed<T>(
    fact: Pick<RequestRecord, 'operation' | 'path'> & { readonly offset?: number; readonly bytes?: number },
    run: () => Promise<T>,
  ): Promise<T> {
    const started = now();
    try {
      const result = await run();
      const totalMs = now() - started;
      recorder.add({
        offset: 0,
        bytes: 0,
        ...fact,
        startedMs: started,
        firstByteMs: totalMs,
        totalMs,
        outcome: 'done',
      });
      return result;
    } catch (error) {
      const totalMs = now() - started;
      recorder.add({
        offset: 0,
        bytes: 0,
        ...fact,
        startedMs: started,
        firstByteMs: totalMs,
        totalMs,
        outcome: outcomeOf(error),
      });
      throw error;
    }
  }

  return {
    contract: 1,
    get capabilities() {
      return inner.capabilities;
    },
    async get(path: string, options: GetOptions = {}): Promise<GetResult> {
      const started = now();
      let firstByteMs: number | undefined;
      let bytes = 0;
      let outcome: RequestRecord['outcome'] = 'done';
      let offset = 0;
      const record = () => {
        const totalMs = now() - started;
        recorder.add({
          operation: 'get',
          path,
          offset,
          bytes,
          startedMs: started,
          firstByteMs: firstByteMs ?? totalMs,
          totalMs,
          outcome,
        });
      };
      try {
        const result = await inner.get(path, options);
        offset = result.range.offset;
        const observer = {
          part: (part: Uint8Array) => {
            firstByteMs ??= now() - started;
            bytes += part.length;
            return part;
          },
          error: () => {
            outcome = 'failed';
          },
          end: record,
        };
        return { ...result, body: observeBody(result.body, observer, options.signal) };
      } catch (error) {
        outcome = outcomeOf(error);
        record();
        throw error;
      }
    },
    async getRanges(path, ranges, options: GetRangesOptions = {}): Promise<GetRangesResult> {
      const into = options.into ?? new Uint8Array(validateRanges(ranges, undefined));
      const views = viewsOfRanges(ranges, into);
      const one = (range: ByteRange, view: Uint8Array) =>
        timed({ operation: 'get', path, offset: range.offset, bytes: range.length }, () =>
          inner.getRanges(path, [range], { ...options, into: view }),
        );
      const wanted = ranges.flatMap((range, i) => (range.length > 0 ? [{ range, view: views[i]! }] : []));
      if (wanted.length === 0) return inner.getRanges(path, ranges, options);
      // The memory may not be written once the promise has settled, so that all parts are waited for also when one fails.
      const settled = await Promise.allSettled(wanted.map(({ range, view }) => one(range, view)));
      const results = settled.map((outcome) => {
        if (outcome.status === 'rejected') throw outcome.reason;
        return outcome.value;
      });
      const { metadata } = results[0]!;
      for (const { metadata: other } of results) {
        if (other.version !== metadata.version) throw versionMismatch(path, metadata.version, other.version);
      }
      return { metadata, ranges: views };
    },
    head: (path, options) => timed({ operation: 'head', path }, () => inner.head(path, options)),
    async *list(prefix, options) {
      const pages = inner.list(prefix, options)[Symbol.asyncIterator]();
      try {
        for (;;) {
          const next = await timed({ operation: 'list', path: prefix ?? '' }, () => pages.next());
          if (next.done) return;
          yield next.value;
        }
      } finally {
        await pages.return?.();
      }
    },
    put: (path, body, options) =>
      timed({ operation: 'put', path, bytes: body instanceof Uint8Array ? body.length : 0 }, () =>
        inner.put(path, body, options),
      ),
    delete: (path, options) => timed({ operation: 'delete', path }, () => inner.delete(path, options)),
    descriptor(): StoreDescriptor {
      const { module, export: name, options } = inner.descriptor();
      return {
        module: import.meta.url,
        export: 'openRecordingStore',
        options: { channel, inner: { module, export: name, options } as PlainData },
      };
    },
    async close() {
      recorder.close();
      await inner.close();
    },
  };
}

/** Rebuilds a {@link recordingStore} from its descriptor; it tells on the same channel. */
export async function openRecordingStore(options: StoreDescriptor['options'], open: OpenStore): Promise<ObjectStore> {
  return recordingStore(await open(options.inner as unknown as StoreDescriptor), String(options.channel));
}

/** Hears of requests of all threads. `take` waits a moment for those that are on their way. */
export class RequestListener {
  readonly #channel: BroadcastChannel;
  #records: RequestRecord[] = [];

  constructor(channel: string) {
    this.#channel = new BroadcastChannel(channel);
    this.#channel.onmessage = (event: unknown) => {
      for (const record of (event as { data: RequestRecord[] }).data) this.#records.push(record);
    };
    this.#channel.unref();
  }

  /** The records since the last call. */
  async take(): Promise<readonly RequestRecord[]> {
    await new Promise((resolve) => setTimeout(resolve, 2 * PACK_MS));
    const records = this.#records;
    this.#records = [];
    return records;
  }

  close(): void {
    this.#channel.close();
  }
}

class Recorder {
  readonly #channel: BroadcastChannel;
  #pack: RequestRecord[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(channel: string) {
    this.#channel = new BroadcastChannel(channel);
    this.#channel.unref();
  }

  add(record: RequestRecord): void {
    this.#pack.push(record);
    if (this.#pack.length >= PACK) this.#send();
    else this.#timer ??= setTimeout(() => this.#send(), PACK_MS).unref();
  }

  close(): void {
    this.#send();
    this.#channel.close();
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pack.length > 0) this.#channel.postMessage(this.#pack);
    this.#pack = [];
  }
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

function outcomeOf(error: unknown): RequestRecord['outcome'] {
  return isQueryError(error) && error.code === 'THROTTLED' ? 'throttled' : 'failed';
}
