import type { Expression } from '../expression/index.ts';
import {
  BloomFilter,
  type BoundValue,
  type ColumnBounds,
  countRows,
  equalityColumns,
  intersectRanges,
  mayPass,
  type PageLocation,
  pageRuns,
  plainBytes,
  rangesOfPages,
  readColumnIndex,
  readOffsetIndex,
  rowsOfPage,
} from '../parquet/index.ts';
import type { PageRun, RowRange } from '../physical/split.ts';
import type { ByteRange, ObjectStore } from '../storage/object-store.ts';
import { getCoalescedRanges } from '../storage/range-plan.ts';
import { formatType } from '../types/index.ts';
import type { FlatColumn, OpenParquetFile } from './parquet-file.ts';

/** A row group of a scan, or the part of it that is left. */
export interface KeptRowGroup {
  readonly rowGroup: number;
  readonly numRows: number;
  /** The rows whose pages may match; undefined: all. */
  readonly ranges?: readonly RowRange[];
  /** The runs of pages of a column that have those rows; undefined where its pages are not known. */
  readonly runsOf?: (name: string) => readonly PageRun[] | undefined;
}

/** What a scan asks for, in the terms of a file. */
export interface RefinementRequest {
  readonly columns: readonly string[];
  readonly filters: readonly Expression[];
  readonly filterColumns: ReadonlyMap<number, string>;
}

/**
 * Filters and indexes are read when they take at most this part of the bytes that they may save. A filter takes 10 bits a
 * distinct value and mostly saves the whole row group.
 */
const MAX_SHARE: Readonly<Record<IndexKind, number>> = { bloom: 1 / 2, offset: 1 / 8, column: 1 / 8 };
/** What is read of one file in one go. */
const MAX_INDEX_BYTES = 16 << 20;
const READ_GAP_BYTES = 64 << 10;
/** A selection that leaves out less than this part of a row group costs more than it saves. */
const MIN_SAVED_SHARE = 1 / 10;

/**
 * Looks closer at the row groups that statistics have left: bloom filters, for columns that are compared with constants for
 * equality, and page indexes, which tell the rows that may match. Where a file has neither, nothing is read.
 *
 * Cost: one call of `getRanges` for the file. Errors: `BAD_FOOTER` for damaged indexes, and those of the store.
 */
export async function refineRowGroups(
  file: OpenParquetFile,
  rowGroups: readonly number[],
  request: RefinementRequest,
  store: ObjectStore,
  signal: AbortSignal | undefined,
): Promise<KeptRowGroup[]> {
  const plans = rowGroups.map((rowGroup) => new RowGroupRefinement(file, rowGroup, request));
  let bytes = 0;
  const ranges: ByteRange[] = [];
  const wanted = plans.map((plan) => {
    if (!plan.isNeeded) return undefined;
    const planned = plan.ranges();
    const size = planned.reduce((sum, { length }) => sum + length, 0);
    if (bytes + size > MAX_INDEX_BYTES) return undefined;
    bytes += size;
    ranges.push(...planned);
    return planned.length;
  });
  const { path, version } = file.footer.object;
  const options = { ifMatch: version, signal, maxGapBytes: READ_GAP_BYTES };
  const read = ranges.length === 0 ? [] : (await getCoalescedRanges(store, path, ranges, options)).ranges;
  let next = 0;
  return plans.flatMap((plan, i) => {
    const count = wanted[i];
    if (count === undefined) return [plan.whole()];
    const kept = plan.refine(read.slice(next, next + count));
    next += count;
    return kept ? [kept] : [];
  });
}

type IndexKind = 'bloom' | 'offset' | 'column';

interface IndexRead {
  readonly kind: IndexKind;
  readonly name: string;
  readonly range: ByteRange;
}

class RowGroupRefinement {
  readonly #file: OpenParquetFile;
  readonly #rowGroup: number;
  readonly #numRows: number;
  readonly #request: RefinementRequest;
  readonly #reads: IndexRead[] = [];
  #wanted: readonly IndexRead[] = [];
  readonly #locations = new Map<string, readonly PageLocation[]>();
  readonly #bounds = new Map<string, readonly ColumnBounds[]>();

  constructor(file: OpenParquetFile, rowGroup: number, request: RefinementRequest) {
    this.#file = file;
    this.#rowGroup = rowGroup;
    this.#numRows = file.footer.rowGroups[rowGroup]!.numRows;
    this.#request = request;
    this.#plan();
  }

  /** The bytes that `refine` wants, in this order. What earlier queries have read is not wanted again. */
  ranges(): ByteRange[] {
    // Settled here: until the bytes are there, other queries may add to what is known, or push it out.
    this.#wanted = this.#reads.filter(({ kind, name }) => !this.#findKnown(kind, name));
    return this.#wanted.map(({ range }) => range);
  }

  get isNeeded(): boolean {
    return this.#reads.length > 0;
  }

  whole(): KeptRowGroup {
    return { rowGroup: this.#rowGroup, numRows: this.#numRows };
  }

  /** What is left of the row group, or undefined. */
  refine(read: readonly Uint8Array[]): KeptRowGroup | undefined {
    const bytes = new Map(this.#wanted.map(({ kind, name }, i) => [`${kind} ${name}`, read[i]!]));
    if (!this.#passesBloomFilters(bytes)) return undefined;
    const pages = this.#readPages(bytes);
    const ranges = this.#matchingRanges(bytes, pages);
    const numRows = countRows(ranges);
    if (numRows === 0) return undefined;
    if (numRows > this.#numRows * (1 - MIN_SAVED_SHARE)) return this.whole();
    const runsOf = (name: string): PageRun[] | undefined => {
      const locations = pages.get(name);
      const flat = this.#file.flatColumn(name);
      if (!locations || !flat) return undefined;
      const { offset } = this.#file.footer.chunkLeaf(this.#rowGroup, flat.leaf);
      return pageRuns(locations, this.#numRows, ranges, offset);
    };
    return { rowGroup: this.#rowGroup, numRows, ranges, runsOf };
  }

  #plan(): void {
    const { columns, filters, filterColumns } = this.#request;
    const equal = [...equalityColumns(filters)].map((id) => filterColumns.get(id));
    const filtered = new Set(filterColumns.values());
    const chunkOf = (name: string) => {
      const flat = this.#file.flatColumn(name);
      return flat && this.#file.footer.chunk(this.#rowGroup, flat.leaf);
    };
    const hasIndex = [...filtered].some((name) => {
      const chunk = chunkOf(name);
      return chunk && (chunk.columnIndexOffset || (chunk.bloomFilterOffset && equal.includes(name)));
    });
    if (!hasIndex) return;
    const names = new Set([...columns, ...filtered]);
    const dataBytes = [...names].reduce((sum, name) => sum + this.#file.storedBytes(this.#rowGroup, name), 0);
    const add = (kind: IndexKind, name: string, offset: number | undefined, length: number | undefined) => {
      const end = (offset ?? 0) + (length ?? 0);
      if (!offset || !length || end > this.#file.footer.object.sizeBytes) return;
      this.#reads.push({ kind, name, range: { offset, length } });
    };
    for (const name of names) {
      const chunk = chunkOf(name);
      if (!chunk) continue;
      if (equal.includes(name)) add('bloom', name, chunk.bloomFilterOffset, chunk.bloomFilterBytes);
      if (filtered.has(name)) add('column', name, chunk.columnIndexOffset, chunk.columnIndexBytes);
      add('offset', name, chunk.offsetIndexOffset, chunk.offsetIndexBytes);
    }
    const reads = this.#reads.splice(0);
    const isBloom = (read: (typeof reads)[number]) => read.kind === 'bloom';
    const isWorth = (some: typeof reads) =>
      some.every(({ kind, range }) => range.length <= dataBytes * MAX_SHARE[kind]) &&
      // Where pages are says nothing without what is in them.
      some.some(({ kind }) => kind !== 'offset');
    for (const some of [reads.filter(isBloom), reads.filter((read) => !isBloom(read))]) {
      if (isWorth(some)) this.#reads.push(...some);
    }
  }

  #passesBloomFilters(bytes: ReadonlyMap<string, Uint8Array>): boolean {
    const { filters, filterColumns } = this.#request;
    const known = new Map<string, ColumnBounds>();
    for (const { kind, name } of this.#reads) {
      if (kind !== 'bloom') continue;
      const flat = this.#file.flatColumn(name)!;
      const filter = BloomFilter.read(this.#file.footer.object.path, bytes.get(`bloom ${name}`)!);
      if (!filter) continue;
      const mayContain = (value: BoundValue) => {
        const plain = plainBytes(value, flat.column.node.element, flat.column.type);
        return plain === undefined || (plain !== null && filter.mayContain(plain));
      };
      known.set(name, { ...this.#file.bounds(this.#rowGroup, name), mayContain });
    }
    if (known.size === 0) return true;
    return mayPass(filters, (id) => {
      const name = filterColumns.get(id);
      return name === undefined ? undefined : (known.get(name) ?? this.#file.bounds(this.#rowGroup, name));
    });
  }

  /** Whether an earlier query has read the index; takes it over. */
  #findKnown(kind: IndexKind, name: string): boolean {
    if (kind === 'bloom') return false;
    const { pageIndexes } = this.#file.footer;
    const { leaf, type } = this.#file.flatColumn(name)!;
    if (kind === 'offset') {
      const locations = pageIndexes.locations(this.#rowGroup, leaf);
      if (locations) this.#locations.set(name, locations);
      return locations !== undefined;
    }
    const bounds = pageIndexes.bounds(this.#rowGroup, leaf, formatType(type));
    if (bounds) this.#bounds.set(name, bounds);
    return bounds !== undefined;
  }

  /** Where pages are, for columns of which it is known. */
  #readPages(bytes: ReadonlyMap<string, Uint8Array>): Map<string, readonly PageLocation[]> {
    const { footer } = this.#file;
    const pages = new Map<string, readonly PageLocation[]>();
    for (const { kind, name } of this.#reads) {
      if (kind !== 'offset') continue;
      const { leaf } = this.#file.flatColumn(name)!;
      let locations = this.#locations.get(name);
      if (!locations) {
        locations = this.#readLocations(leaf, bytes.get(`offset ${name}`)!);
        footer.pageIndexes.keepLocations(this.#rowGroup, leaf, locations);
      }
      if (locations.length > 0) pages.set(name, locations);
    }
    return pages;
  }

  /** Empty when the index says nothing that can be relied on. */
  #readLocations(leaf: number, bytes: Uint8Array): readonly PageLocation[] {
    const { footer } = this.#file;
    const locations = readOffsetIndex(footer.object.path, bytes, this.#numRows) ?? [];
    const { offset, compressedBytes } = footer.chunkLeaf(this.#rowGroup, leaf);
    const last = locations.at(-1);
    const isInside = last && locations[0]!.offset >= offset && last.offset + last.bytes <= offset + compressedBytes;
    return isInside ? locations : [];
  }

  /** The rows that may pass every condition on a single column that has an index. */
  #matchingRanges(
    bytes: ReadonlyMap<string, Uint8Array>,
    pages: ReadonlyMap<string, readonly PageLocation[]>,
  ): RowRange[] {
    const { filters, filterColumns } = this.#request;
    let ranges: RowRange[] = [{ firstRow: 0, numRows: this.#numRows }];
    for (const [id, name] of filterColumns) {
      const locations = pages.get(name);
      const flat = this.#file.flatColumn(name);
      if (!locations || !flat) continue;
      const bounds = this.#bounds.get(name) ?? this.#readBounds(flat, locations, bytes.get(`column ${name}`));
      if (!bounds) continue;
      const kept = rangesOfPages(locations, this.#numRows, (page) =>
        mayPass(filters, (column) => (column === id ? bounds[page] : undefined)),
      );
      ranges = intersectRanges(ranges, kept);
    }
    return ranges;
  }

  #readBounds(
    flat: FlatColumn,
    locations: readonly PageLocation[],
    index: Uint8Array | undefined,
  ): readonly ColumnBounds[] | undefined {
    if (!index) return undefined;
    const { object, pageIndexes } = this.#file.footer;
    const rows = locations.map((_, page) => rowsOfPage(locations, this.#numRows, page));
    const statistics = readColumnIndex(object.path, index, rows);
    const bounds = statistics?.map((page, i) => this.#file.boundsOf(flat, page, rows[i]!));
    if (bounds) pageIndexes.keepBounds(this.#rowGroup, flat.leaf, formatType(flat.type), bounds);
    return bounds;
  }
}
