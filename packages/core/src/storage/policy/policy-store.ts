import { abortError } from '../../error/index.ts';
import { requireWithin, validateGetRange, validateRanges, viewsOfRanges } from '../byte-range.ts';
import { linkSignals } from '../linked-signal.ts';
import { validateList } from '../list-pages.ts';
import { validateObjectPath } from '../object-path.ts';
import type {
  ByteRange,
  DeleteOptions,
  GetOptions,
  GetRangesOptions,
  GetRangesResult,
  GetResult,
  HeadOptions,
  ListOptions,
  ListPage,
  ObjectBody,
  ObjectMetadata,
  ObjectStore,
  PutOptions,
  StoreDescriptor,
} from '../object-store.ts';
import { storeClosed } from '../store-error.ts';
import { retriedPages } from './list-retry.ts';
import { RequestMeter } from './request-meter.ts';
import { type RequestPiece, requestPieces } from './request-pieces.ts';
import type { Answer, RequestPolicies, StoreRequest } from './request-policies.ts';
import { resumingBody } from './resuming-body.ts';
import type { RetryScope } from './retry-policy.ts';

/**
 * A store whose requests go by the policies of the data plane, see {@link RequestPolicies}: `getRanges` becomes single requests of at most
 * 16 MiB, all of one version; bodies and listings go on where they were when a connection is lost. What it costs is counted in
 * `meter`.
 *
 * For a store on this machine (`capabilities.local`) a call stays one call, and nothing is hedged.
 *
 * The wrapper is cheap and holds nothing: make one for each query or read that is to have counts of its own. Errors: those of
 * the store, `RETRIES_EXHAUSTED`, and `CIRCUIT_OPEN`.
 */
export function policyStore(
  inner: ObjectStore,
  policies: RequestPolicies,
  meter: RequestMeter = new RequestMeter(),
): ObjectStore {
  return new PolicyStore(inner, policies, meter);
}

class PolicyStore implements ObjectStore {
  readonly contract = 1;
  readonly #inner: ObjectStore;
  readonly #policies: RequestPolicies;
  readonly #meter: RequestMeter;
  readonly #closing = new AbortController();

  constructor(inner: ObjectStore, policies: RequestPolicies, meter: RequestMeter) {
    this.#inner = inner;
    this.#policies = policies;
    this.#meter = meter;
  }

  get capabilities() {
    return this.#inner.capabilities;
  }

  get #isLocal(): boolean {
    return this.#inner.capabilities.local === true;
  }

  async get(path: string, options: GetOptions = {}): Promise<GetResult> {
    validateObjectPath(path);
    validateGetRange(options.range);
    const open = (given: GetOptions) => this.#open(path, given);
    const { value, release } = await open(options);
    return { ...value, body: resumingBody({ value, release }, open, this.#policies, this.#meter, options.signal) };
  }

  async getRanges(
    path: string,
    ranges: readonly ByteRange[],
    options: GetRangesOptions = {},
  ): Promise<GetRangesResult> {
    validateObjectPath(path);
    const total = validateRanges(ranges, options.into);
    const pieces = this.#isLocal ? [] : requestPieces(ranges);
    if (pieces.length === 0) {
      const result = await this.#readWhole(path, ranges, total, options);
      this.#meter.add('bytesRead', total);
      return result;
    }
    const memory = options.into ?? new Uint8Array(total);
    const metadata = await this.#readPieces(path, pieces, memory, options);
    for (const range of ranges) requireWithin(path, range, metadata.size);
    this.#meter.add('bytesRead', total);
    return { metadata, ranges: viewsOfRanges(ranges, memory) };
  }

  async head(path: string, options: HeadOptions = {}): Promise<ObjectMetadata> {
    validateObjectPath(path);
    const answer = await this.#run(
      {
        operation: 'head',
        path,
        bytes: 0,
        retries: 'transient',
        isHedged: !this.#isLocal,
        send: (signal) => this.#inner.head(path, { ...options, signal }),
      },
      options.signal,
    );
    return answer.value;
  }

  async *list(prefix = '', options: ListOptions = {}): AsyncGenerator<ListPage, void> {
    validateList(prefix, options);
    yield* retriedPages(this.#inner, prefix, options, this.#meter, (request, signal) => this.#run(request, signal));
  }

  async put(path: string, body: ObjectBody, options: PutOptions = {}): Promise<ObjectMetadata> {
    validateObjectPath(path);
    const isConditional = options.ifMatch !== undefined || options.ifNoneMatch !== undefined;
    const retries: RetryScope = !(body instanceof Uint8Array) ? 'none' : isConditional ? 'refused' : 'transient';
    const answer = await this.#run(
      {
        operation: 'put',
        path,
        bytes: body instanceof Uint8Array ? body.length : 0,
        retries,
        isHedged: false,
        send: (signal) => this.#inner.put(path, body, { ...options, signal }),
      },
      options.signal,
    );
    return answer.value;
  }

  async delete(path: string, options: DeleteOptions = {}): Promise<void> {
    validateObjectPath(path);
    await this.#run(
      {
        operation: 'delete',
        path,
        bytes: 0,
        retries: 'transient',
        isHedged: false,
        send: (signal) => this.#inner.delete(path, { ...options, signal }),
      },
      options.signal,
    );
  }

  /** Of the wrapped store: policies belong to where they are applied. */
  descriptor(): StoreDescriptor {
    return this.#inner.descriptor();
  }

  close(): Promise<void> {
    this.#closing.abort(storeClosed('This store'));
    return this.#inner.close();
  }

  async #run<T>(request: StoreRequest<T>, signal: AbortSignal | undefined): Promise<Answer<T>> {
    const linked = linkSignals(signal, this.#closing.signal);
    try {
      return await this.#policies.run(request, this.#meter, linked.signal);
    } finally {
      linked.unlink();
    }
  }

  #open(path: string, options: GetOptions): Promise<Answer<GetResult>> {
    const { range } = options;
    return this.#run<GetResult>(
      {
        operation: 'get',
        path,
        bytes: range === undefined ? 0 : 'suffix' in range ? range.suffix : range.length,
        retries: 'transient',
        isHedged: false,
        keepsSlot: true,
        send: (signal, onProgress) => this.#openOnce(path, options, signal, onProgress),
      },
      options.signal,
    );
  }

  /** The body outlives the request that opens it: from then on it is cancelled, and no signal aborts it. */
  async #openOnce(path: string, options: GetOptions, signal: AbortSignal, onProgress: (bytes: number) => void) {
    const opening = new AbortController();
    const onAbort = () => opening.abort(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    try {
      const result = await this.#inner.get(path, { ...options, signal: opening.signal });
      onProgress(0);
      return result;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  async #readWhole(path: string, ranges: readonly ByteRange[], bytes: number, options: GetRangesOptions) {
    const numMore = ranges.filter(({ length }) => length > 0).length - 1;
    const answer = await this.#run(
      {
        operation: 'getRanges',
        path,
        bytes,
        retries: 'transient',
        isHedged: false,
        send: (signal, onProgress) => {
          if (numMore > 0) this.#meter.add('numRequests', numMore);
          const onBytes = (count: number) => {
            onProgress(count);
            options.onBytes?.(count);
          };
          return this.#inner.getRanges(path, ranges, { ...options, signal, onBytes });
        },
      },
      options.signal,
    );
    return answer.value;
  }

  /** Reads all pieces, of one version. One failure ends the others, and all are over when this settles. */
  async #readPieces(
    path: string,
    pieces: readonly RequestPiece[],
    memory: Uint8Array,
    options: GetRangesOptions,
  ): Promise<ObjectMetadata> {
    const failing = new AbortController();
    const linked = linkSignals(options.signal, failing.signal);
    let failure: { readonly error: unknown } | undefined;
    const read = async (piece: RequestPiece, ifMatch: string | undefined) => {
      try {
        return await this.#readPiece(path, piece, memory, ifMatch, linked.signal, options.onBytes);
      } catch (error) {
        failure ??= { error };
        failing.abort();
        return undefined;
      }
    };
    try {
      const [first, ...others] = pieces;
      let { ifMatch } = options;
      const reading = [read(first!, ifMatch)];
      // Without a version to ask for, the first answer says which one the others must have.
      if (ifMatch === undefined) ifMatch = (await reading[0])?.version;
      if (!failure) reading.push(...others.map((piece) => read(piece, ifMatch)));
      const [metadata] = await Promise.all(reading);
      if (options.signal?.aborted) throw abortError(options.signal);
      if (failure) throw failure.error;
      return metadata!;
    } finally {
      linked.unlink();
    }
  }

  async #readPiece(
    path: string,
    { offset, length, position }: RequestPiece,
    memory: Uint8Array,
    ifMatch: string | undefined,
    signal: AbortSignal,
    onBytes: ((bytes: number) => void) | undefined,
  ): Promise<ObjectMetadata> {
    const into = memory.subarray(position, position + length);
    const answer = await this.#run(
      {
        operation: 'getRanges',
        path,
        bytes: length,
        retries: 'transient',
        // A request and its hedge write into the same memory, which is harmless only because both write the same version.
        isHedged: ifMatch !== undefined,
        send: (given, onProgress) =>
          this.#inner.getRanges(path, [{ offset, length }], { into, ifMatch, signal: given, onBytes: onProgress }),
      },
      signal,
    );
    onBytes?.(length);
    return answer.value.metadata;
  }
}
