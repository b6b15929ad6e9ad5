import {
  type ByteRange,
  type DeleteOptions,
  type GetOptions,
  type GetRangesOptions,
  type GetRangesResult,
  type GetResult,
  type HeadOptions,
  type ListOptions,
  type ListPage,
  notCapable,
  type ObjectBody,
  type ObjectMetadata,
  type ObjectStore,
  type PlainData,
  type PutOptions,
  requireConditionalPut,
  type StoreCapabilities,
  type StoreDescriptor,
  validateGetRange,
  validateList,
  validateObjectPath,
  validatePutOptions,
  validateRanges,
} from '@millrace/core/storage';
import { BucketRegion } from './bucket-region.ts';
import { RangedGet } from './ranged-get.ts';
import {
  createFields,
  DEFAULT_MAX_CONNECTIONS,
  makeClient,
  objectFields,
  type S3StoreComponents,
  validateComponents,
} from './s3-client.ts';
import { listPages } from './s3-lister.ts';
import { S3Reader } from './s3-reader.ts';
import { S3Requests } from './s3-requests.ts';
import { type S3StoreSettings, validateSettings } from './s3-settings.ts';
import { S3Writer } from './s3-writer.ts';

/** Requests of one `getRanges` at a time. */
const MAX_RANGE_REQUESTS = 16;

/**
 * A bucket of S3, or of a server that speaks its protocol, as a store. Nothing is sent before the first call.
 *
 * Requests are not retried: what is worth another attempt is `retryable`, and the data plane decides. The version of an
 * object is its ETag. Conditions of `put` are refused unless the server is known to check them
 * (`conditionalWrites`).
 *
 * Errors: `BAD_SETTING` for settings that make no sense.
 */
export function s3Store(settings: S3StoreSettings, components: S3StoreComponents = {}): ObjectStore {
  return new S3Store(settings, components);
}

/** Rebuilds an {@link s3Store} from its descriptor; credentials come from the provider chain of where it is called. */
export function openS3Store(options: StoreDescriptor['options']): ObjectStore {
  return new S3Store(options as unknown as S3StoreSettings, {});
}

class S3Store implements ObjectStore {
  readonly contract = 1;
  readonly capabilities: StoreCapabilities;
  readonly #settings: S3StoreSettings;
  readonly #requests: S3Requests;
  readonly #reader: S3Reader;
  readonly #writer: S3Writer;

  constructor(settings: S3StoreSettings, components: S3StoreComponents) {
    validateSettings(settings);
    validateComponents(settings, components);
    const { endpoint, maxConnections = DEFAULT_MAX_CONNECTIONS } = settings;
    const conditions = settings.conditionalWrites ?? (endpoint === undefined ? 'create-and-replace' : 'none');
    this.capabilities = Object.freeze({
      write: true,
      list: true,
      createIfAbsent: conditions !== 'none',
      replaceIfMatch: conditions === 'create-and-replace' ? 'atomic' : 'none',
      rebuildable: components.credentials === undefined && components.customerKey === undefined,
    });
    this.#settings = settings;
    const region = new BucketRegion(settings);
    this.#requests = new S3Requests(makeClient(settings, components, region), region, settings);
    const fields = objectFields(settings, components);
    const ranged = new RangedGet(this.#requests, fields, settings, components);
    this.#reader = new S3Reader(this.#requests, fields, ranged, Math.min(maxConnections, MAX_RANGE_REQUESTS));
    this.#writer = new S3Writer(this.#requests, fields, createFields(settings), settings);
  }

  async get(path: string, options: GetOptions = {}): Promise<GetResult> {
    validateObjectPath(path);
    validateGetRange(options.range);
    return this.#requests.run(options.signal, () => this.#reader.get(path, options));
  }

  async getRanges(
    path: string,
    ranges: readonly ByteRange[],
    options: GetRangesOptions = {},
  ): Promise<GetRangesResult> {
    validateObjectPath(path);
    validateRanges(ranges, options.into);
    return this.#requests.run(options.signal, () => this.#reader.getRanges(path, ranges, options));
  }

  async head(path: string, options: HeadOptions = {}): Promise<ObjectMetadata> {
    validateObjectPath(path);
    return this.#requests.run(options.signal, () => this.#reader.head(path, options));
  }

  async *list(prefix = '', options: ListOptions = {}): AsyncGenerator<ListPage, void> {
    validateList(prefix, options);
    const { bucket, requesterPays } = this.#settings;
    const fields = { Bucket: bucket, ...(requesterPays ? ({ RequestPayer: 'requester' } as const) : {}) };
    yield* listPages(this.#requests, fields, prefix, options);
  }

  async put(path: string, body: ObjectBody, options: PutOptions = {}): Promise<ObjectMetadata> {
    validateObjectPath(path);
    validatePutOptions(options);
    requireConditionalPut(options, this.capabilities);
    return this.#requests.run(options.signal, () => this.#writer.put(path, body, options));
  }

  async delete(path: string, options: DeleteOptions = {}): Promise<void> {
    validateObjectPath(path);
    await this.#requests.run(options.signal, () => this.#writer.delete(path, options.signal));
  }

  descriptor(): StoreDescriptor {
    if (!this.capabilities.rebuildable) {
      throw notCapable(
        'Using an S3 store with credentials or a key of its own in another thread',
        'Secrets stay where they are. Set the environment or a profile of AWS instead, which every thread can read.',
      );
    }
    return {
      module: '@millrace/storage-s3',
      export: 'openS3Store',
      options: this.#settings as unknown as Readonly<Record<string, PlainData | undefined>>,
    };
  }

  close(): Promise<void> {
    return this.#requests.close();
  }
}
