import type { S3Client } from '@aws-sdk/client-s3';
import { abortError, linkSignals, storeClosed } from '@millrace/core/storage';
import type { BucketRegion } from './bucket-region.ts';
import { type FailedRequest, type S3RequestContext, s3Error } from './s3-error.ts';
import type { S3StoreSettings } from './s3-settings.ts';

/** Sends one command; a function, because the client knows the type of an answer only by the type of its command. */
export type SendCommand<T> = (client: S3Client, options: { readonly abortSignal: AbortSignal }) => Promise<T>;

/** The conditions of a request, for the wording of its error. */
export type RequestConditions = Pick<S3RequestContext, 'ifMatch' | 'ifNoneMatch'>;

/** Sends requests, translates their errors, and knows which are under way. */
export class S3Requests {
  readonly client: S3Client;
  readonly region: BucketRegion;
  readonly #settings: S3StoreSettings;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  constructor(client: S3Client, region: BucketRegion, settings: S3StoreSettings) {
    this.client = client;
    this.region = region;
    this.#settings = settings;
  }

  /** Aborts when the store is closed. Bodies listen to it; calls are waited for. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** One request. Rejects with a `QueryError`. */
  async send<T>(
    command: SendCommand<T>,
    path: string,
    signal: AbortSignal | undefined,
    conditions: RequestConditions = {},
  ): Promise<T> {
    // The SDK listens for as long as the connection lives; the caller's signal must not keep its listeners.
    const linked = linkSignals(signal);
    try {
      if (linked.signal.aborted) throw abortError(linked.signal);
      const options = { abortSignal: linked.signal };
      try {
        return await command(this.client, options);
      } catch (error) {
        const { $metadata, $response } = error as FailedRequest;
        if (!(await this.region.learn($metadata?.httpStatusCode, $response?.headers))) throw error;
        return await command(this.client, options);
      }
    } catch (error) {
      throw this.translate(error, path, linked.signal, conditions);
    } finally {
      linked.unlink();
    }
  }

  /** What a request or its body failed with, as a `QueryError`; the abort, when there was one. */
  translate(
    error: unknown,
    path: string,
    signal: AbortSignal | undefined,
    conditions: RequestConditions = {},
  ): unknown {
    if (signal?.aborted) return abortError(signal);
    const { bucket, endpoint } = this.#settings;
    return s3Error(error, { bucket, endpoint, path, ...conditions });
  }

  /** Runs a call of the store: refused once it is closed, waited for when it is being closed. */
  async run<T>(signal: AbortSignal | undefined, call: () => Promise<T>): Promise<T> {
    if (this.#closing.signal.aborted) throw abortError(this.#closing.signal);
    if (signal?.aborted) throw abortError(signal);
    return this.track(call());
  }

  /** Closing waits for it. */
  track<T>(promise: Promise<T>): Promise<T> {
    const forget = () => this.#running.delete(promise);
    this.#running.add(promise);
    promise.then(forget, forget);
    return promise;
  }

  close(): Promise<void> {
    this.#closed ??= (async () => {
      this.#closing.abort(storeClosed('This S3 store'));
      while (this.#running.size > 0) await Promise.allSettled(this.#running);
      this.client.destroy();
    })();
    return this.#closed;
  }
}
