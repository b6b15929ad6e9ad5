import { validateList } from './list-pages.ts';
import { validateObjectPath } from './object-path.ts';
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
} from './object-store.ts';
import { descriptorAsData, nestedDescriptor, type OpenStore } from './store-descriptor.ts';
import { badArgument } from './store-error.ts';

/**
 * The part of a store below a folder, as a store of its own: `prefixStore(store, 'lake/v1')` finds `lake/v1/a` as `a`
 * and cannot reach outside. Closing it closes the wrapped store.
 *
 * Errors: `BAD_ARGUMENT` unless `prefix` is an object path, with or without a `/` at its end.
 */
export function prefixStore(inner: ObjectStore, prefix: string): ObjectStore {
  return new PrefixStore(inner, prefix);
}

/** Rebuilds a {@link prefixStore} from its descriptor. */
export async function openPrefixStore(options: StoreDescriptor['options'], open: OpenStore): Promise<ObjectStore> {
  if (typeof options.prefix !== 'string') throw badArgument('A prefix store needs a prefix.');
  return prefixStore(await open(nestedDescriptor(options, 'inner')), options.prefix);
}

class PrefixStore implements ObjectStore {
  readonly contract = 1;
  readonly #inner: ObjectStore;
  readonly #prefix: string;

  constructor(inner: ObjectStore, prefix: string) {
    const folder = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
    validateObjectPath(folder);
    this.#inner = inner;
    this.#prefix = `${folder}/`;
  }

  get capabilities() {
    return this.#inner.capabilities;
  }

  async get(path: string, options?: GetOptions): Promise<GetResult> {
    const result = await this.#inner.get(this.#outer(path), options);
    return { ...result, metadata: this.#strip(result.metadata) };
  }

  async getRanges(path: string, ranges: readonly ByteRange[], options?: GetRangesOptions): Promise<GetRangesResult> {
    const result = await this.#inner.getRanges(this.#outer(path), ranges, options);
    return { ...result, metadata: this.#strip(result.metadata) };
  }

  async head(path: string, options?: HeadOptions): Promise<ObjectMetadata> {
    return this.#strip(await this.#inner.head(this.#outer(path), options));
  }

  async *list(prefix = '', options: ListOptions = {}): AsyncGenerator<ListPage, void> {
    validateList(prefix, options);
    const { startAfter } = options;
    const pages = this.#inner.list(this.#prefix + prefix, {
      ...options,
      ...(startAfter === undefined ? {} : { startAfter: this.#prefix + startAfter }),
    });
    for await (const page of pages) {
      yield {
        objects: page.objects.map((object) => this.#strip(object)),
        prefixes: page.prefixes.map((path) => path.slice(this.#prefix.length)),
      };
    }
  }

  async put(path: string, body: ObjectBody, options?: PutOptions): Promise<ObjectMetadata> {
    return this.#strip(await this.#inner.put(this.#outer(path), body, options));
  }

  async delete(path: string, options?: DeleteOptions): Promise<void> {
    await this.#inner.delete(this.#outer(path), options);
  }

  descriptor(): StoreDescriptor {
    return {
      module: '@millrace/core/storage',
      export: 'openPrefixStore',
      options: { inner: descriptorAsData(this.#inner.descriptor()), prefix: this.#prefix.slice(0, -1) },
    };
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #outer(path: string): string {
    validateObjectPath(path);
    return this.#prefix + path;
  }

  #strip(metadata: ObjectMetadata): ObjectMetadata {
    return { ...metadata, path: metadata.path.slice(this.#prefix.length) };
  }
}
