import { type ColumnReaderContext, type DecodeStatistics, emptyDecodeStatistics } from '../../parquet/column-reader.ts';
import type { ScanExec } from '../../physical/index.ts';
import { Batch, Vector } from '../../vector/index.ts';
import { columnIds } from '../column-ids.ts';
import { BLOCKED } from '../operator.ts';
import type { OperatorContext } from '../operator-context.ts';
import { PlanOperator, type Pulled } from '../plan-operator.ts';
import type { RuntimeFilter } from '../runtime-filter.ts';
import { sliceBatch } from '../slice-batch.ts';
import { type FilterStep, filterSteps } from './filter-steps.ts';
import { RuntimeFilterPredicate } from './runtime-filter-predicate.ts';
import { type FetchedSplit, SplitFetcher } from './split-fetcher.ts';
import { SplitReader } from './split-reader.ts';

/**
 * Reads the splits of the task in order. The bytes of the next splits are under way while the current one is decoded; within a
 * batch the columns of the filters are decoded first, step by step, and the others only when rows are left.
 */
export class ScanOperator extends PlanOperator<ScanExec> {
  readonly #fetcher: SplitFetcher;
  readonly #steps: FilterStep[];
  readonly #runtimeFilters: RuntimeFilterPredicate[] = [];
  readonly #decoding: ColumnReaderContext;
  readonly #statistics: DecodeStatistics = emptyDecodeStatistics();
  /** Stands in for columns that have not been read. */
  readonly #unread: readonly Vector[];
  #current: FetchedSplit | undefined;
  #reader: SplitReader | undefined;
  #numRowsLeft: number;
  #numSplits = 0;
  #numRowsRead = 0;

  constructor(node: ScanExec, context: OperatorContext) {
    super(node, context);
    const { spec, environment, memory } = context;
    const { settings } = spec;
    const splits = spec.slice.splits.find((entry) => entry.node === node.id)?.splits ?? [];
    this.#fetcher = new SplitFetcher(splits, settings.readAheadBytes, context.reads, this.account);
    this.#steps = filterSteps(node.filters, columnIds(node.columns), context.expressions);
    this.#decoding = {
      memory,
      account: this.account,
      codecs: environment.codecs,
      parquetWasm: environment.parquetWasm,
      decoder: settings.decoder === 'auto' ? 'own' : settings.decoder,
      statistics: this.#statistics,
    };
    this.#unread = node.columns.map((column) => Vector.constant(column.type, 0, 0));
    this.#numRowsLeft = node.limit ?? Number.POSITIVE_INFINITY;
  }

  /** Of use where other columns need not be decoded of the rows that it leaves out. */
  acceptFilter(filter: RuntimeFilter): boolean {
    const places = filter.columns.map((id) => this.node.columns.findIndex((column) => column.id === id));
    const read = new Set([...places, ...this.#steps.flatMap((step) => step.columns)]);
    if (places.includes(-1) || read.size >= this.node.columns.length || this.node.limit !== undefined) return false;
    const predicate = new RuntimeFilterPredicate(filter, places, this.context.memory, this.account);
    this.#runtimeFilters.push(predicate);
    this.#steps.push({ columns: places, predicate });
    return true;
  }

  protected override pull(): Pulled {
    for (;;) {
      if (this.#numRowsLeft <= 0) {
        this.#stop();
        return undefined;
      }
      if (!this.#reader) {
        const isReady = this.#nextSplit();
        if (isReady !== true) return isReady;
      }
      const batch = this.#readBatch(this.#reader!);
      if (this.#reader!.numRowsLeft === 0 && !batch) this.#finishSplit();
      if (batch) {
        const given = sliceBatch(batch, 0, Math.min(batch.numRows, this.#numRowsLeft));
        this.#numRowsLeft -= given.numRows;
        return given;
      }
      this.context.throwIfCancelled();
      this.arena.reset();
    }
  }

  protected override release(): void {
    for (const filter of this.#runtimeFilters) filter.close();
    this.#stop();
  }

  protected override counters(): Readonly<Record<string, number>> {
    const { uncompressedBytes, numPages, numPagesSkipped, numFallbackChunks } = this.#statistics;
    return {
      splits: this.#numSplits,
      rowsRead: this.#numRowsRead,
      requests: this.#fetcher.numRequests,
      bytesRead: this.#fetcher.bytesRead,
      decodedBytes: uncompressedBytes,
      pages: numPages,
      skippedPages: numPagesSkipped,
      fallbackChunks: numFallbackChunks,
      ...(this.#runtimeFilters.length > 0 ? { joinFilteredRows: this.#numJoinFiltered } : {}),
    };
  }

  get #numJoinFiltered(): number {
    return this.#runtimeFilters.reduce((sum, filter) => sum + filter.numRowsFiltered, 0);
  }

  /** Opens the next split; says whether there is one, or that its bytes are not there yet. */
  #nextSplit(): true | typeof BLOCKED | undefined {
    this.#current ??= this.#fetcher.take();
    if (!this.#current) return undefined;
    // Without filters every row counts for the limit, so it is known how many splits it takes.
    const isCounted = this.node.filters.length === 0;
    const wantedRows = isCounted ? this.#numRowsLeft - this.#current.split.numRows : Number.POSITIVE_INFINITY;
    this.#fetcher.readAhead(wantedRows);
    const { read } = this.#current;
    if (read && !this.context.reads.isOver(read)) return BLOCKED;
    this.#reader = new SplitReader(this.#current, this.#decoding);
    this.#numSplits++;
    return true;
  }

  /** The rows of the next batch that pass the filters; undefined when none of them does or the split has no more. */
  #readBatch(reader: SplitReader): Batch | undefined {
    const numRows = Math.min(this.context.spec.settings.batchRows, reader.numRowsLeft);
    if (numRows === 0) return undefined;
    this.#numRowsRead += numRows;
    const columns = [...this.#unread];
    const wasRead: boolean[] = columns.map(() => false);
    const read = (place: number) => {
      if (wasRead[place]) return;
      columns[place] = reader.read(place, numRows, this.arena);
      wasRead[place] = true;
    };
    let batch = new Batch(columns, numRows);
    for (const { columns: places, predicate } of this.#steps) {
      places.forEach(read);
      batch = predicate.select(new Batch([...columns], numRows, batch.selection, batch.numRows), this.arena);
      if (batch.numRows === 0) break;
    }
    const isEmpty = batch.numRows === 0;
    const { numOutputColumns } = this.node;
    for (let place = 0; place < numOutputColumns && !isEmpty; place++) read(place);
    reader.advance(numRows, wasRead);
    if (isEmpty) return undefined;
    return new Batch(columns.slice(0, numOutputColumns), numRows, batch.selection, batch.numRows);
  }

  #finishSplit(): void {
    this.#reader?.close();
    this.#reader = undefined;
    if (this.#current) this.#fetcher.release(this.#current);
    this.#current = undefined;
  }

  #stop(): void {
    this.#finishSplit();
    this.#fetcher.close();
  }
}
