import { LRUCache } from 'lru-cache';
import { type Footer, type ReadFooterOptions, readFooter } from '../parquet/index.ts';
import type { MemoryAccount } from '../runtime/index.ts';
import type { ObjectMetadata, ObjectStore } from '../storage/object-store.ts';

export interface FooterCacheSettings {
  /** The most that footers may take. Default: 64 MiB. */
  readonly maxBytes?: number;
  /** See {@link ReadFooterOptions.tailBytes}. */
  readonly tailBytes?: number;
}

const DEFAULT_MAX_BYTES = 64 * 2 ** 20;

/**
 * Footers by store, path and version, so that a second query over the same objects reads none. A changed object has another
 * version and never meets its old footer. Bytes are limited and charged to an account; a footer that finds no room is used
 * and forgotten. Requests for the same footer at the same time share one read.
 */
export class FooterCache {
  readonly #footers: LRUCache<string, Footer>;
  readonly #reading = new Map<string, Promise<Footer>>();
  readonly #account: MemoryAccount | undefined;
  readonly #tailBytes: number | undefined;

  constructor(settings: FooterCacheSettings = {}, account?: MemoryAccount) {
    this.#account = account;
    this.#tailBytes = settings.tailBytes;
    this.#footers = new LRUCache<string, Footer>({
      maxSize: Math.max(1, settings.maxBytes ?? DEFAULT_MAX_BYTES),
      sizeCalculation: footerBytes,
      dispose: (footer) => account?.release(footerBytes(footer)),
    });
  }

  /** The footer of the object at the version that `object` names; `storeName` tells stores apart. Errors: {@link readFooter}'s. */
  async get(
    storeName: string,
    store: ObjectStore,
    object: ObjectMetadata,
    signal?: AbortSignal | undefined,
  ): Promise<Footer> {
    const key = `${storeName}\n${object.path}\n${object.version}`;
    const kept = this.#footers.get(key);
    if (kept) return kept;
    // A read that another query may abort is not shared.
    if (signal) return this.#read(key, store, object, signal);
    let reading = this.#reading.get(key);
    if (!reading) {
      reading = this.#read(key, store, object, undefined).finally(() => this.#reading.delete(key));
      this.#reading.set(key, reading);
    }
    return reading;
  }

  /** Bytes of the footers that are kept. */
  get usedBytes(): number {
    return this.#footers.calculatedSize;
  }

  /** Forgets every footer. */
  clear(): void {
    this.#footers.clear();
  }

  async #read(
    key: string,
    store: ObjectStore,
    object: ObjectMetadata,
    signal: AbortSignal | undefined,
  ): Promise<Footer> {
    const options: ReadFooterOptions = { ifMatch: object.version, tailBytes: this.#tailBytes, signal };
    const footer = await readFooter(store, object.path, options);
    const bytes = footerBytes(footer);
    if (bytes > this.#footers.maxSize) return footer;
    if (this.#account && !this.#account.tryReserve(bytes)) return footer;
    this.#footers.set(key, footer);
    return footer;
  }
}

function footerBytes(footer: Footer): number {
  return footer.memoryBytes;
}
