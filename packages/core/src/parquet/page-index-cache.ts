import { LRUCache } from 'lru-cache';
import type { ColumnBounds } from './column-bounds.ts';
import type { PageLocation } from './page-index.ts';

/** Pages whose index entries are kept for one file: the most, and those for each of its column chunks. */
const MAX_PAGES = 4096;
const PAGES_PER_CHUNK = 8;
/** Roughly what an entry costs: two bounds and their object. */
const BYTES_PER_PAGE = 200;

/** What the page indexes of a file said, decoded, so that a second query over the file need not read and decode them again. */
export class PageIndexCache {
  readonly #locations: LRUCache<string, readonly PageLocation[]>;
  readonly #bounds: LRUCache<string, readonly ColumnBounds[]>;

  /** For a file with so many column chunks. */
  constructor(numChunks: number) {
    this.#locations = pages(maxPages(numChunks));
    this.#bounds = pages(maxPages(numChunks));
  }

  /** Roughly the most that the indexes of a file with so many column chunks may take, in bytes. */
  static maxBytes(numChunks: number): number {
    return maxPages(numChunks) * 2 * BYTES_PER_PAGE;
  }

  /** Where the pages of a chunk are. */
  locations(rowGroup: number, leaf: number): readonly PageLocation[] | undefined {
    return this.#locations.get(`${rowGroup} ${leaf}`);
  }

  keepLocations(rowGroup: number, leaf: number, locations: readonly PageLocation[]): void {
    this.#locations.set(`${rowGroup} ${leaf}`, locations);
  }

  /** What is certain about the pages of a chunk, as values of the type that a table gives the column. */
  bounds(rowGroup: number, leaf: number, type: string): readonly ColumnBounds[] | undefined {
    return this.#bounds.get(`${rowGroup} ${leaf} ${type}`);
  }

  keepBounds(rowGroup: number, leaf: number, type: string, bounds: readonly ColumnBounds[]): void {
    this.#bounds.set(`${rowGroup} ${leaf} ${type}`, bounds);
  }
}

function maxPages(numChunks: number): number {
  return Math.min(MAX_PAGES, numChunks * PAGES_PER_CHUNK);
}

function pages<T>(maxSize: number): LRUCache<string, readonly T[]> {
  return new LRUCache({ maxSize, sizeCalculation: (entries) => Math.max(1, entries.length) });
}
