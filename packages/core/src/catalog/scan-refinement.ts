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
    const planned = plan.ranges();
    const size = planned.reduce((sum, { length }) => sum + length, 0);
    if (bytes + size > MAX_INDEX_BYTES) return 0;
    bytes += size;
    ranges.push(...planned);
    return planned.length;
  });
  if (ranges.length === 0) return plans.map((plan) => plan.whole());
  const { path, version } = file.footer.object;
  const read = await getCoalescedRanges(store, path, ranges, { ifMatch: version, signal, maxGapBytes: READ_GAP_BYTES });
  let next = 0;
  return plans.flatMap((plan, i) => {
    const count = wanted[i]!;
    if (count === 0) return [plan.whole()];
    const kept = plan.refine(read.ranges.slice(next, next + count));
    next += count;
    return kept ? [kept] : [];
  });
}

type IndexKind = 'bloom' | 'offset' | 'column';

class RowGroupRefinement {
  readonly #file: OpenParquetFile;
  readonly #rowGroup: number;
  readonly #numRows: number;
  readonly #request: RefinementRequest;
  readonly #reads: { readonly kind: IndexKind; readonly name: string; readonly range: ByteRange }[] = [];

  constructor(file: OpenParquetFile, rowGroup: number, request: RefinementRequest) {
    this.#file = file;
    this.#rowGroup = rowGroup;
    this.#numRows = file.footer.rowGroups[rowGroup]!.numRows;
    this.#request = request;
    this.#plan();
  }

  /** The bytes that `refine` wants, in this order. */
  ranges(): ByteRange[] {
    return this.#reads.map(({ range }) => range);
  }

  whole(): KeptRowGroup {
    return { rowGroup: this.#rowGroup, numRows: this.#numRows };
  }

  /** What is left of the row group, or undefined. */
  refine(read: readonly Uint8Array[]): KeptRowGroup | undefined {
    const bytes = new Map(this.#reads.map(({ kind, name }, i) => [`${kind} ${name}`, read[i]!]));
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

  #readPages(bytes: ReadonlyMap<string, Uint8Array>): Map<string, PageLocation[]> {
    const pages = new Map<string, PageLocation[]>();
    for (const { kind, name } of this.#reads) {
      if (kind !== 'offset') continue;
      const { path } = this.#file.footer.object;
      const locations = readOffsetIndex(path, bytes.get(`offset ${name}`)!, this.#numRows);
      const leaf = this.#file.footer.chunkLeaf(this.#rowGroup, this.#file.flatColumn(name)!.leaf);
      const last = locations?.at(-1);
      const isInside =
        last && locations![0]!.offset >= leaf.offset && last.offset + last.bytes <= leaf.offset + leaf.compressedBytes;
      if (isInside) pages.set(name, locations!);
    }
    return pages;
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
      const index = bytes.get(`column ${name}`);
      const flat = this.#file.flatColumn(name);
      if (!locations || !index || !flat) continue;
      const bounds = this.#pageBounds(flat, locations, index);
      if (!bounds) continue;
      const kept = rangesOfPages(locations, this.#numRows, (page) =>
        mayPass(filters, (column) => (column === id ? bounds[page] : undefined)),
      );
      ranges = intersectRanges(ranges, kept);
    }
    return ranges;
  }

  #pageBounds(flat: FlatColumn, locations: readonly PageLocation[], index: Uint8Array): ColumnBounds[] | undefined {
    const rows = locations.map((_, page) => rowsOfPage(locations, this.#numRows, page));
    const statistics = readColumnIndex(this.#file.footer.object.path, index, rows);
    return statistics?.map((page, i) => this.#file.boundsOf(flat, page, rows[i]!));
  }
}
