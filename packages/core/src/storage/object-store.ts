/**
 * The storage contract, version 1: what Millrace asks of a place that holds objects.
 *
 * An adapter moves bytes and knows nothing about queries. It does not retry, cache, coalesce, hedge or limit: those are
 * wrappers (stores over a store) and policies of the data plane, written once. Every promise below that says MUST is
 * the title of a case in `@millrace/core/storage/conformance`.
 *
 * What holds for every member:
 * - Paths follow {@link validateObjectPath}; a bad argument rejects with `BAD_ARGUMENT` before any request.
 * - Asynchronous members reject, they never throw synchronously. Every error is a `QueryError`.
 * - `signal` aborts within one round trip, rejects with the signal's {@link abortError} and releases what was held.
 * - After {@link ObjectStore.close} every call rejects with `ENGINE_CLOSED`.
 * - An error never prints a credential or a signed URL.
 */

/** What a store can do. What it cannot do it MUST refuse with `FEATURE_NOT_IMPLEMENTED`; it never ignores an option. */
export interface StoreCapabilities {
  /** `put` and `delete`. */
  readonly write: boolean;
  /** `list`. A store of objects by URL may not have it. */
  readonly list: boolean;
  /** `put` with `ifNoneMatch: '*'`, with exactly one winner among any number of writers. */
  readonly createIfAbsent: boolean;
  /**
   * `put` with `ifMatch`. `'atomic'`: one winner among any number of writers. `'checked'`: the version is compared
   * immediately before the object is replaced, which another process can slip in between.
   */
  readonly replaceIfMatch: 'none' | 'checked' | 'atomic';
  /** `descriptor()` answers, so that another thread or machine can build an equal store. */
  readonly rebuildable: boolean;
  /**
   * The bytes are on this machine and cheap to ask for again: the data plane then neither caches them nor hedges requests for
   * them. Default: false.
   */
  readonly local?: boolean;
}

/** What is known about an object without reading it. */
export interface ObjectMetadata {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Opaque; differs whenever the bytes differ. An ETag where the store has one. */
  readonly version: string;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly lastModifiedMs: number;
}

/** `length` bytes from `offset`. Both are whole numbers of zero or more. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** The last `suffix` bytes of an object; the whole object when it is shorter. */
export interface SuffixRange {
  readonly suffix: number;
}

export interface HeadOptions {
  /** Rejects with `VERSION_MISMATCH` unless the object has this version. */
  readonly ifMatch?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface GetOptions extends HeadOptions {
  /** The part to read. Default: the whole object. */
  readonly range?: ByteRange | SuffixRange | undefined;
}

export interface GetResult {
  readonly metadata: ObjectMetadata;
  /** The part of the object that `body` carries. */
  readonly range: ByteRange;
  /**
   * The bytes. The consumer MUST read it to the end or cancel it: an unread body holds a connection or a file. The
   * stream errors when the connection is lost, when the bytes end early, and when the signal aborts.
   */
  readonly body: ReadableStream<Uint8Array>;
}

export interface GetRangesOptions extends HeadOptions {
  /**
   * Memory that receives all ranges back to back in the order asked. Its length MUST be exactly the sum of the ranges.
   * It may lie over a `SharedArrayBuffer` or a WebAssembly memory, which must not be detached before the promise
   * settles. Once the promise has settled, also by an error or an abort, the store writes nothing more into it; after a
   * rejection its content is undefined. Default: the store allocates.
   */
  readonly into?: Uint8Array | undefined;
  /**
   * Told of bytes as they arrive, in parts that add up to all of them when the call succeeds. Whoever gives it sees by it that a slow
   * request still makes progress.
   */
  readonly onBytes?: ((numBytes: number) => void) | undefined;
}

export interface GetRangesResult {
  readonly metadata: ObjectMetadata;
  /** One view for each range, in the order asked, over `into` where that was given. */
  readonly ranges: readonly Uint8Array[];
}

export interface ListOptions {
  /** Only entries that sort strictly after this text. Default: from the beginning. */
  readonly startAfter?: string | undefined;
  /** Rolls up everything behind the next `/` after the prefix into one entry of `prefixes`. */
  readonly delimiter?: '/' | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One answer of a listing. Entries sort by the bytes of their UTF-8 form, within a page and over pages. */
export interface ListPage {
  readonly objects: readonly ObjectMetadata[];
  /** Ends in `/`. Empty without a delimiter. A prefix stands for one object or more, and appears once. */
  readonly prefixes: readonly string[];
}

/** Bytes, or parts of them one after another. A web `ReadableStream` and a Node.js `Readable` are such a sequence. */
export type ObjectBody = Uint8Array | AsyncIterable<Uint8Array>;

export interface PutOptions {
  /** Rejects with `OBJECT_EXISTS` when there is an object. Not together with `ifMatch`. */
  readonly ifNoneMatch?: '*' | undefined;
  /** Rejects with `VERSION_MISMATCH` unless the object has this version, `OBJECT_NOT_FOUND` when there is none. */
  readonly ifMatch?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface DeleteOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Data that JSON carries whole. */
export type PlainData =
  | string
  | number
  | boolean
  | null
  | readonly PlainData[]
  | { readonly [key: string]: PlainData | undefined };

/**
 * The recipe to build an equal store in another thread, process or machine: `import(module)[export](options, open)`.
 * The options are plain data and never contain a secret: credentials are resolved where the store is built.
 */
export interface StoreDescriptor {
  readonly module: string;
  readonly export: string;
  readonly options: { readonly [key: string]: PlainData | undefined };
}

export interface ObjectStore {
  /** The version of this contract that the store was written for. */
  readonly contract: 1;
  readonly capabilities: StoreCapabilities;

  /**
   * Opens an object for reading as a stream. The answer is of one version throughout.
   *
   * Errors: `OBJECT_NOT_FOUND`, `VERSION_MISMATCH`, and `TRUNCATED_OBJECT` when the range reaches beyond the end. Cost:
   * one request.
   */
  get(path: string, options?: GetOptions): Promise<GetResult>;

  /**
   * Reads many parts of one object, all of one version even without `ifMatch`. Ranges may be empty, overlap and come in
   * any order; with no ranges it still finds out whether the object exists and matches.
   *
   * Errors: `OBJECT_NOT_FOUND`, `VERSION_MISMATCH`, and `TRUNCATED_OBJECT` when a range reaches beyond the end. Cost: up
   * to one request for each range; coalescing is the caller's affair.
   */
  getRanges(path: string, ranges: readonly ByteRange[], options?: GetRangesOptions): Promise<GetRangesResult>;

  /** Metadata of an object. Errors: `OBJECT_NOT_FOUND`, `VERSION_MISMATCH`. Cost: one request. */
  head(path: string, options?: HeadOptions): Promise<ObjectMetadata>;

  /**
   * All objects whose path begins with `prefix` (any text, not only whole folders; `''` for everything), sorted and
   * complete for objects that existed throughout. Cost: one request for each page of up to 1,000 entries or so.
   */
  list(prefix?: string, options?: ListOptions): AsyncIterable<ListPage>;

  /**
   * Writes an object: either all of it becomes visible at once, or nothing does and the former object stays. Bodies may
   * be of any size; large ones go in parts where the store needs that. When the body itself throws, `put` rejects with
   * that error. A `put` that is refused before it needs the body leaves it unread, for the caller to end. Where the
   * store does not say when it wrote, `lastModifiedMs` is the time of the writer.
   */
  put(path: string, body: ObjectBody, options?: PutOptions): Promise<ObjectMetadata>;

  /** Removes an object. Removing what is not there succeeds. */
  delete(path: string, options?: DeleteOptions): Promise<void>;

  /** See {@link StoreDescriptor}. Throws `FEATURE_NOT_IMPLEMENTED` unless `capabilities.rebuildable`. */
  descriptor(): StoreDescriptor;

  /**
   * Releases connections, files and memory, and the wrapped store of a wrapper. Waits for running calls; open bodies
   * error. Idempotent.
   */
  close(): Promise<void>;
}
